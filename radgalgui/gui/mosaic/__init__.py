"""The page of a large image: an overview in which sources are found and asked about.

What it computes it asks of `radgalgui.jobs.mosaic`, in threads.
"""

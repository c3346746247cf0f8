"""Long work in the window: the jobs that run in child processes, shown as they go.

What a job is on disk, how it starts and what it reports is in `radgalgui.jobs.work`; nothing
here computes, and nothing here knows what a training or a build does.
"""

"""The table of sources: what is found in it, sorted, shown of it and saved; no science."""

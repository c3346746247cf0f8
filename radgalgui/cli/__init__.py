"""The terminal: arguments in, text and exit status out; everything else is asked of ``jobs``."""

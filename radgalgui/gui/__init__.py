"""The window: docks, item models, painting.  It asks ``jobs`` and never imports torch."""

"""How likely a galaxy is, in the window: the panel, the page with its tabs; no computing."""

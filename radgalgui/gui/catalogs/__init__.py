"""Catalogues in the window: opened, closed, remembered, laid over one another; no computing."""

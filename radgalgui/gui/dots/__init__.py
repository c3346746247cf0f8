"""How the points of the map look and which are hidden, as the user sets it; no painting."""

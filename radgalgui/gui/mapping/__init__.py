"""Maps in the window: chosen, made by a job, laid out along any two axes; no computing."""

"""The form that orders a training, and what becomes of its result; trains nothing itself."""

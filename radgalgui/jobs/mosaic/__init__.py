"""Large images looked over as a whole: at every scale, with all their sources; no vectors."""

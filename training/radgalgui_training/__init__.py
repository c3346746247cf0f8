"""Training: data modules, augmentations, losses, Lightning modules, recipes, evaluation.

Never here: windows, and anything that a user of trained weights needs.
"""

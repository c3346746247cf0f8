"""Networks that answer with classes: taught by labels, from an encoder's weights or from nothing.

`run.finetune` is what the command calls.  Never here: methods that learn without labels.
"""

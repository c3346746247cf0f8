"""Networks, one file each: the file's name is the name that a weights file calls it by.

Never here: anything but the network itself, written in plain torch.
"""

"""Published and simulated images, read as arrays with labels and positions.

Never here: augmentation, training, and anything that downloads.
"""

from __future__ import annotations

from radgalgui_training.datasets.frdeep import read_frdeep
from radgalgui_training.datasets.labelled import LabelledImages
from radgalgui_training.datasets.mirabest import read_mirabest
from radgalgui_training.datasets.rgd import read_rgd
from radgalgui_training.datasets.sdss import read_sdss

__all__ = ["LabelledImages", "read_frdeep", "read_mirabest", "read_rgd", "read_sdss"]

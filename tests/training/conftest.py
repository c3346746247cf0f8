"""What several tests of training share: a small encoder that has learned nothing."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from radgalgui.models import registry
from radgalgui.models.encoder import Encoder
from radgalgui.sky.preprocess import Preprocessing


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    torch.manual_seed(0)
    architecture = {"name": "resnet", "width": 0.125}
    network = registry.build(architecture)
    card = {
        "name": "small",
        "architecture": architecture,
        "preprocessing": Preprocessing().to_dict(),
        "dimension": network.dimension,
    }
    return Encoder(network, centre=np.zeros(network.dimension), card=card)

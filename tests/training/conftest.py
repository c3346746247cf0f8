"""What several tests of training share: a small encoder that has learned nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.weights import save_weights
from radgalgui.sky.preprocess import Preprocessing


@pytest.fixture(scope="module")
def encoder(make_untaught: Callable[[], tuple[Any, dict[str, Any]]]) -> Encoder:
    network, card = make_untaught()
    return Encoder(network, centre=np.zeros(network.dimension), card=card)


@pytest.fixture
def teacher(make_untaught: Callable[[], tuple[Any, dict[str, Any]]], tmp_path: Path) -> Path:
    """An encoder's weights file, for images of 32 pixels."""
    network, card = make_untaught()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith("bias"):  # or it sees nothing at all in smooth images
                parameter.add_(torch.rand_like(parameter))
    card |= {"name": "teacher", "preprocessing": Preprocessing(size=32).to_dict()}
    path = tmp_path / "teacher.safetensors"
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    return path

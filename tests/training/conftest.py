"""What several tests of training share: a small encoder that has learned nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from radgalgui.models.encoder import Encoder


@pytest.fixture(scope="module")
def encoder(make_untaught: Callable[[], tuple[Any, dict[str, Any]]]) -> Encoder:
    network, card = make_untaught()
    return Encoder(network, centre=np.zeros(network.dimension), card=card)

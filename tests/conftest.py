"""What all tests share: the folder of real images, and a screen for Qt where there is none."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Begun in the background of a script; what tests start must hear Ctrl+C all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no test see, or write into, the folder of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RADGALGUI_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real FIRST, NVSS and VLASS images, or skip where it is absent."""
    root = Path(os.environ.get("RADGALGUI_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not root.is_dir():
        pytest.skip(f"real images are not here: {root} (set RADGALGUI_DATA)")
    return root


@pytest.fixture(scope="session")
def make_untaught() -> Callable[[], tuple[Any, dict[str, Any]]]:
    """Return what makes a small network with chance weights, always the same, and its card."""

    def make() -> tuple[Any, dict[str, Any]]:
        import torch

        from radgalgui.models import registry
        from radgalgui.sky.preprocess import Preprocessing

        torch.manual_seed(0)
        architecture = {"name": "resnet", "width": 0.125}
        network = registry.build(architecture)
        card = {
            "name": "small",
            "architecture": architecture,
            "preprocessing": Preprocessing().to_dict(),
            "dimension": network.dimension,
        }
        return network, card

    return make


@pytest.fixture(scope="session")
def drawing_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the weights file of a small untaught network that draws, always the same."""
    import numpy as np
    import torch

    from radgalgui.models import registry
    from radgalgui.models.encoder import pack
    from radgalgui.models.weights import save_weights
    from radgalgui.sky.preprocess import Preprocessing

    torch.manual_seed(0)
    architecture = {
        "name": "vdvae",
        "widths": [4, 4, 8, 8, 8, 16],
        "encoder_blocks": [1] * 6,
        "decoder_blocks": [1] * 6,
        "latents": [2, 2, 2, 4, 4, 16],
        "conditioned": True,
    }
    network = registry.build(architecture)
    with torch.no_grad():  # as they begin, its priors say nothing
        for parameter in network.parameters():
            parameter.add_(0.15 * torch.randn_like(parameter))
        network.output[-1].bias.copy_(
            torch.tensor([0.0, 0.0, 0.0, -2.0])
        )  # neither black nor white
    card = {
        "name": "vdvae",
        "architecture": architecture,
        "preprocessing": Preprocessing(pixel_scale=2.7, survey_scale=1.8).to_dict(),
        "dimension": network.dimension,
    }
    path: Path = tmp_path_factory.mktemp("drawing") / "vdvae.safetensors"
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    return path


@cache
def hostile_module() -> ModuleType:
    """Return the package tests/hostile, which holds no tests and lies on no import path."""
    spec = importlib.util.spec_from_file_location(
        "radgalgui_hostile", Path(__file__).parent / "hostile" / "__init__.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes ``hostile_case`` once for each broken, foreign or hostile file."""
    if "hostile_case" in metafunc.fixturenames:
        metafunc.parametrize("hostile_case", hostile_module().CASES, ids=str)


@pytest.fixture(scope="session")
def hostile_cases() -> list[Any]:
    """Return all broken, foreign and hostile files: a list of `hostile.Case`."""
    return list(hostile_module().CASES)


@pytest.fixture(scope="session")
def make_sky() -> ModuleType:
    """Return the module whose ``sky``, ``header`` and ``save`` make small images with a source."""
    return hostile_module()

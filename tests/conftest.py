"""What all tests share: the folder of real images, and Qt without a screen."""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtCore import QCoreApplication

# Examples are the same ones each time, and none is too slow: whether a change passes hangs on the
# change alone.  `pytest --hypothesis-profile=default` looks for other examples.
settings.register_profile(
    "steady",
    database=None,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")

# Windows open on no screen, unless one is named: on that of whoever runs the tests, sizes, scales
# and what has the keyboard would be theirs.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _name in ("QT_FONT_DPI", "QT_QPA_PLATFORMTHEME", "QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS",
              "QT_STYLE_OVERRIDE"):  # fmt: skip
    os.environ.pop(_name, None)
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


@pytest.fixture(scope="session")
def write_catalog() -> Callable[..., Path]:
    """Return what writes a catalogue of images, and their vectors if there is an encoder."""

    def write(path: Path, images: Any, encoder: Any = None, *, preprocessing: Any = None) -> Path:
        import numpy as np

        from radgalgui.catalog.update import CatalogUpdate
        from radgalgui.catalog.writer import CatalogWriter
        from radgalgui.sky.preprocess import Preprocessing

        n = len(images)
        columns = {
            "name": np.array([f"{path.name} {i}" for i in range(n)], dtype=object),
            "ra": np.linspace(10, 20, n),
            "dec": np.zeros(n),
            "label": np.array([("round", "long")[i % 2] for i in range(n)], dtype=object),
        }
        eyes = preprocessing or (Preprocessing() if encoder is None else encoder.preprocessing)
        with CatalogWriter(path, eyes, title=path.name.title()) as writer:
            writer.append(columns, images)
        if encoder is not None:
            vectors = encoder.embed(images).astype(np.float16)
            with CatalogUpdate(path) as update:
                update.add_embeddings(encoder.name, vectors, weights_sha256=encoder.sha256)
        return path

    return write


@pytest.fixture(scope="session")
def write_encoder(make_untaught: Callable[[], tuple[Any, dict[str, Any]]]) -> Callable[..., Path]:
    """Return what writes an encoder of chance weights that says it learned from 3,000 images."""

    def write(path: Path) -> Path:
        import numpy as np

        from radgalgui.models.encoder import pack
        from radgalgui.models.weights import save_weights

        network, card = make_untaught()
        told = {**card, "training_data": {"first": 1000, "simulated": 2000}}
        save_weights(path, pack(network, centre=np.zeros(network.dimension)), told)
        return path

    return write


@pytest.fixture(scope="session")
def write_network(make_untaught: Callable[[], tuple[Any, dict[str, Any]]]) -> Callable[..., Path]:
    """Return what writes a classifying network of chance weights, and its answers out of fold.

    The labels of its 40 sources alternate between two classes; every eighth is told wrongly.
    """

    def write(
        path: Path, classes: tuple[str, str] = ("round", "thin"), *, folds: bool = True, **card: Any
    ) -> Path:
        import numpy as np
        import torch

        from radgalgui.models.network_classifier import ClassifyingNetwork, pack_members
        from radgalgui.models.weights import save_weights

        network, told = make_untaught()
        member = ClassifyingNetwork(network, 2)
        with torch.no_grad():
            member.head.weight.copy_(0.3 * torch.randn(member.head.weight.shape))
        told |= {
            "name": "finetuned",
            "classes": list(classes),
            "temperature": 1.25,
            "label_set": path.stem,
            "training_data": {"labelled": 40, "further": 2, "sets": [f"{path.stem}.npz"]},
            "metrics": {"finetuned": {"accuracy": 0.875, "roc_auc": 0.9}},
        }
        save_weights(path, pack_members([member]), told | card)
        if folds:
            codes = np.arange(40) % 2
            sure = np.linspace(0.6, 0.95, 40)
            chance = np.where(np.arange(40) % 8 == 7, 1 - sure, sure)
            table = np.where(np.eye(2)[codes] == 1, chance[:, None], 1 - chance[:, None])
            np.savez(
                path.with_suffix(".folds.npz"),
                classes=np.asarray(classes),
                labels=np.asarray(classes)[codes],
                folds=np.arange(40) // 8,
                logits=np.log(table),
                probabilities=table,
                temperature=np.asarray(1.25),
            )
        return path

    return write


@pytest.fixture(scope="session")
def make_judge() -> Callable[..., Any]:
    """Return what adds likelihoods to a catalogue without training: a new flow is a Gaussian."""

    def make(path: Path, encoder: str, *, redrawn: Any = None, generator: str = "") -> Any:
        import numpy as np

        from radgalgui.analysis.opinions import Opinions
        from radgalgui.catalog.catalog import Catalog
        from radgalgui.catalog.update import CatalogUpdate
        from radgalgui.jobs.likelihood.judge import Judge, as_scores
        from radgalgui.jobs.likelihood.standing import Standing
        from radgalgui.models.flows.base import Mixture
        from radgalgui.models.flows.density import Density, Member
        from radgalgui.models.flows.engines import Shape, make_flow
        from radgalgui.models.flows.whitening import Whitening

        with Catalog.open(path) as catalog:
            vectors = np.array(catalog.embeddings(encoder))
        wide = vectors.astype(np.float64)
        covariance = np.cov(wide, rowvar=False)
        whitening = Whitening.of_moments(wide.mean(axis=0), covariance, shrinkage=0.01)
        shape = Shape("denmarf", vectors.shape[1], 1, 8)
        one_gaussian = Mixture(1, vectors.shape[1])
        member = Member(whitening=whitening, flow=make_flow(shape), base=one_gaussian, limit=100.0)
        density = Density([member], shape, stored="float16")
        opinions, second = Opinions.fit(vectors)
        told = np.full(len(vectors), np.nan) if redrawn is None else redrawn
        scores = as_scores(density.log_likelihood(vectors), second, told)
        card = {
            "encoder": encoder,
            "count": len(vectors),
            "dimension": vectors.shape[1],
            "generator_sha256": generator,
        }
        judge = Judge(encoder, density, opinions, Standing(scores), card)
        with CatalogUpdate(path) as update:
            update.add_likelihood(encoder, scores, judge)
        return judge

    return make


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Collect garbage between tests alone, and in this thread, as soon as there may be windows.

    See `radgalgui.gui.tidying`.  It is too early for that in a fixture: pytest lets go of what a
    test was given only after its last fixture has been torn down.  What is there when a module
    begins is set aside, for to look through it takes longer than many a test.
    """
    if QCoreApplication.instance() is None and "gui" not in item.path.parts:
        return (yield)
    if gc.isenabled():  # the first
        gc.collect()
        gc.freeze()
        gc.disable()
    ended = yield
    gc.collect()
    if nextitem is None or nextitem.path != item.path:
        gc.freeze()
    return ended


def pytest_sessionfinish() -> None:
    """Let all be collected again, so that libraries do not complain at exit of what is left."""
    gc.unfreeze()
    gc.enable()


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

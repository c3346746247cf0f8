"""What tests of a user's own survey share: a folder of fields, a stack, and no waiting for UMAP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from radgalgui.jobs.survey import gather, parts
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Plan
from radgalgui.sky.preprocess import Preprocessing

FIELDS, STACKED = 10, 60
PLACES = ((150.0, 2.0), (150.5, 2.5), (151.0, -0.5), (151.5, 3.5))
"""Where the sources of the fixture ``images`` lie, in the middle of each."""


@pytest.fixture(scope="session")
def fields(tmp_path_factory: pytest.TempPathFactory, make_sky: ModuleType) -> Path:
    """Return a folder of ten small fields with a source each, and two files without one."""
    folder = tmp_path_factory.mktemp("fields")
    rng = np.random.default_rng(3)
    for number in range(FIELDS):
        shape, place = (110, 110), (10.0 + number / 10, 20.0)
        data = make_sky.sky(shape, fwhm=rng.uniform(3, 9), peak=rng.uniform(0.01, 0.05))
        head = make_sky.header(shape, value=place)
        make_sky.save(folder / f"field {number}.fits", data, head)
    (folder / "a text.fits").write_text("no FITS file at all")
    make_sky.save(folder / "blank.fits", np.full((110, 110), np.nan, np.float32))
    return folder


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a stack of sixty images that are what encoders see."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[-32:32, -32:32]
    wide = rng.uniform(2, 9, (STACKED, 2, 1, 1))
    images = np.exp(-((x / wide[:, 0]) ** 2) - (y / wide[:, 1]) ** 2)
    path: Path = tmp_path_factory.mktemp("stacks") / "simulated.npy"
    np.save(path, np.rint(255 * images).astype(np.uint8))
    return path


@pytest.fixture
def plan_of() -> Callable[..., Plan]:
    """Return what makes a plan of a path."""

    def plan(path: Path, **options: object) -> Plan:
        return recognise([path]).plan.with_options(**options)

    return plan


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay maps out as a circle, which takes no compiling, and work in small chunks."""

    def circle(vectors: np.ndarray, **_: object) -> np.ndarray:
        angle = np.linspace(0, 6, len(vectors), dtype=np.float32)
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)

    monkeypatch.setattr(parts, "umap_map", circle)
    monkeypatch.setattr(gather, "CHUNK", 4)


@pytest.fixture(scope="session")
def small() -> Preprocessing:
    """Return a small encoder's way of seeing: 58 arcsec of sky in 32 pixels of 1.8 arcsec."""
    return Preprocessing(size=32)


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory, make_sky: ModuleType) -> Path:
    """Return a folder of field_0.fits to field_3.fits, 80 x 80 pixels around `PLACES`."""
    folder = tmp_path_factory.mktemp("survey") / "images"
    folder.mkdir()
    for number, place in enumerate(PLACES):
        data = make_sky.sky((80, 80), fwhm=3.0 + number, peak=0.02 + 0.01 * number)
        head = make_sky.header((80, 80), value=place)
        make_sky.save(folder / f"field_{number}.fits", data, head)
    return folder


@pytest.fixture(scope="session")
def mosaic(tmp_path_factory: pytest.TempPathFactory, make_sky: ModuleType) -> Path:
    """Return a mosaic of 300 x 300 pixels around 202.4 +31.25, with a source in the middle.

    A second one lies 90 pixels east and 60 north of it; the lowest 40 rows are blank.
    """
    path: Path = tmp_path_factory.mktemp("mosaic") / "mosaic.fits"
    data = make_sky.sky((300, 300), fwhm=3.0)
    data += make_sky.sky((300, 300), at=(149.5 - 90, 149.5 + 60), fwhm=4.0, noise=0.0)
    data[:40] = np.nan
    return Path(make_sky.save(path, data, make_sky.header((300, 300))))

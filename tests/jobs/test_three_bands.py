"""Three bands through every interface: a catalogue of them, and a cube that finds itself in it."""

from __future__ import annotations

import io
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from radgalgui.catalog.catalog import Catalog
from radgalgui.entry import main
from radgalgui.errors import CatalogError, ImageError
from radgalgui.jobs.build import build_from_arrays
from radgalgui.jobs.events import Event, Neighbours, Seen
from radgalgui.jobs.search import Searcher
from radgalgui.jobs.survey import parts
from radgalgui.jobs.wire import read_event, write_event
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.weights import save_weights
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.preprocess import Preprocessing

EYES = Preprocessing(size=32, channels=3)
COUNT = 6


def _save_encoder(path: Path) -> Path:
    """Write the weights of an untaught network of three bands whose blocks do something."""
    torch.manual_seed(0)
    architecture = {"name": "resnet", "width": 0.125, "channels": 3, "stem_kernel": 3}
    network = registry.build(architecture)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    card = {
        "name": "bands",
        "architecture": architecture,
        "preprocessing": EYES.to_dict(),
        "dimension": network.dimension,
    }
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    return path


@pytest.fixture(scope="module")
def cubes(make_sky: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return cubes of sources that differ in the widths of their bands; the last two in order."""
    folder = tmp_path_factory.mktemp("cubes")
    rng = np.random.default_rng(0)
    widths = [*rng.uniform(2.5, 14.0, (COUNT - 2, 3)), (3.0, 6.0, 12.0), (12.0, 6.0, 3.0)]
    paths = []
    for number, three in enumerate(widths):
        planes = np.stack([make_sky.sky((120, 120), fwhm=fwhm) for fwhm in three])
        head = make_sky.header((120, 120), CTYPE3="WAVELEN", CRVAL3=5e-7, CDELT3=1e-7, CRPIX3=1.0)
        paths.append(make_sky.save(folder / f"source-{number}.fits", planes, head))
    return paths


@pytest.fixture(scope="module")
def folder(cubes: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``weights/bands.safetensors`` and a ``catalogue`` of the cubes."""
    root = tmp_path_factory.mktemp("bands")
    weights = _save_encoder(root / "weights" / "bands.safetensors")
    images = np.stack([make_cutout(read_image(path), EYES).seen for path in cubes])
    columns = {
        "name": np.array([path.stem for path in cubes]),
        "ra": np.full(COUNT, 202.4),
        "dec": np.full(COUNT, 31.25),
    }
    with pytest.MonkeyPatch.context() as patch:  # UMAP compiles for longer than all the rest
        patch.setattr(parts, "umap_map", lambda vectors, **_: vectors[:, :2].astype(np.float32))
        build_from_arrays(
            root / "catalogue", images, columns, preprocessing=EYES, title="Three bands",
            encoders={"bands": weights},
        )  # fmt: skip
    return root


@pytest.fixture(scope="module")
def searcher(folder: Path) -> Searcher:
    weights = folder / "weights" / "bands.safetensors"
    return Searcher.open(folder / "catalogue", "bands", weights=weights)


def _told(searcher: Searcher, path: Path) -> dict[type, Event]:
    """Return the events of an answer as they come out of the engine's pipe."""
    stream = io.BytesIO()
    for event in searcher.answer("job", path, top=COUNT):
        write_event(stream, event)
    stream.seek(0)
    events = iter(lambda: read_event(stream), None)
    return {type(event): event for event in events if event is not None}


def test_the_catalogue_holds_three_bands(folder: Path, cubes: list[Path]) -> None:
    with Catalog.open(folder / "catalogue") as catalog:
        assert catalog.images.shape == (COUNT, 3, 32, 32)
        assert catalog.manifest.preprocessing == EYES
        seen = make_cutout(read_image(cubes[2]), EYES).seen
        np.testing.assert_allclose(catalog.images[2], seen, atol=0.5 / 255 + 1e-6)


@pytest.mark.parametrize("number", range(COUNT))
def test_a_cube_finds_itself(searcher: Searcher, cubes: list[Path], number: int) -> None:
    told = _told(searcher, cubes[number])
    rows = told[Neighbours].rows
    assert rows[0]["name"] == f"source-{number}"
    assert rows[0]["similarity"] > 0.9999
    assert rows[1]["similarity"] < rows[0]["similarity"]
    assert told[Seen].seen.shape == told[Seen].cutout.shape == (3, 32, 32)
    assert "bands" in {note["code"] for note in told[Seen].notes}


def test_the_order_of_the_bands_matters(searcher: Searcher, cubes: list[Path]) -> None:
    forward, backward = (make_cutout(read_image(path), EYES).seen for path in cubes[-2:])
    np.testing.assert_allclose(forward, backward[::-1], atol=1e-6)
    first, second = searcher.encoder.embed(np.stack([forward, backward]))
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    assert cosine < 0.9999


def test_the_terminal_answers_a_cube(
    folder: Path,
    cubes: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("radgalgui_resources.path", folder.joinpath)
    options = ["--catalog", str(folder / "catalogue"), "--encoder", "bands", "--top", "1"]
    assert main(["search", str(cubes[4]), *options]) == 0
    assert "source-4" in capsys.readouterr().out.split(str(cubes[4]))[-1]


def test_one_plane_is_refused_in_a_sentence(
    searcher: Searcher,
    folder: Path,
    make_sky: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = make_sky.save(tmp_path / "plane.fits")
    with pytest.raises(ImageError, match="the encoder takes 3 bands"):
        list(searcher.answer("job", path))
    monkeypatch.setattr("radgalgui_resources.path", folder.joinpath)
    options = ["--catalog", str(folder / "catalogue"), "--encoder", "bands"]
    assert main(["search", str(path), *options]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert sum("plane.fits" in line for line in lines) == 1
    assert "takes 3 bands" in lines[-1]


def test_a_catalogue_of_one_band_is_refused_for_an_encoder_of_three(
    folder: Path, tmp_path: Path
) -> None:
    images = np.zeros((2, 1, 32, 32), np.uint8)
    columns = {"name": np.array(["a", "b"]), "ra": np.zeros(2), "dec": np.zeros(2)}
    one = Preprocessing(size=32)
    bands = {"bands": folder / "weights" / "bands.safetensors"}
    with pytest.raises(CatalogError, match="have channels 1, the encoder 'bands' wants 3"):
        build_from_arrays(
            tmp_path / "c", images, columns, preprocessing=one, title="t", encoders=bands
        )


@pytest.mark.real
def test_galaxies_of_sdss_find_themselves(
    folder: Path, shared_data: Path, tmp_path: Path, make_sky: ModuleType
) -> None:
    """The published colour composites, as cubes on the window and as rows of a catalogue."""
    h5py = pytest.importorskip("h5py")
    with h5py.File(shared_data / "sdss" / "gz1_64.h5") as file:
        images = np.moveaxis(file["images"][:200:10], -1, 1)
    encoder = Encoder.load(folder / "weights" / "bands.safetensors")
    paths = []
    for number, planes in enumerate(images):
        path = tmp_path / f"{number}.fits"
        paths.append(make_sky.save(path, planes.astype(np.float32), make_sky.header((64, 64))))
    seen = np.stack([make_cutout(read_image(path), EYES).seen for path in paths])
    vectors = encoder.embed(seen)
    assert seen.max(axis=(2, 3)).min() == pytest.approx(1.0)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    again = np.concatenate([encoder.embed(one[None]) for one in seen])
    nearest = np.argmax(again / np.linalg.norm(again, axis=1, keepdims=True) @ unit.T, axis=1)
    np.testing.assert_array_equal(nearest, np.arange(len(paths)))

"""Which images a recipe chooses: by angular size, by bands, and the same ones each time."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radgalgui.errors import Cancelled, DataError, RecipeError
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import simulate
from radgalgui_training.datasets.kept import Kept, keep
from radgalgui_training.datasets.mixture import counts, training_images
from radgalgui_training.datasets.sizes import angular_sizes
from radgalgui_training.recipes import DataSettings

PREPROCESSING = Preprocessing()
SCALE = 1.8


def _gaussians(*lengths: float, bands: int = 1, side: int = 112) -> np.ndarray:
    """Elongated sources at 45 degrees, each with its length (full width at 1 %) in pixels."""
    axis = np.arange(side) - side // 2
    along, across = (axis + axis[:, None]) / np.sqrt(2), (axis - axis[:, None]) / np.sqrt(2)
    to_sigma = 2 * np.sqrt(2 * np.log(100))
    images = [np.exp(-0.5 * ((along / (n / to_sigma)) ** 2 + (across / 1.5) ** 2)) for n in lengths]
    return np.repeat(np.stack(images)[:, None], bands, axis=1)


@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("scale", [1.8, 15.0])
def test_sizes_are_lengths_on_the_sky(bands: int, scale: float) -> None:
    lengths = (12.0, 24.0, 48.0)
    kept = keep(_gaussians(*lengths, bands=bands), 0.01 / 3, side=112, seen=64)
    sizes = angular_sizes(kept, scale)
    assert sizes.dtype == np.float32
    # Pixels have edges: up to two more across the diagonal.
    np.testing.assert_allclose(sizes / scale, lengths, atol=2.5)


def test_two_lobes_are_one_source() -> None:
    lobes = _gaussians(6.0)
    double = np.roll(lobes, 15, axis=-1) + np.roll(lobes, -15, axis=-1)
    kept = keep(double, 0.002, side=112, seen=64)
    assert angular_sizes(kept, SCALE)[0] == pytest.approx(36 * SCALE, rel=0.12)


def test_noise_has_no_size() -> None:
    rng = np.random.default_rng(0)
    noise, depth = np.full((2, 3), 0.2, "f4")
    kept = Kept(rng.normal(0, 0.2, (3, 1, 112, 112)).astype(np.float16), noise, depth)
    assert (angular_sizes(kept, SCALE) == 0).all()


def test_a_neighbour_at_the_edge_does_not_count() -> None:
    image = _gaussians(8.0)
    image[..., 2:8, 2:8] = 0.3
    kept = keep(image, 0.004, side=112, seen=64)
    assert angular_sizes(kept, SCALE)[0] < 12 * SCALE


def test_simulated_sources_measure_what_the_simulator_says() -> None:
    drawn = simulate(30, seed=3, size=112, pixel_scale=SCALE)
    kept = keep(drawn.images, np.asarray(drawn.truth["noise"]), side=112, seen=64)
    assert len(kept) == 30
    ratio = angular_sizes(kept, SCALE) / np.asarray(drawn.truth["angular_size"])
    assert np.median(ratio) == pytest.approx(1.0, abs=0.1)
    assert np.percentile(ratio, 15) > 0.85
    assert np.percentile(ratio, 85) < 1.4


@pytest.mark.real
def test_measured_sizes_follow_the_published_ones(shared_data: Path) -> None:
    from radgalgui_training.datasets import read_mirabest

    data = read_mirabest(shared_data).select(np.arange(0, 1099, 20))
    published = np.array([float(name.split("_")[3].removesuffix(".png")) for name in data.names])
    sizes = angular_sizes(keep(data.images, 0.0, side=112, seen=64), SCALE)
    small, large = published < 20, (published > 40) & (published < 110)
    assert np.median(sizes[small]) < 40
    assert np.median(sizes[large]) > 60


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    _chosen(folder)
    return folder


def _chosen(cache: Path, **settings: float) -> Kept:
    chosen = DataSettings(simulated=24, **settings)  # type: ignore[arg-type]
    return training_images(chosen, PREPROCESSING, data=None, cache=cache)["simulated"]


def test_a_size_cut_leaves_the_small_ones_out(cache: Path) -> None:
    everything = _chosen(cache)
    sizes = angular_sizes(everything, SCALE)
    for cut in (0.0, 10.0, 20.0, 29.0):
        kept = _chosen(cache, size_cut=cut)
        np.testing.assert_array_equal(kept.images, everything.images[sizes >= cut])
    assert 0 < len(_chosen(cache, size_cut=20.0)) < 24
    assert counts({"simulated": everything}) == {"simulated": 24}


def test_sizes_are_measured_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _chosen(cache, size_cut=15.0)
    monkeypatch.setattr("radgalgui_training.datasets.mixture.angular_sizes", None)
    np.testing.assert_array_equal(_chosen(cache, size_cut=15.0).images, first.images)


def test_a_cut_above_all_sources_is_told(cache: Path) -> None:
    with pytest.raises(DataError, match=r'no source measures 400" or more; lower data.size_cut'):
        _chosen(cache, size_cut=400.0)


def test_measuring_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        angular_sizes(keep(_gaussians(9.0), 0.01, side=112, seen=64), SCALE, cancel=token)


@pytest.mark.parametrize(
    ("settings", "channels", "says"),
    [
        (DataSettings(simulated=2), 3, "data.simulated have 1"),
        (DataSettings(sdss=1.0, side=64), 1, "data.sdss have 3"),
        (DataSettings(sdss=1.0, rgd=1.0, side=64), 3, "data.rgd have 1"),
    ],
)
def test_sets_of_other_bands_are_refused(
    settings: DataSettings, channels: int, says: str, tmp_path: Path
) -> None:
    preprocessing = replace(PREPROCESSING, channels=channels)
    with pytest.raises(RecipeError, match=f"preprocessing.channels = {channels}.*{says}"):
        training_images(settings, preprocessing, data=tmp_path, cache=tmp_path)


@pytest.mark.real
def test_optical_galaxies_keep_their_bands(shared_data: Path, tmp_path: Path) -> None:
    preprocessing = Preprocessing(pixel_scale=0.396, channels=3, beam=0.0, clip_sigma=0.0)
    settings = DataSettings(sdss=0.1, side=64)
    part = training_images(settings, preprocessing, data=shared_data, cache=tmp_path)["sdss"]
    assert part.images.shape[1:] == (3, 64, 64)
    assert 300 < len(part) < 320
    assert (part.noise == 0).all()


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of simulated sources as an encoder with pixels of 2.7" sees them."""
    from radgalgui.catalog.writer import CatalogWriter

    drawn = simulate(12, seed=5, size=64, pixel_scale=2.7)
    noise = np.asarray(drawn.truth["noise"])
    eyes = replace(PREPROCESSING, pixel_scale=2.7)
    seen = [
        eyes.see(image[None], float(level))
        for image, level in zip(drawn.images, noise, strict=True)
    ]
    folder = tmp_path_factory.mktemp("own") / "survey"
    with CatalogWriter(folder, eyes, title="a survey") as writer:
        names = [f"S{number}" for number in range(12)]
        writer.append({"name": names, "ra": [0.0] * 12, "dec": [0.0] * 12}, np.stack(seen))
    return folder


def _of_survey(survey: Path, cache: Path, scale: float, **more: object) -> dict[str, Kept]:
    settings = DataSettings(catalogs=(str(survey),), side=96, **more)  # type: ignore[arg-type]
    eyes = replace(PREPROCESSING, pixel_scale=scale)
    return training_images(settings, eyes, data=None, cache=cache)


def test_a_catalogue_is_trained_on(survey: Path, tmp_path: Path) -> None:
    """Seen as the encoder sees it, what is kept of an image is that image again."""
    from radgalgui.catalog.catalog import Catalog

    parts = _of_survey(survey, tmp_path, 2.7, simulated=3)
    assert counts(parts) == {"simulated": 3, "catalog survey": 12}
    kept = parts["catalog survey"]
    assert kept.images.shape == (12, 1, 96, 96)
    assert (kept.images[..., :16, :] == 0).all()
    middle = kept.images[:, :, 16:80, 16:80].astype(np.float32)
    again = replace(PREPROCESSING, pixel_scale=2.7).see(middle, 0.0)
    np.testing.assert_allclose(again, Catalog.open(survey).images[:], atol=0.004)


def _radii(kept: Kept, scale: float) -> np.ndarray:
    """Root of the mean square distance from the middle, weighted with brightness, arcsec."""
    axis = (np.arange(kept.images.shape[-1]) - kept.images.shape[-1] // 2) * scale
    light = kept.images[:, 0].astype(np.float64)
    square = (axis**2 + axis[:, None] ** 2) * light
    return np.sqrt(square.sum(axis=(1, 2)) / light.sum(axis=(1, 2)))


def test_a_catalogue_of_other_pixels_shows_the_same_sky(survey: Path, tmp_path: Path) -> None:
    """A source covers as much sky on finer pixels; what its cutouts do not show is told."""
    said: list[str] = []
    fine = _of_survey(survey, tmp_path, 1.8)["catalog survey"]
    coarse = _of_survey(survey, tmp_path, 2.7)["catalog survey"]
    radii = _radii(fine, 1.8), _radii(coarse, 2.7)
    np.testing.assert_allclose(*radii, rtol=0.1)
    assert radii[0].max() > 2 * radii[0].min()
    sizes = angular_sizes(fine, 1.8), angular_sizes(coarse, 2.7)
    assert np.median(sizes[0] / sizes[1]) == pytest.approx(1, abs=0.15)
    eyes = replace(PREPROCESSING, pixel_scale=5.4)
    settings = DataSettings(catalogs=(str(survey),), side=96)
    options = {"data": None, "cache": tmp_path, "note": lambda level, text: said.append(text)}
    training_images(settings, eyes, **options)  # type: ignore[arg-type]
    assert said == [
        'The cutouts of survey are 173" wide and the network sees 346": what lies beyond is '
        "taken as empty."
    ]


def test_a_changed_catalogue_is_read_again(survey: Path, tmp_path: Path) -> None:
    first = _of_survey(survey, tmp_path, 2.7)["catalog survey"]
    os.utime(survey / "images.npy", ns=(1, 1))  # by the clocks of some disks, now is no change
    assert len(list(tmp_path.glob("catalog-survey-*.images.npy"))) == 1
    second = _of_survey(survey, tmp_path, 2.7)["catalog survey"]
    assert len(list(tmp_path.glob("catalog-survey-*.images.npy"))) == 2
    np.testing.assert_array_equal(first.images, second.images)


def test_what_is_no_catalogue_is_told(survey: Path, tmp_path: Path) -> None:
    from radgalgui.errors import CatalogError

    with pytest.raises(CatalogError, match="nowhere"):
        _of_survey(tmp_path / "nowhere", tmp_path, 2.7)
    colours = replace(PREPROCESSING, channels=3)
    with pytest.raises(RecipeError, match="images of the catalogue have 1"):
        training_images(
            DataSettings(catalogs=(str(survey),)), colours, data=None, cache=tmp_path / "cache"
        )

"""Augmentations: what may change does, and what must not does not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.augment import Augmentation, Strength, blur, correlated_noise, turn

STILL = Strength(rotate=False, zoom=0, shift=0, blur=0, noise=0, gain=0, soften=0)
PREPROCESSING = Preprocessing()
SIDE = 112


def _blobs(*places: tuple[float, float], sigma: float = 2.0, side: int = SIDE) -> torch.Tensor:
    """Gaussian blobs of unit height, their places (x, y) from the middle, (1, 1, side, side)."""
    axis = torch.arange(side) - (side - 1) / 2
    planes = [
        torch.exp(-((axis - x) ** 2 + (axis[:, None] - y) ** 2) / (2 * sigma**2)) for x, y in places
    ]
    return torch.stack(planes).amax(dim=0)[None, None]


def _ones(count: int = 1) -> torch.Tensor:
    return torch.ones(count)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [64, 112])
def test_views_are_what_an_encoder_takes(channels: int, side: int) -> None:
    images = torch.rand(6, channels, side, side).half()
    views = Augmentation(Strength(), PREPROCESSING)(images, torch.full((6,), 0.02))
    assert views.shape == (6, channels, 64, 64)
    assert views.dtype == torch.float32
    assert torch.isfinite(views).all()
    assert views.min() >= 0
    assert views.max() <= 1


def test_no_strength_is_what_a_query_goes_through() -> None:
    rng = np.random.default_rng(0)
    images = rng.normal(0, 0.05, (4, 1, SIDE, SIDE)).astype(np.float32)
    images[:, :, 50:60, 50:60] += 1
    noise = np.full(4, 0.05, np.float32)
    views = Augmentation(STILL, PREPROCESSING)(torch.from_numpy(images), torch.from_numpy(noise))
    seen = PREPROCESSING.see(images[:, :, 24:88, 24:88], noise=0.05)
    np.testing.assert_allclose(views.numpy(), seen, atol=2e-3)


def test_the_same_seed_gives_the_same_views() -> None:
    images, noise = torch.rand(5, 1, SIDE, SIDE), torch.full((5,), 0.01)
    augment = Augmentation(Strength(), PREPROCESSING)
    first, again, other = (
        augment(images, noise, generator=torch.Generator().manual_seed(seed)) for seed in (3, 3, 4)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_images_of_a_batch_are_changed_each_in_its_own_way() -> None:
    images = _blobs((0, 0), (12, 5)).repeat(8, 1, 1, 1)
    views = Augmentation(Strength(), PREPROCESSING)(images, torch.zeros(8))
    assert len({view.numpy().tobytes() for view in views}) == 8


def test_a_turn_leaves_no_corner_without_sky() -> None:
    sky = torch.ones(64, 1, SIDE, SIDE)
    angle = torch.linspace(0, 2 * math.pi, 64)
    turned = turn(
        sky,
        angle=angle,
        mirror=_ones(64),
        zoom=_ones(64) * 0.9,
        shift=torch.full((64, 2), 4.0),
        size=64,
    )
    torch.testing.assert_close(turned, torch.ones_like(turned), atol=1e-4, rtol=0)


@pytest.mark.parametrize("quarter_turns", range(4))
@pytest.mark.parametrize("mirror", [1.0, -1.0])
def test_quarter_turns_only_move_pixels(quarter_turns: int, mirror: float) -> None:
    image = torch.rand(1, 1, 64, 64)
    turned = turn(
        image,
        angle=torch.tensor([quarter_turns * math.pi / 2]),
        mirror=torch.tensor([mirror]),
        zoom=_ones(),
        shift=torch.zeros(1, 2),
        size=64,
    )
    candidates = [
        torch.rot90(view, k, (-2, -1)) for view in (image, image.flip(-1)) for k in range(4)
    ]
    errors = [float((turned - candidate).abs().max()) for candidate in candidates]
    assert min(errors) < 1e-3
    assert (errors.index(min(errors)) < 4) == (mirror > 0)


@pytest.mark.parametrize("angle", [0.3, 0.8, 2.0])
def test_a_turn_and_its_opposite_cancel(angle: float) -> None:
    image = _blobs((0, 0), (10, 4), (-8, -9))
    turned = image
    for step in (angle, -angle):
        turned = turn(
            turned,
            angle=torch.tensor([step]),
            mirror=_ones(),
            zoom=_ones(),
            shift=torch.zeros(1, 2),
            size=SIDE,
        )
    assert float((turned - image).abs().max()) < 0.05


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.1, 2.9])
def test_a_turn_keeps_beam_and_flux(angle: float) -> None:
    """A bilinear turn would lower the peak of a 3-pixel beam by more than a tenth."""
    image = _blobs((0.5, 0.5), sigma=1.274)
    turned = turn(
        image,
        angle=torch.tensor([angle]),
        mirror=_ones(),
        zoom=_ones(),
        shift=torch.zeros(1, 2),
        size=64,
    )
    assert float(turned.sum()) == pytest.approx(float(image.sum()), rel=0.02)
    assert float(turned.max()) == pytest.approx(float(image.max()), rel=0.08)


def test_zoom_enlarges_and_shift_moves() -> None:
    image = _blobs((0, 0), sigma=3.0)
    shift = torch.tensor([[3.0, -2.0]])
    still = {"angle": torch.zeros(1), "mirror": _ones(), "size": 64}
    larger = turn(image, zoom=_ones() * 1.25, shift=torch.zeros(1, 2), **still)
    assert float(larger.sum() / image.sum()) == pytest.approx(1.25**2, rel=0.02)
    moved = turn(image, zoom=_ones(), shift=shift, **still)[0, 0]
    axis = torch.arange(64) - 31.5
    x, y = (
        float((moved.sum(0) * axis).sum() / moved.sum()),
        float((moved.sum(1) * axis).sum() / moved.sum()),
    )
    assert (x, y) == pytest.approx((-3.0, 2.0), abs=0.05)


def test_a_source_stays_whole() -> None:
    """A double of 80 arcsec keeps both lobes in every view."""
    images = _blobs((-22, 0), (22, 0), sigma=2.0).repeat(200, 1, 1, 1)
    views = Augmentation(Strength(), PREPROCESSING)(images, torch.full((200,), 0.001))
    halves = torch.stack(
        [
            views[..., :32, :].amax((1, 2, 3)),
            views[..., 32:, :].amax((1, 2, 3)),
            views[..., :, :32].amax((1, 2, 3)),
            views[..., :, 32:].amax((1, 2, 3)),
        ]
    )
    assert float(halves.sort(dim=0).values[2].min()) > 0.8


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("arm", [10.0, 22.0, 26.0])
def test_no_lobe_is_cropped_away(arm: float, channels: int) -> None:
    """Zoom and shift far too strong: a source that fits into the view keeps its flux in it."""
    images = _blobs((-arm, 0), (0.8 * arm, 0.4 * arm), sigma=1.5).repeat(128, channels, 1, 1)
    lobes = {}
    for whole in (True, False):
        strength = Strength(zoom=0.6, shift=12.0, blur=0, noise=0, gain=0, soften=0, whole=whole)
        views = Augmentation(strength, PREPROCESSING)(
            images, torch.full((128,), 0.002), generator=torch.Generator().manual_seed(1)
        )
        lobes[whole] = _lobes(views[:, -1])
    assert (lobes[True] == 2).all()
    if arm > 20:
        assert (lobes[False] < 2).any()


def _lobes(views: torch.Tensor) -> torch.Tensor:
    """Count separate bright spots that do not touch the edge."""
    from scipy.ndimage import label

    counts = []
    for view in views:
        spots, found = label(view.numpy() > 0.75)
        edge = {*spots[0], *spots[-1], *spots[:, 0], *spots[:, -1]} - {0}
        counts.append(found - len(edge))
    return torch.tensor(counts)


def test_whole_views_of_small_sources_are_the_usual_ones() -> None:
    images = _blobs((0, 0), (6, 0)).repeat(32, 1, 1, 1)
    usual, held = (
        Augmentation(Strength(whole=whole), PREPROCESSING)(
            images, torch.full((32,), 0.01), generator=torch.Generator().manual_seed(5)
        )
        for whole in (False, True)
    )
    torch.testing.assert_close(usual, held)


def test_depth_stretches_deeper_and_adds_as_much_less_noise() -> None:
    images = _blobs((0, 0), sigma=3.0).repeat(2, 1, 1, 1)
    depth = torch.tensor([1.0, 0.2])
    usual, deep = Augmentation(STILL, PREPROCESSING)(images, torch.zeros(2), depth)
    brightness = torch.from_numpy(PREPROCESSING.unstretch(usual.numpy()))
    softening = 0.2 * PREPROCESSING.softening
    wanted = torch.asinh(brightness / softening) / torch.asinh(torch.tensor(1 / softening))
    torch.testing.assert_close(deep, wanted, atol=2e-3, rtol=0)
    # With the same chances as much less noise is added, as the faintest emission shows.
    noisy = Augmentation(replace(STILL, noise=0.3), replace(PREPROCESSING, clip_sigma=0.0))
    empty = _blobs((0, 0), sigma=1.0).repeat(200, 1, 1, 1)
    levels = []
    for by in (1.0, 0.2):
        chances = torch.Generator().manual_seed(4)
        views = noisy(empty, torch.zeros(200), torch.full((200,), by), chances).numpy()
        levels.append(replace(PREPROCESSING, softening=by * softening / 0.2).unstretch(views))
    corners = [level[..., :16, :16].mean() for level in levels]
    assert corners[1] / corners[0] == pytest.approx(0.2, abs=0.04)


@pytest.mark.parametrize("probability", [0.0, 0.05, 1.0])
def test_blur_is_as_frequent_as_asked(probability: float) -> None:
    images = _blobs((0, 0), sigma=1.3).repeat(600, 1, 1, 1)[..., 24:88, 24:88]
    strength = replace(STILL, blur=4.0, blur_probability=probability)
    views, same = (
        Augmentation(s, PREPROCESSING)(
            images, torch.zeros(600), generator=torch.Generator().manual_seed(2)
        )
        for s in (strength, STILL)
    )
    changed = (views - same).abs().amax(dim=(1, 2, 3)) > 1e-5
    # One in ten of the beams is so narrow beside a pixel that it changes nothing.
    assert float(changed.float().mean()) == pytest.approx(0.89 * probability, abs=0.03)
    assert changed.any() == (probability > 0)


def test_blur_adds_beams_in_squares_and_keeps_flux() -> None:
    image = _blobs((0, 0), sigma=2.0).repeat(3, 1, 1, 1)
    widths = torch.tensor([0.0, 2.0, 4.0])
    blurred = blur(image, widths)
    torch.testing.assert_close(blurred[0], image[0], atol=1e-5, rtol=0)
    for plane, width in zip(blurred[:, 0], widths, strict=True):
        assert float(plane.sum()) == pytest.approx(float(image[0].sum()), rel=1e-3)
        axis = torch.arange(SIDE) - (SIDE - 1) / 2
        variance = float((plane.sum(0) * axis**2).sum() / plane.sum())
        assert variance == pytest.approx(4.0 + (float(width) / 2.3548) ** 2, rel=0.03)


def test_noise_has_unit_variance_and_the_beam() -> None:
    noise = correlated_noise(torch.Size((64, 1, 64, 64)), 3.0, torch.device("cpu"))
    assert float(noise.std()) == pytest.approx(1.0, abs=0.02)
    neighbour = float((noise[..., 1:] * noise[..., :-1]).mean())
    sigma = 3.0 / 2.3548
    assert neighbour == pytest.approx(math.exp(-1 / (4 * sigma**2)), abs=0.02)


def test_noise_is_clipped_away_where_there_is_no_source() -> None:
    images = _blobs((0, 0)).repeat(64, 1, 1, 1)
    strength = Strength(rotate=False, zoom=0, shift=0, blur=0, noise=0.05, gain=0, soften=0)
    views = Augmentation(strength, PREPROCESSING)(images, torch.zeros(64))
    empty = views[:, :, :16, :16]
    assert float((empty > 0.01).float().mean()) < 0.003


def test_an_empty_image_stays_empty() -> None:
    views = Augmentation(Strength(noise=0), PREPROCESSING)(
        torch.zeros(4, 1, SIDE, SIDE), torch.zeros(4)
    )
    assert not views.any()


def test_float_levels_survive() -> None:
    """No 8-bit step anywhere: a ramp keeps thousands of levels."""
    ramp = torch.linspace(0, 1, 64 * 64).reshape(1, 1, 64, 64)
    views = Augmentation(STILL, PREPROCESSING)(ramp, torch.zeros(1))
    assert len(torch.unique(views)) > 4000

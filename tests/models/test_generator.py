"""What every generator keeps to: its seeds, its ends, its words for what it cannot draw."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from radgalgui.errors import Cancelled, ImageError, UsageError, WeightsError
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder
from radgalgui.models.generative.network import GenerativeNetwork
from radgalgui.models.generator import PORTION, Generator, can_draw
from radgalgui.models.interpolation import on_the_sphere, straight
from radgalgui.models.weights import read_card
from radgalgui.progress import CancelToken


@pytest.fixture(scope="module")
def encoder(drawing_weights: Path) -> Encoder:
    return Encoder.load(drawing_weights)


@pytest.fixture(scope="module")
def generator(encoder: Encoder) -> Generator:
    return Generator.of(encoder)


@pytest.fixture(scope="module")
def galaxies() -> np.ndarray:
    """Return two blobs on empty sky, (2, 1, 64, 64)."""
    y, x = np.mgrid[-32:32, -32:32]
    round_one = np.exp(-(x**2 + y**2) / 40.0)
    double = np.exp(-((x - 9) ** 2 + y**2) / 12.0) + np.exp(-((x + 9) ** 2 + y**2) / 12.0)
    images = np.stack([round_one, double])[:, None].astype(np.float32)
    return np.where(images > 0.05, images, 0.0)


def drawn(portions) -> np.ndarray:
    return np.concatenate(list(portions))


def test_an_encoder_without_a_decoder_is_refused_in_words(make_untaught):
    network, card = make_untaught()
    encoder = Encoder(network, centre=np.zeros(network.dimension), card=card)
    with pytest.raises(UsageError, match="cannot draw"):
        Generator.of(encoder)


def test_a_network_that_draws_another_size_than_it_sees_is_refused(encoder, drawing_weights):
    card = read_card(drawing_weights)
    card["preprocessing"]["size"] = 32
    other = Encoder(encoder.network, centre=np.zeros(encoder.dimension), card=card)
    with pytest.raises(UsageError, match="32 pixels"):
        Generator.of(other)


def test_cards_tell_who_can_draw_as_the_networks_themselves_do():
    for name in registry.names():
        draws = isinstance(registry.build({"name": name}), GenerativeNetwork)
        assert can_draw({"architecture": {"name": name}}) == draws
    assert not can_draw({})
    assert not can_draw({"architecture": None})


def test_reconstructions_are_images_and_do_not_depend_on_their_company(generator, galaxies):
    together = generator.reconstruct(np.repeat(galaxies, 9, axis=0))
    alone = generator.reconstruct(galaxies[1:])
    assert together.shape == (18, 1, 64, 64)
    assert together.dtype == np.float32
    assert 0 <= together.min() <= together.max() <= 1
    assert np.ptp(together, axis=0).max() > 1e-4  # what is drawn depends on what was seen
    np.testing.assert_allclose(alone[0], together[-1], atol=1e-5)


def test_nothing_is_reconstructed_of_nothing(generator, galaxies):
    assert generator.reconstruct(galaxies[:0]).shape == (0, 1, 64, 64)


def test_reconstructing_reports_and_can_be_cancelled(generator, galaxies):
    token, reports = CancelToken(), []

    def progress(done, total, what=""):
        reports.append((done, total))
        token.cancel()

    with pytest.raises(Cancelled):
        generator.reconstruct(np.repeat(galaxies, 9, axis=0), progress=progress, cancel=token)
    assert reports == [(16, 18)]


@pytest.mark.parametrize("how", ["sample", "around"])
def test_one_seed_gives_one_galaxy_to_the_last_bit_whatever_the_batch(generator, galaxies, how):
    def draw(count, **options):
        if how == "sample":
            return drawn(generator.sample(count, **options))
        return drawn(generator.around(galaxies[0], count, **options))

    ten = draw(10, seed=3)
    assert ten.shape == (10, 1, 64, 64)
    assert 0 <= ten.min() <= ten.max() <= 1
    assert len({image.tobytes() for image in ten}) == 10
    for first, count in ((0, 1), (9, 1), (3, 6), (PORTION, PORTION)):
        part = draw(count, seed=3, first=first)
        assert part.tobytes() == ten[first : first + count].tobytes()
    assert draw(10, seed=3).tobytes() == ten.tobytes()
    assert draw(10, seed=4).tobytes() != ten.tobytes()


def test_drawn_galaxies_are_as_bright_as_all_that_encoders_see(generator):
    peaks = drawn(generator.sample(8)).max(axis=(1, 2, 3))
    np.testing.assert_allclose(peaks, 1.0, rtol=1e-6)


def test_portions_are_small_and_drawn_when_asked_for(generator):
    portions = generator.sample(2**40)
    assert [len(next(portions)) for _ in range(3)] == [PORTION] * 3


def test_without_warmth_all_galaxies_are_the_same(generator):
    cold = drawn(generator.sample(5, temperature=0.0))
    assert (cold == cold[:1]).all()
    warm = drawn(generator.sample(5, temperature=1.5))
    assert (warm != warm[:1]).any()


def test_keeping_no_latents_is_sampling_and_keeping_all_is_reconstructing(generator, galaxies):
    free = drawn(generator.around(galaxies[0], 6, kept=0, seed=5))
    assert free.tobytes() == drawn(generator.sample(6, seed=5)).tobytes()
    whole = drawn(generator.around(galaxies[0], 6, kept=len(generator.resolutions), seed=5))
    assert (whole == whole[:1]).all()


def test_the_more_is_kept_the_more_alike_the_galaxies_are(generator, galaxies):
    spread = [
        drawn(generator.around(galaxies[0], 24, kept=kept)).std(axis=0).mean() for kept in (0, 3, 6)
    ]
    assert spread[0] > 1e-3 > 1e-6 > spread[2]
    assert spread[1] > 0


def test_an_angular_size_changes_what_is_drawn(generator):
    small, large = (drawn(generator.sample(4, angular_size=size)) for size in (10.0, 120.0))
    assert not np.array_equal(small, large)


def test_a_generator_that_was_taught_no_sizes_says_so(encoder, monkeypatch):
    generator = Generator.of(encoder)
    generator.conditioned = False
    with pytest.raises(UsageError, match="not taught angular sizes"):
        generator.sample(1, angular_size=40.0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": 0}, "0 galaxies"),
        ({"first": -1}, "from -1"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"temperature": 1e9}, "temperature"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"angular_size": 0.0}, "arcsec"),
        ({"angular_size": float("inf")}, "arcsec"),
        ({"angular_size": 1e4}, "arcsec"),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_once(generator, options, words):
    with pytest.raises(UsageError, match=words):
        generator.sample(options.pop("count", 4), **options)


@pytest.mark.parametrize("kept", [-1, 7])
def test_only_resolutions_that_there_are_can_be_kept(generator, galaxies, kept):
    with pytest.raises(UsageError, match="keep 0 to 6"):
        generator.around(galaxies[0], 1, kept=kept)


def test_images_of_another_shape_or_with_nan_are_refused(generator, galaxies):
    for wrong in (galaxies[0, 0], galaxies, galaxies[0, :, :32]):
        with pytest.raises(UsageError, match="shape"):
            generator.around(wrong, 1)
    with pytest.raises(ImageError):
        generator.reconstruct(galaxies * np.nan)
    with pytest.raises(ImageError):
        generator.traverse(galaxies[0] * np.nan, 0, [0.0])


def test_a_walk_leads_from_one_reconstruction_to_the_other(generator, galaxies):
    steps = generator.walk(*galaxies, 9)
    assert steps.shape == (9, 1, 64, 64)
    ends = generator.reconstruct(galaxies)
    np.testing.assert_allclose(steps[[0, -1]], ends, atol=2e-5)
    between = np.abs(np.diff(steps, axis=0)).max(axis=(1, 2, 3))
    assert (between > 0).all()
    assert between.max() < 0.9 * np.abs(ends[1] - ends[0]).max()  # and nowhere does it jump
    np.testing.assert_allclose(generator.walk(*galaxies[::-1], 9)[::-1], steps, atol=2e-5)


def test_walking_from_a_galaxy_to_itself_is_standing_still(generator, galaxies):
    steps = generator.walk(galaxies[0], galaxies[0], 3)
    np.testing.assert_allclose(steps, np.broadcast_to(steps[:1], steps.shape), atol=1e-5)


@pytest.mark.parametrize("steps", [0, 1, 257])
def test_a_walk_has_two_steps_or_more_and_not_endless_ones(generator, galaxies, steps):
    with pytest.raises(UsageError, match=f"{steps} steps"):
        generator.walking(*galaxies, steps)


def with_card(encoder: Encoder, latents: object) -> Generator:
    card = {**encoder.card, "latents": latents}
    return Generator.of(Encoder(encoder.network, centre=np.zeros(16), card=card))


def measured(**changes: object) -> dict[str, object]:
    told = {
        "component_kl": [0.1, 3.0, *[0.0] * 14],
        "component_mean": [0.5] * 16,
        "component_spread": [2.0] * 16,
        "active": 2,
    }
    return {**told, **changes}


def test_components_come_by_what_they_tell(encoder):
    table = with_card(encoder, measured()).components()
    assert table.order.tolist() == [1, 0, *range(2, 16)]
    assert (table.active, table.kl[1], table.spread[3]) == (2, 3.0, 2.0)


def test_without_a_measurement_components_are_told_by_the_prior(generator):
    table = generator.components()
    assert table.order.tolist() == list(range(16))
    assert np.isnan(table.kl).all()
    assert (table.spread > 0).all()


@pytest.mark.parametrize(
    "latents",
    [
        measured(component_kl=[0.0] * 15),
        measured(component_spread=[float("nan")] * 16),
        measured(component_mean="none"),
        {"active": 3},
        [],
    ],
)
def test_a_card_that_does_not_fit_its_network_is_refused(encoder, latents):
    with pytest.raises(WeightsError, match="does not fit"):
        with_card(encoder, latents).components()


def test_a_component_is_set_in_units_of_its_spread(encoder, galaxies):
    generator = with_card(encoder, measured())
    own = generator.own_value(galaxies[0], 1)
    vector = encoder.embed(galaxies[:1])[0]  # not centred, not whitened here
    assert own == pytest.approx((vector[1] - 0.5) / 2.0, abs=1e-5)
    changed = generator.traverse(galaxies[0], 1, [-2.0, own, 0.0, 1.0, 2.0])
    assert changed.shape == (5, 1, 64, 64)
    # With its own value the galaxy is its reconstruction, whichever component it is.
    np.testing.assert_allclose(changed[1], generator.reconstruct(galaxies[:1])[0], atol=2e-5)
    other = generator.traverse(galaxies[0], 3, [generator.own_value(galaxies[0], 3)])
    np.testing.assert_allclose(changed[1], other[0], atol=2e-5)
    assert np.abs(changed[0] - changed[-1]).max() > 1e-4


def test_a_component_that_does_not_vary_lies_at_its_mean(encoder, galaxies):
    generator = with_card(encoder, measured(component_spread=[0.0] * 16))
    assert generator.own_value(galaxies[0], 2) == 0.0


@pytest.mark.parametrize("component", [-1, 16])
def test_only_components_that_there_are_can_be_changed(generator, galaxies, component):
    with pytest.raises(UsageError, match="choose 0 to 15"):
        generator.traverse(galaxies[0], component, [0.0])
    with pytest.raises(UsageError, match="choose 0 to 15"):
        generator.own_value(galaxies[0], component)


def test_a_component_is_not_set_to_nonsense(generator, galaxies):
    with pytest.raises(UsageError, match="NaN"):
        generator.traverse(galaxies[0], 0, [float("nan")])
    with pytest.raises(UsageError, match="0 steps"):
        generator.traverse(galaxies[0], 0, [])


def test_a_network_that_draws_nan_is_told_apart(drawing_weights, galaxies):
    encoder = Encoder.load(drawing_weights)
    with torch.no_grad():
        encoder.network.output[-1].bias.fill_(float("nan"))
    generator = Generator.of(encoder)
    with pytest.raises(WeightsError, match="draws NaN"):
        generator.reconstruct(galaxies)
    with pytest.raises(WeightsError, match="draws NaN"):
        next(generator.sample(1))


def test_what_is_told_of_components_cannot_be_changed_by_accident(generator):
    with pytest.raises(dataclasses.FrozenInstanceError):
        generator.components().active = 3  # type: ignore[misc]


SHARES = torch.linspace(0, 1, 7)


@pytest.mark.parametrize("way", [straight, on_the_sphere])
def test_ways_begin_and_end_where_they_should(way):
    ends = torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    path = way(ends, SHARES)
    assert path.shape == (7, 3, 4, 4)
    torch.testing.assert_close(path[0], ends[0])
    torch.testing.assert_close(path[-1], ends[1])


def test_on_the_sphere_lengths_and_angles_grow_evenly():
    ends = torch.stack([torch.tensor([2.0, 0.0, 0.0]), torch.tensor([0.0, 4.0, 0.0])])
    path = on_the_sphere(ends, SHARES)
    torch.testing.assert_close(path.norm(dim=1), 2 + 2 * SHARES)
    angles = torch.atan2(path[:, 1], path[:, 0])
    torch.testing.assert_close(angles, SHARES * torch.pi / 2)


@pytest.mark.parametrize("second", [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (1.0, 1e-6)], ids=str)
def test_ways_without_a_great_circle_are_straight(second):
    ends = torch.tensor([(1.0, 0.0), second])
    torch.testing.assert_close(on_the_sphere(ends, SHARES), straight(ends, SHARES))

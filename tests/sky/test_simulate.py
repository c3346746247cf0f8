"""Simulated sources: reproducible, true to their truth, and named so that nobody is misled."""

from __future__ import annotations

import re

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from radgalgui.errors import Cancelled, UsageError
from radgalgui.progress import CancelToken
from radgalgui.sky.simulate import (
    KINDS,
    Simulated,
    simulate,
    simulated_header,
    simulated_wcs,
    write_simulated,
)
from radgalgui.sky.simulate.names import draw_position, iau_name

COLUMNS = {
    "name",
    "ra",
    "dec",
    "label",
    "angular_size",
    "flux",
    "peak_flux",
    "position_angle",
    "inclination",
    "bending",
    "asymmetry",
    "flux_ratio",
    "core_fraction",
    "chance_neighbours",
    "noise",
}


@pytest.fixture(scope="module")
def sample() -> Simulated:
    return simulate(300, seed=5)


def _same(a: Simulated, b: Simulated) -> None:
    np.testing.assert_array_equal(a.images, b.images)
    assert a.truth.keys() == b.truth.keys()
    for name in a.truth:
        np.testing.assert_array_equal(a.truth[name], b.truth[name])


@pytest.mark.parametrize(("first", "n"), [(0, 7), (3, 4), (19, 1), (11, 9)])
def test_a_source_is_the_same_whatever_the_piece(sample: Simulated, first: int, n: int) -> None:
    piece = simulate(n, seed=5, first=first)
    np.testing.assert_array_equal(piece.images, sample.images[first : first + n])
    for name, column in piece.truth.items():
        np.testing.assert_array_equal(column, sample.truth[name][first : first + n])


def test_the_same_seed_gives_the_same_and_another_seed_another() -> None:
    _same(simulate(4, seed=8), simulate(4, seed=8))
    other = simulate(4, seed=9)
    assert not np.isclose(other.images, simulate(4, seed=8).images).all(axis=(1, 2)).any()


def test_shapes_and_types(sample: Simulated) -> None:
    assert len(sample) == 300
    assert sample.images.shape == (300, 150, 150)
    assert sample.images.dtype == np.float32
    assert np.isfinite(sample.images).all()
    assert set(sample.truth) == COLUMNS
    assert all(column.shape == (300,) for column in sample.truth.values())


def test_none_is_an_answer() -> None:
    empty = simulate(0, seed=1, size=32)
    assert empty.images.shape == (0, 32, 32)
    assert set(empty.truth) == COLUMNS
    assert all(column.shape == (0,) for column in empty.truth.values())


def test_pieces_have_equal_column_types(sample: Simulated) -> None:
    for name, column in simulate(0, seed=1).truth.items():
        assert column.dtype == sample.truth[name].dtype


def test_truth_is_in_range(sample: Simulated) -> None:
    truth = sample.truth
    assert set(truth["label"]) <= set(KINDS)
    assert (truth["angular_size"] >= 5.4).all()
    assert ((truth["position_angle"] >= 0) & (truth["position_angle"] < 180)).all()
    assert ((truth["inclination"] > 0) & (truth["inclination"] <= 90)).all()
    assert ((truth["core_fraction"] >= 0) & (truth["core_fraction"] <= 1)).all()
    assert (truth["chance_neighbours"] >= 0).all()
    # A resolved source holds more flux than its peak shows.
    assert (truth["flux"] > 0.99 * truth["peak_flux"]).all()
    armed = np.isfinite(truth["bending"])
    assert ((truth["bending"][armed] >= 0) & (truth["bending"][armed] <= 180)).all()
    for ratio in ("asymmetry", "flux_ratio"):
        np.testing.assert_array_equal(np.isfinite(truth[ratio]), armed)
        assert (truth[ratio][armed] >= 1).all()


def test_the_mix_is_a_survey_s(sample: Simulated) -> None:
    label, size = sample.truth["label"], sample.truth["angular_size"]
    visible = ~np.isin(label, ["compact", "resolved"])
    assert 0.33 <= visible.mean() <= 0.50  # 42 % asked for; 300 sources: 3 % standard error
    assert 11 <= np.median(size) <= 20
    assert 0.02 <= (size > 60).mean() <= 0.12


@pytest.mark.parametrize("kind", KINDS)
def test_a_choice_of_kinds_is_kept(kind: str) -> None:
    assert set(simulate(6, seed=2, kinds=[kind], size=48).truth["label"]) == {kind}


def test_peaks_are_where_the_truth_says(sample: Simulated) -> None:
    middle = sample.images[:, 10:140, 10:140].max(axis=(1, 2))
    alone = sample.truth["chance_neighbours"] == 0
    bright = alone & (sample.truth["peak_flux"] > 5e-3) & (sample.truth["angular_size"] < 100)
    assert bright.sum() > 20
    np.testing.assert_allclose(middle[bright], sample.truth["peak_flux"][bright], rtol=0.2)


def test_truth_does_not_depend_on_how_much_is_shown() -> None:
    small, large = simulate(6, seed=4, size=64), simulate(6, seed=4, size=150)
    np.testing.assert_array_equal(small.truth["angular_size"], large.truth["angular_size"])
    np.testing.assert_array_equal(small.truth["flux"], large.truth["flux"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": -1}, "n is -1"),
        ({"n": 1, "seed": -2}, "seed is -2"),
        ({"n": 1, "first": -1}, "first is -1"),
        ({"n": 1, "size": 3}, "size is 3"),
        ({"n": 1, "pixel_scale": 6.0}, "pixel scale is 6.0"),
        ({"n": 1, "pixel_scale": float("nan")}, "pixel scale is nan"),
        ({"n": 1, "kinds": ["FRIII"]}, "unknown kind 'FRIII'"),
        ({"n": 1, "kinds": []}, "no kind"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_one_sentence(
    options: dict[str, object], words: str
) -> None:
    arguments = {"n": 1, "seed": 0, **options}
    with pytest.raises(UsageError, match=re.escape(words)):
        simulate(arguments.pop("n"), **arguments)  # type: ignore[arg-type]


def test_progress_counts_every_source_and_cancel_stops_between_them() -> None:
    seen: list[tuple[int, int | None]] = []
    token = CancelToken()

    def report(done: int, total: int | None, what: str = "", /) -> None:
        seen.append((done, total))
        if done == 3:
            token.cancel()

    with pytest.raises(Cancelled):
        simulate(5, seed=1, size=32, progress=report, cancel=token)
    assert seen == [(1, 5), (2, 5), (3, 5)]


def test_names_are_unique_for_a_whole_catalogue() -> None:
    names = set()
    for index in range(20_000):
        names.add(iau_name(*draw_position(np.random.default_rng([3, index]), 3, index)))
    assert len(names) == 20_000


@given(st.floats(0, 359.999999), st.floats(-89.9, 89.9))
def test_names_are_truncated_never_rounded(ra: float, dec: float) -> None:
    match = re.fullmatch(r"SIMJ(\d\d)(\d\d)(\d\d\.\d)([+-])(\d\d)(\d\d)(\d\d)", iau_name(ra, dec))
    assert match is not None
    hours, minutes, seconds = (float(part) for part in match.groups()[:3])
    degrees, arcmin, arcsec = (float(part) for part in match.groups()[4:])
    assert minutes < 60
    assert seconds < 60
    assert arcmin < 60
    assert arcsec < 60
    assert (match[4] == "-") == (dec < 0)
    # What was cut off is never negative and less than the last digit (but for float rounding).
    rest_ra = ra / 15 * 3600 - (hours * 3600 + minutes * 60 + seconds)
    rest_dec = abs(dec) * 3600 - (degrees * 3600 + arcmin * 60 + arcsec)
    assert -1e-6 < rest_ra < 0.1 + 1e-6
    assert -1e-6 < rest_dec < 1 + 1e-6


def test_files_hold_the_image_its_place_and_a_plain_warning(tmp_path) -> None:
    made = simulate(3, seed=6, size=51)
    paths = write_simulated(made, tmp_path / "new" / "folder")
    assert [path.stem for path in paths] == list(made.truth["name"])
    for k, path in enumerate(paths):
        with fits.open(path) as hdus:
            header = hdus[0].header
            np.testing.assert_array_equal(hdus[0].data, made.images[k])
        centre = WCS(header).pixel_to_world_values(25.0, 25.0)
        truth = made.truth["ra"][k], made.truth["dec"][k]
        np.testing.assert_allclose(centre, truth, atol=1e-9)
        assert header["BUNIT"] == "Jy/beam"
        assert header["BMAJ"] == pytest.approx(5.4 / 3600)
        assert header["OBJECT"] == made.truth["name"][k]
        assert header["SIMCLASS"] == made.truth["label"][k]
        assert "SIMULATED" in str(header["COMMENT"])
        assert "not an observation" in str(header["COMMENT"])


def test_north_is_up_and_east_is_left() -> None:
    wcs = simulated_wcs(simulate(1, seed=1, size=32), 0)
    ra, dec = wcs.pixel_to_world_values([15.5, 0.0, 15.5], [15.5, 15.5, 31.0])
    assert ra[1] > ra[0]
    assert dec[2] > dec[0]


def test_header_tells_seed_and_index() -> None:
    header = simulated_header(simulate(2, seed=7, size=32, first=40), 1)
    assert (header["SIMSEED"], header["SIMINDEX"]) == (7, 41)


def test_a_folder_that_cannot_be_made_is_named(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file"):
        write_simulated(simulate(1, seed=1, size=32), tmp_path / "file" / "inside")

"""Controls: always the same, through the query's own way, and what their words say."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.errors import Cancelled, UsageError
from radgalgui.progress import CancelToken
from radgalgui.sky.controls import CONTROLS, EXPECTED, Control, controls
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate.contaminants import CONTAMINANTS, contaminant

_EYES = Preprocessing(pixel_scale=2.7, survey_scale=1.8)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Control]:
    return {control.kind: control for control in controls(_EYES)}


def test_every_contaminant_is_a_control_and_is_drawn_in_order(drawn: dict[str, Control]) -> None:
    assert list(drawn) == list(CONTROLS) == list(EXPECTED)
    assert set(drawn) == set(CONTAMINANTS)
    for control in drawn.values():
        assert control.seen.shape == (1, 64, 64)
        assert control.seen.dtype == np.float32
        assert control.seen.min() >= 0.0
        assert control.seen.max() == 1.0
        assert control.title
        assert control.sentence.endswith(".")


def test_controls_are_always_the_same(drawn: dict[str, Control]) -> None:
    again = {control.kind: control for control in controls(_EYES)}
    for kind, control in drawn.items():
        np.testing.assert_array_equal(control.seen, again[kind].seen)


def test_encoders_of_other_beams_and_bands_see_the_same_sky() -> None:
    for control in controls(Preprocessing(channels=3, pixel_scale=0.396, beam=0.0)):
        assert control.seen.shape == (3, 64, 64)
        assert control.seen.max() == 1.0
    galaxy = controls(Preprocessing(size=32, pixel_scale=15.0, beam=45.0))[0]
    assert 0.01 < (galaxy.seen > 0).mean() < 0.5  # neither a dot nor the whole field


def test_drawing_controls_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        controls(_EYES, cancel=token)


def test_noise_shows_no_source_and_a_point_shows_one(drawn: dict[str, Control]) -> None:
    for kind in ("noise", "white-noise"):
        cutout = make_cutout(contaminant(kind, 3, seed=1), _EYES)
        assert cutout.peak_snr < 6.0
        assert (drawn[kind].seen > 0).mean() < 0.01
    point = make_cutout(contaminant("point", 3, seed=1), _EYES)
    assert point.peak_snr > 6.0
    bright = np.argwhere(drawn["point"].seen[0] > 0.5)
    assert len(bright) < 16
    assert np.abs(bright - 31.5).max() < 4


def test_a_doubled_galaxy_holds_the_same_galaxy_twice() -> None:
    image = contaminant("doubled", 4, seed=1, kinds=("FRII",)).data
    spectrum = np.abs(np.fft.rfft2(image - image.mean())) ** 2
    lags = np.fft.fftshift(np.fft.irfft2(spectrum, s=image.shape)) / spectrum.mean()
    rows, columns = np.indices(image.shape) - image.shape[0] // 2
    far = np.hypot(rows, columns) * 1.8
    beside = lags[(far > 19) & (far < 61)].max()
    assert beside > 0.4 * lags.max()  # half the power, less the noise, comes back at that distance


def test_pixels_of_a_wrong_scale_halve_and_double_the_beam() -> None:
    widths = {}
    for kind in ("coarse", "galaxy", "magnified"):
        image = contaminant(kind, 2, seed=1, kinds=("compact",)).data.astype(float)
        middle = image[60:90, 60:90]
        widths[kind] = np.sqrt((middle > 0.5 * middle.max()).sum())
    assert widths["coarse"] < widths["galaxy"] < widths["magnified"]
    assert widths["magnified"] > 2.2 * widths["coarse"]  # 4 but for whole pixels


def test_artefacts_cross_the_whole_field_and_blocks_have_hard_edges() -> None:
    seen = make_cutout(contaminant("artefact", 0, seed=1), _EYES).seen[0]
    edge = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
    assert (edge > 0).sum() > 8
    blocks = contaminant("blocks", 0, seed=1).data
    steps = np.abs(np.diff(blocks, axis=0)).max() / np.ptp(blocks)
    assert steps > 0.3  # a beam of three pixels would spread it


def test_a_seed_and_an_index_make_one_image() -> None:
    for name in ("point", "artefact"):
        first, again = (contaminant(name, 5, seed=3) for _ in range(2))
        np.testing.assert_array_equal(first.data, again.data)
        assert first.name == again.name
        assert np.abs(first.data - contaminant(name, 6, seed=3).data).max() > 0


def test_unknown_controls_and_kinds_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match="unknown control 'ghost'"):
        contaminant("ghost", 0, seed=1)
    with pytest.raises(UsageError, match="unknown kind"):
        contaminant("galaxy", 0, seed=1, kinds=("spiral",))


def test_galaxies_are_as_large_as_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    any_size, large = (contaminant("galaxy", 3, seed=7, least=least) for least in (0.0, 60.0))
    assert make_cutout(any_size, _EYES).angular_size < 40.0
    assert make_cutout(large, _EYES).angular_size > 50.0  # as measured, with noise
    monkeypatch.setattr("radgalgui.sky.simulate.contaminants._TRIES", 2)
    with pytest.raises(UsageError, match="1000 arcsec are too rare"):
        contaminant("galaxy", 0, seed=7, least=1000.0)

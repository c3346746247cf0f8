"""Broken, foreign and hostile files: answered with their warning, or refused in a sentence."""

from __future__ import annotations

import gzip
import logging
import warnings
from pathlib import Path

import numpy as np
import pytest

from radgalgui.errors import ImageError
from radgalgui.sky import files
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Cutout, SkyImage
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.writer import write_fits

EYES = Preprocessing()


def _answer(path: Path) -> tuple[SkyImage, Cutout] | ImageError:
    """Return image and cutout, or the refusal; warnings are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            image = read_image(path)
            return image, make_cutout(image, EYES)
        except ImageError as error:
            return error


def test_there_are_as_many_kinds_as_promised(hostile_cases) -> None:
    assert len(hostile_cases) >= 40
    assert len({case.name for case in hostile_cases}) == len(hostile_cases)


def test_is_answered_with_its_notes_or_refused_in_a_sentence(
    hostile_case, tmp_path, capfd, caplog
) -> None:
    path = hostile_case.build(tmp_path)
    capfd.readouterr()
    caplog.set_level(logging.INFO)
    answer = _answer(path)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
    if isinstance(answer, ImageError):
        assert hostile_case.outcome == "refused", answer
        _check_refusal(hostile_case, str(answer), path)
    else:
        assert hostile_case.outcome == "answered", "this should have been refused"
        _check_answer(hostile_case, *answer)
        _check_that_it_can_be_written(*answer, tmp_path)


def _check_refusal(case, message: str, path: Path) -> None:
    assert case.says in message
    assert "\n" not in message
    assert message.endswith(".")
    assert len(message) < 250 + len(str(path))


def _check_answer(case, image, cutout) -> None:
    assert case.codes <= {note.code for note in cutout.notes}
    assert all(note.text.endswith(".") for note in cutout.notes)
    assert cutout.data.shape == cutout.seen.shape == (1, EYES.size, EYES.size)
    assert cutout.data.dtype == cutout.seen.dtype == np.float32
    assert np.isfinite(cutout.seen).all()
    assert 0 <= cutout.seen.min() <= cutout.seen.max() <= 1
    assert not np.isinf(cutout.data).any()
    assert image.data.dtype.kind == "f"
    if case.position is None:
        return
    assert cutout.seen.max() == pytest.approx(1.0)
    ra, dec = case.position
    east = ((cutout.position.ra - ra + 180) % 360 - 180) * np.cos(np.deg2rad(dec))
    assert np.hypot(east, cutout.position.dec - dec) * 3600 < 3.0


def _check_that_it_can_be_written(image: SkyImage, cutout: Cutout, folder: Path) -> None:
    path = folder / "cutout of it.fits"
    write_fits(path, cutout.data, wcs=cutout.wcs, unit=image.unit, beam=image.beam)
    again = read_image(path)
    np.testing.assert_array_equal(again.data, cutout.data[0])
    assert (again.wcs is None) == (cutout.wcs is None)


def test_no_permission_is_said_whoever_runs_the_test(make_sky, tmp_path, monkeypatch) -> None:
    path = make_sky.save(tmp_path / "secret.fits")

    def deny(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(ImageError, match="permission"):
        read_image(path)


def test_a_folder_that_may_not_be_entered(make_sky, tmp_path, monkeypatch) -> None:
    def deny(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", deny)
    with pytest.raises(ImageError, match="permission"):
        read_image(tmp_path / "image.fits")


def test_a_name_with_a_null_is_refused() -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        read_image("image\0.fits")


def test_a_small_file_that_unpacks_without_end_is_refused(tmp_path) -> None:
    path = tmp_path / "bomb.fits.gz"
    path.write_bytes(gzip.compress(b"SIMPLE  =                    T".ljust(80) + bytes(5_000_000)))
    with pytest.raises(ImageError, match="GiB when unpacked"):
        files.unpacked(path, limit=1_000_000)


def test_a_compressed_image_beyond_memory_is_refused(make_sky, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("radgalgui.sky.fits._UNPACKED_BYTES", 1000)
    for case in make_sky.CASES:
        if case.name in {"fpack", "gzipped"}:
            folder = tmp_path / case.name
            folder.mkdir()
            with pytest.raises(ImageError, match="GiB"):
                read_image(case.build(folder))


@pytest.mark.parametrize("seed", range(30))
def test_random_damage_never_gets_out_as_anything_else(make_sky, tmp_path, seed) -> None:
    """Overwrite bytes of a good file, header or data, at random."""
    rng = np.random.default_rng(seed)
    held = bytearray(make_sky.save(tmp_path / "good.fits").read_bytes())
    for at in rng.integers(30, 2880 if seed % 2 else len(held), 12):
        held[at] = rng.integers(0, 256)
    path = tmp_path / "damaged.fits"
    path.write_bytes(held)
    answer = _answer(path)
    assert isinstance(answer, ImageError) or np.isfinite(answer[1].seen).all()

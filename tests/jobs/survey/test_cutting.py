"""Sources cut out of images, mosaics, pictures and stacks."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from radgalgui.errors import ImageError
from radgalgui.jobs.survey import mosaics
from radgalgui.jobs.survey.cutting import Cutter, cut
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Options, Plan, Row
from radgalgui.jobs.survey.record import record
from radgalgui.jobs.survey.rows import rows
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.preprocess import Preprocessing

EAST = (202.4 + 90 * 1.8 / 3600 / math.cos(math.radians(31.28)), 31.25 + 60 * 1.8 / 3600)


def _mosaic(*paths: Path) -> Plan:
    return Plan(tuple(map(str, paths)), "mosaic", options=Options(centre="position"))


def test_a_file_is_cut_as_a_query_is(images: Path, small: Preprocessing) -> None:
    plan = recognise([images]).plan
    with Cutter(plan, small) as cutter:
        for row in rows(plan):
            assert isinstance(row, Row)
            made, query = cutter.cut(row), make_cutout(read_image(row.path or ""), small)

            np.testing.assert_array_equal(made.seen, query.seen)
            assert query.position is not None
            assert (made.ra, made.dec) == (query.position.ra, query.position.dec)
            assert made.origin == row.path
            assert made.unit == "Jy/beam"


def test_fluxes_are_those_of_the_source(images: Path, small: Preprocessing) -> None:
    """A round Gaussian of 3 pixels, 5.4 arcsec, has its peak as flux."""
    row = next(iter(rows(recognise([images]).plan)))
    assert isinstance(row, Row)
    made = cut(row, recognise([images]).plan, small)

    assert made.flux == pytest.approx(0.02, rel=0.1)
    assert record(row, made, recognise([images]).plan)["flux"] == made.flux


def test_a_position_is_the_centre_of_its_cutout(mosaic: Path, small: Preprocessing) -> None:
    plan = _mosaic(mosaic)
    with Cutter(plan, small) as cutter:
        middle = cutter.cut(Row(0, "A", 202.4, 31.25))
        beside = cutter.cut(Row(1, "B", 202.4 + 0.002, 31.25))  # 3.4 pixels east of the source
        second = cutter.cut(Row(2, "C", *EAST))

    assert (beside.ra, beside.dec) == (202.4 + 0.002, 31.25)
    for made, x in ((middle, 15.5), (beside, 15.5 + 3.4), (second, 15.5)):
        peak = np.unravel_index(np.argmax(made.data[0]), made.data[0].shape)
        assert abs(peak[1] - x) < 1.5
        assert abs(peak[0] - 15.5) < 1.5


def test_positions_beside_a_mosaic_or_on_blanks_are_refused(
    mosaic: Path, small: Preprocessing
) -> None:
    with Cutter(_mosaic(mosaic), small) as cutter:
        with pytest.raises(ImageError, match="none of the images"):
            cutter.cut(Row(0, "A", 10.0, 31.25))
        with pytest.raises(ImageError, match="blank"):
            cutter.cut(Row(0, "A", 202.4, 31.25 - 130 * 1.8 / 3600))


def test_of_several_mosaics_the_roomiest_is_taken_and_each_is_read_once(
    mosaic: Path,
    tmp_path: Path,
    small: Preprocessing,
    make_sky: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    narrow = make_sky.save(
        tmp_path / "narrow.fits", make_sky.sky((60, 60)), make_sky.header((60, 60))
    )
    read: list[str] = []

    def reading(path: Path) -> object:
        read.append(Path(path).name)
        return read_image(path)

    monkeypatch.setattr(mosaics, "read_image", reading)
    with Cutter(_mosaic(narrow, mosaic), small) as cutter:
        origins = {Path(cutter.cut(Row(n, "A", 202.4, 31.25)).origin).name for n in range(3)}
        cutter.cut(Row(4, "C", *EAST))

    assert origins == {"mosaic.fits"}
    assert read == ["mosaic.fits"]


def test_a_source_dropped_on_the_window_finds_itself(mosaic: Path, small: Preprocessing) -> None:
    """The mosaic's own source, cut by its position and found by a query alike."""
    made = cut(Row(0, "A", 202.4, 31.25), _mosaic(mosaic), small)
    query = make_cutout(read_image(mosaic), small)

    assert np.corrcoef(made.seen.ravel(), query.seen.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("kind", ["png", "png 16 bits", "jpg", "transparent", "palette", "colours"])
def test_pictures_stand_north_up(
    images: Path, tmp_path: Path, small: Preprocessing, kind: str
) -> None:
    """A picture's first row is its northernmost: it comes out as the FITS image does."""
    sky = np.asarray(read_image(images / "field_1.fits").data).copy()
    sky[50:54, 44:50] += 0.02  # north-west of the middle, so that a mirror image would show
    levels = np.clip(sky / sky.max(), 0, 1)[::-1]
    path = tmp_path / f"field.{'jpg' if kind == 'jpg' else 'png'}"
    bytes_ = np.uint8(np.rint(255 * levels))
    if kind == "png 16 bits":
        Image.fromarray(np.uint16(np.rint(65535 * levels))).save(path)
    elif kind == "transparent":
        Image.fromarray(np.stack([bytes_, np.full_like(bytes_, 255)], axis=-1)).save(path)
    elif kind == "palette":
        Image.fromarray(bytes_).convert("P").save(path)
    elif kind == "colours":
        Image.fromarray(np.stack([bytes_, bytes_ // 2, bytes_ * 0], axis=-1)).save(path)
    else:
        Image.fromarray(bytes_).save(path)
    plan = recognise([tmp_path]).plan.with_options(pixel_scale=1.8, beam=5.4)
    row = next(row for row in rows(plan) if isinstance(row, Row))

    made = cut(row, plan, small)

    wanted = make_cutout(replace(read_image(images / "field_1.fits"), data=sky), small)
    assert np.corrcoef(made.seen.ravel(), wanted.seen.ravel())[0, 1] > 0.9
    assert math.isnan(made.ra)
    codes = {note.code for note in made.notes}
    assert "assumed-scale" in codes
    assert ("colours" in codes) == (kind == "colours")


def test_bad_pictures_are_refused_in_a_sentence(tmp_path: Path, small: Preprocessing) -> None:
    (tmp_path / "text.png").write_text("no picture")
    Image.fromarray(np.zeros((40, 40), np.uint8)).save(tmp_path / "black.png")
    Image.fromarray(np.uint8(np.eye(4) * 9)).save(tmp_path / "tiny.png")
    Image.fromarray(np.uint8(np.random.default_rng(0).random((90, 90)) * 255)).save(
        tmp_path / "whole.png"
    )
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:900])
    (tmp_path / "whole.png").unlink()
    plan = recognise([tmp_path]).plan
    with Cutter(plan, small) as cutter:
        for row in rows(plan):
            assert isinstance(row, Row)
            with pytest.raises(ImageError) as caught:
                cutter.cut(row)
            assert Path(row.path or "").name in str(caught.value)


def test_stacks_are_cut_and_ready_images_taken(tmp_path: Path, small: Preprocessing) -> None:
    seen = np.zeros((2, 1, 32, 32), np.uint8)
    seen[:, :, 12:20, 14:18] = 200
    np.save(tmp_path / "ready.npy", seen)
    plan = recognise([tmp_path / "ready.npy"]).plan
    row = Row(1, "x", index=1)

    with Cutter(plan, small) as cutter:
        assert cutter.cut(row).seen.max() == 1.0
        assert "no-wcs" in {note.code for note in cutter.cut(row).notes}
    with Cutter(plan.with_options(pixels="ready"), small) as cutter:
        np.testing.assert_array_equal(np.rint(255 * cutter.cut(row).seen), seen[1])
        with pytest.raises(ImageError, match="number 6"):
            cutter.cut(Row(5, "x", index=5))
    with (
        Cutter(plan.with_options(pixels="ready"), replace(small, size=64)) as cutter,
        pytest.raises(ImageError, match="shape"),
    ):
        cutter.cut(row)


def test_three_bands_come_from_any_layout(tmp_path: Path, small: Preprocessing) -> None:
    y, x = np.mgrid[:40, :40]
    glow = 250 * np.exp(-((x - 20) ** 2 + (y - 20) ** 2) / 20)
    bands = np.stack([glow, glow / 2, glow / 4]).astype(np.uint8)
    np.save(tmp_path / "first.npy", bands[None])
    np.save(tmp_path / "last.npy", np.moveaxis(bands, 0, -1)[None])
    eyes = replace(small, channels=3)
    made = [
        cut(Row(0, "x", index=0), recognise([tmp_path / name]).plan, eyes)
        for name in ("first.npy", "last.npy")
    ]

    assert made[0].seen.shape == (3, 32, 32)
    np.testing.assert_array_equal(made[0].seen, made[1].seen)
    assert "planes" not in {note.code for note in made[0].notes}
    one = cut(Row(0, "x", index=0), recognise([tmp_path / "last.npy"]).plan, small)
    assert "The image has 3 bands: the first was taken." in [note.text for note in one.notes]
    with pytest.raises(ImageError, match="bands"):
        cut(
            Row(0, "x", index=0),
            recognise([tmp_path / "first.npy"]).plan,
            replace(small, channels=4),
        )


@pytest.mark.parametrize("broken", ["nan", "constant", "tiny"])
def test_empty_images_of_a_stack_are_refused(
    tmp_path: Path, small: Preprocessing, broken: str
) -> None:
    value = {"nan": np.nan, "constant": 3.0, "tiny": 0.0}[broken]
    np.save(tmp_path / "s.npy", np.full((1, 20, 20), value))
    plan = recognise([tmp_path / "s.npy"]).plan

    with pytest.raises(ImageError, match="x"):
        cut(Row(0, "x", index=0), plan, small)


def test_a_wider_field_shows_more_sky(images: Path, small: Preprocessing) -> None:
    """Twice the sky, smoothed to twice the beam: the source takes fewer pixels of it."""
    plan = recognise([images]).plan
    row = list(rows(plan))[3]
    assert isinstance(row, Row)
    near, wide = cut(row, plan, small), cut(row, plan.with_options(field=115.2), small)

    assert (wide.seen > 0.5).sum() < 0.6 * (near.seen > 0.5).sum()
    assert near.angular_size < wide.angular_size < 2 * near.angular_size
    assert wide.flux == pytest.approx(near.flux, rel=0.1)


def test_what_the_table_tells_beats_what_was_measured(images: Path, small: Preprocessing) -> None:
    plan = replace(recognise([images]).plan, survey="X")
    row = Row(
        0, "A", path=str(images / "field_0.fits"), label="FRI", columns={"flux": 7.0, "z": 1.0}
    )
    held = record(row, cut(row, plan, small), plan)

    assert (held["flux"], held["survey"], held["label"], held["z"]) == (7.0, "X", "FRI", 1.0)
    assert held["measured_flux"] == pytest.approx(0.02, rel=0.1)
    assert "measured_size" not in held


def test_hostile_images_are_cut_or_refused_in_words(
    hostile_cases: list, tmp_path: Path, small: Preprocessing
) -> None:
    """Every broken, foreign and hostile file, through the door of a survey."""
    paths = {}
    for number, case in enumerate(hostile_cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        paths[case.name] = (case, case.build(folder))
    plan = Plan(tuple(str(path) for _, path in paths.values()), "folder")
    with Cutter(plan, small) as cutter:
        for number, (case, path) in enumerate(paths.values()):
            row = Row(number, case.name, path=str(path))
            if case.refused:
                with pytest.raises(ImageError) as caught:
                    cutter.cut(row)
                assert "\n" not in str(caught.value), case.name
            else:
                seen = cutter.cut(row).seen
                assert seen.shape == (1, 32, 32), case.name
                assert np.isfinite(seen).all(), case.name

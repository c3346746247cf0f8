"""A few sources as encoders will see them, warnings, and the fingerprint of a plan."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from radgalgui.errors import Cancelled
from radgalgui.jobs.survey.cutting import Cutter
from radgalgui.jobs.survey.fingerprint import fingerprint
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Cut, Row
from radgalgui.jobs.survey.preview import preview, warnings_of
from radgalgui.jobs.survey.rows import rows
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing


def test_a_preview_shows_what_a_build_will_cut(images: Path, small: Preprocessing) -> None:
    plan = recognise([images]).plan
    shown = preview(plan, small, count=3, seed=1)

    assert [row.number for row, _ in shown.cuts] == sorted(row.number for row, _ in shown.cuts)
    assert len(shown.cuts) == 3
    assert not shown.rejected
    with Cutter(plan, small) as cutter:
        for row, made in shown.cuts:
            np.testing.assert_array_equal(made.seen, cutter.cut(row).seen)
    again = preview(plan, small, count=3, seed=1)
    assert [row.name for row, _ in again.cuts] == [row.name for row, _ in shown.cuts]


def test_bad_rows_are_listed_and_others_shown(
    images: Path, tmp_path: Path, small: Preprocessing
) -> None:
    for number in range(3):
        shutil.copy(images / f"field_{number}.fits", tmp_path)
    (tmp_path / "page.fits").write_text("<html></html>")
    shown = preview(recognise([tmp_path]).plan, small, count=12)

    assert len(shown.cuts) == 3
    assert [each.name for each in shown.rejected] == ["page"]
    assert "web page" in shown.rejected[0].reason


def test_a_file_that_nobody_thought_of_is_listed_too(
    images: Path, small: Preprocessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(self: Cutter, row: Row) -> Cut:
        if row.name == "field_2":
            raise ZeroDivisionError("odd")
        return whole(self, row)

    whole = Cutter.cut
    monkeypatch.setattr(Cutter, "cut", cut)
    shown = preview(recognise([images]).plan, small)

    assert len(shown.cuts) == 3
    assert [each.reason for each in shown.rejected] == ["cannot be read (ZeroDivisionError: odd)"]


def test_sources_are_small_beside_the_beam_that_is_shown(
    images: Path, small: Preprocessing
) -> None:
    """Of 20 arcsec: less than twice the beam where that is widened with the field."""
    plan = recognise([images]).plan
    cuts = [(row, replace(cut, angular_size=20.0)) for row, cut in preview(plan, small).cuts]
    wide = plan.with_options(field=3 * small.field_of_view)

    assert not any("larger than the beam" in told for told in warnings_of(cuts, plan, small))
    assert any("larger than the beam" in told for told in warnings_of(cuts, wide, small))


def test_a_preview_can_be_cancelled(images: Path, small: Preprocessing) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(Cancelled):
        preview(recognise([images]).plan, small, cancel=token)


def _unusual(
    make_sky: ModuleType, kind: str, number: int, shape: tuple[int, int]
) -> tuple[np.ndarray, object]:
    """Return an image of some kind and its header."""
    data = make_sky.sky(shape, fwhm=3.0 if kind == "points" else 8.0)
    scale = {"points": 0.05}.get(kind, 1.8)
    beam = {"points": 0.15, "coarse": 13.0}.get(kind, 5.4)
    head = make_sky.header(shape, scale=scale, beam=beam)
    units = {"units": ("Jy/beam", "mJy/beam", "K"), "kelvin": ("K", "K", "K")}
    head["BUNIT"] = units.get(kind, ("Jy/beam",) * 3)[number]
    if kind == "no noise":
        data = np.where(data > 0.001, data, 0).astype(np.float32)
    elif kind == "cut off":
        data = np.minimum(data, 0.004)
    elif kind == "empty":
        data = np.random.default_rng(number).normal(0, 1e-4, shape).astype(np.float32)
    return data, head


@pytest.mark.parametrize(
    ("kind", "says"),
    [("no scale", "pixel scale is not known"), ("no noise", "no noise"), ("cut off", "cut off at"),
     ("points", "fill little"), ("coarse", "wider beam"), ("units", "different units"),
     ("kelvin", "in K, not in Jy/beam"), ("empty", "nothing above 5 times")],
)  # fmt: skip
def test_what_is_unlike_the_encoders_images_is_warned_of(
    tmp_path: Path, make_sky: ModuleType, small: Preprocessing, kind: str, says: str
) -> None:
    shape = (120, 120)
    if kind == "no scale":
        np.save(tmp_path / "s.npy", np.stack([make_sky.sky(shape, fwhm=8.0)] * 3))
    else:
        for number in range(3):
            data, head = _unusual(make_sky, kind, number, shape)
            make_sky.save(tmp_path / f"s{number}.fits", data, head)
    eyes = small if kind != "points" else Preprocessing(size=32, pixel_scale=1.8, beam=0.1)

    warnings = preview(recognise([tmp_path]).plan, eyes).warnings

    assert any(says in warning for warning in warnings), warnings
    assert all("\n" not in warning and warning.endswith((".", "?")) for warning in warnings)


def test_usual_images_are_not_warned_of(images: Path, small: Preprocessing) -> None:
    assert preview(recognise([images]).plan, small).warnings == []


def test_a_fingerprint_tells_whether_anything_has_changed(images: Path, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    shutil.copytree(images, folder)
    plan = recognise([folder]).plan
    first = fingerprint(plan)

    assert fingerprint(plan) == first
    assert fingerprint(plan.with_options(field=60.0)) != first
    os.utime(folder / "field_1.fits", ns=(1, 1))
    second = fingerprint(plan)
    assert second != first
    (folder / "catalogue.unfinished").mkdir()
    (folder / "catalogue.unfinished" / "images.npy").write_bytes(b"1")
    assert fingerprint(plan) == second  # a build writes where its input lies
    (folder / "field_2.fits").unlink()
    assert fingerprint(plan) not in (first, second)


def test_the_fingerprint_of_a_table_holds_the_images_it_names(images: Path, tmp_path: Path) -> None:
    shutil.copy(images / "field_0.fits", tmp_path / "elsewhere.fits")
    table = tmp_path / "tables" / "t.csv"
    table.parent.mkdir()
    table.write_text(f"name,file\nA,{tmp_path / 'elsewhere.fits'}\n")
    plan = recognise([table]).plan
    first = fingerprint(plan)

    (table.parent / "catalogue.csv").write_text("beside")
    assert fingerprint(plan) == first
    os.utime(tmp_path / "elsewhere.fits", ns=(1, 1))
    second = fingerprint(plan)
    assert second != first
    table.write_text(table.read_text() + "B,nowhere.fits\n")
    assert fingerprint(plan) != second


@pytest.mark.real
def test_real_fields_are_cut_as_their_names_say(shared_data: Path) -> None:
    eyes = Preprocessing(pixel_scale=2.7, survey_scale=1.8)
    shown = preview(recognise([shared_data / "first_fields"]).plan, eyes, count=8)

    assert len(shown.cuts) == 8
    for row, made in shown.cuts:
        away = np.hypot((made.ra - row.ra) * np.cos(np.deg2rad(row.dec)), made.dec - row.dec)
        assert away * 3600 < 60
        assert row.label in ("FRI", "FRII", "Hybrid")


@pytest.mark.real
def test_positions_are_cut_from_real_fields(shared_data: Path, tmp_path: Path) -> None:
    files = sorted((shared_data / "first_fields").iterdir())[:12]
    folder = tmp_path / "fields"
    folder.mkdir()
    lines = []
    for number, path in enumerate(files):
        (folder / f"f{number}.fits.fz").symlink_to(path)
        told = next(iter(rows(recognise([path]).plan)))
        assert isinstance(told, Row)
        lines.append(f"S{number},{told.ra / 15:.7f},{told.dec},{told.label}")
    (tmp_path / "t.csv").write_text("name,ra,dec,class\n" + "\n".join(lines))
    found = recognise([folder], tmp_path / "t.csv")
    shown = preview(found.plan, Preprocessing(pixel_scale=2.7, survey_scale=1.8), count=4)

    assert (found.kind, found.plan.options.ra_unit) == ("mosaic", "hour")
    for row, made in shown.cuts:
        assert Path(made.origin).name == f"f{row.name[1:]}.fits.fz"
        assert (made.ra, made.dec) == (row.ra, row.dec)

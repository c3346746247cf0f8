"""Published sets: batches that only plain values may be read from, and the Radio Galaxy Dataset."""

from __future__ import annotations

import os
import pickle
from itertools import islice
from pathlib import Path

import h5py
import numpy as np
import pytest

from radgalgui.errors import DataError, RadGalError
from radgalgui.jobs.survey.cutting import Cutter
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Row
from radgalgui.jobs.survey.rows import rows
from radgalgui.sky.preprocess import Preprocessing

CLASSES = ["100", "102", "104", "110", "112", "200", "201", "210", "300", "310"]


def _image(side: int = 150) -> np.ndarray:
    y, x = np.mgrid[:side, :side] - side // 2
    glow = 255 * np.exp(-(x**2 + y**2) / 20)
    return np.where(glow > 8, glow, 0).astype(np.uint8)


def _batches(folder: Path, names: list[str], labels: list[int], classes: list[str]) -> Path:
    folder.mkdir()
    data = np.stack([_image()] * len(names)).reshape(len(names), -1)
    batch = {"data": data, "labels": labels, "filenames": names}
    (folder / "data_batch_1").write_bytes(pickle.dumps(batch))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": classes}))
    return folder


def test_mirabests_batches_tell_all_that_their_names_hold(
    tmp_path: Path, small: Preprocessing
) -> None:
    names = ["100_123.251+043.797_0.1281_0034.09.png", "310_10.5-009.3_0.1_20.0.png"]
    folder = _batches(tmp_path / "F_batches", names, [0, 9], CLASSES)
    found = recognise([folder])

    assert (found.kind, found.count) == ("published", 2)
    assert "MiraBest" in found.summary
    first, second = rows(found.plan)
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert (first.name, first.label, first.ra) == (names[0][:-4], "FRI", 123.251)
    assert (second.label, second.columns["confidence"]) == ("Hybrid", "uncertain")
    with Cutter(found.plan, small) as cutter:
        made = cutter.cut(second)
    assert (made.ra, made.dec) == (10.5, -9.3)
    assert made.seen[0, 14:18, 14:18].max() == 1.0


def test_fr_deep_is_shown_as_many_beams_wide(tmp_path: Path, small: Preprocessing) -> None:
    folder = _batches(tmp_path / "d", ["1_FRICAT_.png", "2_x_.png"], [0, 1], ["FRI", "FRII"])
    found = recognise([folder])
    first, second = rows(found.plan)

    assert isinstance(second, Row)
    assert (second.label, found.plan.survey) == ("FRII", "NVSS")
    with Cutter(found.plan, small) as cutter:
        assert isinstance(first, Row)
        made = cutter.cut(first)
    assert np.isnan(made.ra)
    assert made.angular_size > 100  # arcsec: the pixels are of 15


def test_a_batch_that_would_run_something_is_refused(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "run"),)

    folder = _batches(tmp_path / "b", ["a.png"], [0], CLASSES)
    for name in ("batches.meta", "data_batch_1"):
        (folder / name).write_bytes(pickle.dumps({"label_names": Evil(), "data": Evil()}))
        with pytest.raises(DataError):
            recognise([folder])
    assert not (tmp_path / "run").exists()


def test_batches_of_another_set_are_refused(tmp_path: Path) -> None:
    folder = _batches(tmp_path / "b", ["a.png"], [0], ["cat", "dog"])

    with pytest.raises(RadGalError, match="cat"):
        recognise([folder])


def test_the_radio_galaxy_dataset_has_better_positions_in_its_texts(
    tmp_path: Path, small: Preprocessing
) -> None:
    path = tmp_path / "galaxy_data_h5.h5"
    told = ("14 12 31.76 +14 00 41.0", "100_1.5+002.5_0.1_30.0.png", "")
    with h5py.File(path, "w") as file:
        for number, (text, ra, dec) in enumerate(
            zip(told, (213.132, 1.5, 7.0), (14.011, 2.5, -8.0), strict=True)
        ):
            group = file.create_group(f"data_{number + 9}")
            group["Img"] = _image(300)
            group["Img"].attrs.update({"coord_str": text, "RA": ra, "DEC": dec, "Source": "X"})
            group["Label_literature"] = float(number)
            group["Split_literature"] = "train"
    found = recognise([path])
    read = [row for row in rows(found.plan) if isinstance(row, Row)]

    assert (found.kind, found.count) == ("published", 3)
    assert [row.name for row in read] == [
        "J141231.7+140041", "100_1.5+002.5_0.1_30.0", "J002800.0-080000",
    ]  # fmt: skip
    assert read[0].ra == pytest.approx(213.132333, abs=1e-6)
    assert [row.label for row in read] == ["FRI", "FRII", "Compact"]
    with Cutter(found.plan, small) as cutter:
        assert cutter.cut(read[2]).seen.max() == 1.0


@pytest.mark.real
@pytest.mark.parametrize(
    ("where", "count", "label"),
    [("mirabest/F_batches", 1099, "Hybrid"), ("frdeep", 550, "FRII"), ("rgd", 1858, "Bent")],
)
def test_the_published_sets_are_recognised(
    shared_data: Path, where: str, count: int, label: str
) -> None:
    found = recognise([shared_data / where])
    read = list(islice(rows(found.plan), 500))  # all of RGD take seconds

    assert (found.kind, found.count) == ("published", count)
    assert label in found.summary
    assert all(isinstance(row, Row) for row in read)
    assert len({row.name for row in read}) == len(read)

"""Pasted words to paths; the table's order and filter; nothing heavy before the first paint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt

from radgalgui.gui.paths import paths_from_mime, paths_from_text
from radgalgui.gui.source_model import SourceModel, matching
from radgalgui.gui.sources import Sources, format_value


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("/a/b c.fits", ["/a/b c.fits"]),
        ("  \"/a/b.fits\"\n'/c.fit'\n\n", ["/a/b.fits", "/c.fit"]),
        ("file:///a/%C3%BC%20b.fits", ["/a/ü b.fits"]),
        ("~/x.fits", [str(Path.home() / "x.fits")]),
        ("   \n", []),
    ],
)
def test_pasted_words_become_paths(text, paths):
    assert [str(path) for path in paths_from_text(text)] == paths


def test_dropped_files_keep_names_that_are_not_utf_8():
    data = QMimeData()
    data.setData(
        "text/uri-list", b"file:///a/%C3%BC.fits\r\nfile:///a/s%FCd%20b.fits\r\nhttp://x/y\r\n"
    )
    paths = paths_from_mime(data)
    assert [os.fsencode(path) for path in paths] == ["/a/ü.fits".encode(), b"/a/s\xfcd b.fits"]


@pytest.fixture
def sources(tmp_path) -> Sources:
    n = 60
    rng = np.random.default_rng(2)
    flux = rng.normal(size=n)
    flux[::9] = np.nan
    return Sources(
        path=tmp_path,
        title="t",
        simulated=False,
        encoder="e",
        pixel_scale=1.8,
        columns={
            "name": np.array([f"J{i:03d}" for i in range(n)], dtype=object),
            "label": np.array(["FRI", "frii", ""] * 20, dtype=object),
            "flux": flux,
        },
        maps={},
        images=None,
    )


@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_unknown_values_stay_at_the_end(sources, order):
    model = SourceModel()
    model.set_sources(sources)
    model.sort(2, order)
    sorted_flux = sources.columns["flux"][model.order]
    known = np.isfinite(sorted_flux)
    assert known[: known.sum()].all()
    steps = np.diff(sorted_flux[known])
    assert (steps >= 0).all() if order is Qt.SortOrder.AscendingOrder else (steps <= 0).all()
    assert sorted(model.order) == list(range(60))


def test_a_filter_keeps_the_sorting_and_the_case_does_not_matter(sources):
    model = SourceModel()
    model.set_sources(sources)
    model.sort(0, Qt.SortOrder.DescendingOrder)
    model.filter("FRII")
    assert list(model.order) == sorted(matching(sources, "frii"), reverse=True)
    assert model.row_of(int(model.order[3])) == 3
    assert model.row_of(0) == -1
    model.filter("nothing like it")
    assert model.rowCount() == 0
    model.filter("")
    assert model.rowCount() == 60


def test_values_are_written_as_astronomers_write_them():
    assert format_value("ra", 187.70593) == "187.705930"
    assert format_value("dec", -0.5) == "-0.500000"
    assert format_value("flux", float("nan")) == "–"
    assert format_value("label", "") == "–"
    assert format_value("n", np.int64(3)) == "3"


def test_only_qt_is_imported_before_the_first_paint():
    """Everything that takes time is left to the worker thread and the engine."""
    heavy = ("torch", "astropy", "scipy", "pyarrow", "h5py", "sklearn", "umap", "matplotlib")
    late = (*heavy, "radgalgui.gui.training.own_dialog")
    begin = "import sys, radgalgui.gui.app, radgalgui.gui.window"
    code = f"{begin}; print([m for m in {late!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

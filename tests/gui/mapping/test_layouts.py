"""Sources are sorted by where they lie on maps in a thread; the window only takes them."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from radgalgui.gui.cells import Cells, Layouts


def test_a_map_is_sorted_once_until_it_is_another() -> None:
    rng = np.random.default_rng(0)
    places, others = rng.normal(size=(2, 500, 2)).astype(np.float32)
    layouts = Layouts()
    cells = layouts.of("umap", places)
    assert layouts.of("umap", places) is cells
    assert np.array_equal(cells.index, Cells(places).index)
    assert cells.crowding() == Cells(places).crowding()
    assert layouts.of("pca", places) is not cells
    again = layouts.of("umap", others)
    assert np.array_equal(again.xy, others[again.index])
    assert layouts.of("umap", others) is again


@pytest.fixture
def sorters(monkeypatch) -> list[threading.Thread]:
    """Return the threads in which 300 sources, those of the catalogue, are sorted from now on."""
    told: list[threading.Thread] = []
    sort = Cells.__init__

    def noted(self, xy, *args) -> None:
        if len(xy) == 300:
            told.append(threading.current_thread())
        sort(self, xy, *args)

    monkeypatch.setattr(Cells, "__init__", noted)
    return told


def test_no_map_is_sorted_in_the_thread_of_the_window(sorters, window) -> None:
    sources, view = window.desk.sources, window.map.view
    assert len(sorters) == len(sources.maps) == 2
    for _ in sources.maps:
        shown = window.presenter.shown
        assert view.cells is sources.layouts.of(shown.name, sources.maps[shown.name])
        window.commands.next_map()
        assert window.presenter.shown.name != shown.name
    assert len(sorters) == 2
    assert threading.main_thread() not in sorters
    more = sources.with_columns({"twice": 2 * sources.columns["angular_size"]})
    assert more.layouts is sources.layouts

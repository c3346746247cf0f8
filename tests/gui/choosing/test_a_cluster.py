"""The whole way by mouse: zoom to a cluster, take it, see it, take a part away, undo, export it."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from fakes import ENCODER, make_catalog
from hands import drag, moved, point_on_map, settle
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.gui import map_motion

LEFT = Qt.MouseButton.LeftButton
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NOTHING = Qt.KeyboardModifier.NoModifier
CLUSTER = np.arange(7, 300, 7)  # 42 of 300


@pytest.fixture(scope="module")
def clustered(tmp_path_factory) -> Path:
    """Sources all over the map, and some of them in a small cluster away from the middle."""
    path = make_catalog(tmp_path_factory.mktemp("clusters") / "clustered")
    rng = np.random.default_rng(12)
    places = rng.uniform(-10, 10, (300, 2))
    places[np.hypot(*(places - [5, 4]).T) < 2.2] = [-9.5, -9.5]
    places[CLUSTER] = np.array([5, 4]) + rng.uniform(-0.6, 0.6, (len(CLUSTER), 2))
    with CatalogUpdate(path) as update:
        update.add_map(ENCODER, "umap", places.astype(np.float32))
    with Catalog.open(path) as catalog:
        assert np.allclose(catalog.map(ENCODER, "umap")[CLUSTER[0]], places[CLUSTER[0]], atol=1e-5)
    return path


@pytest.fixture
def window(make_window, clustered, qtbot, monkeypatch):
    monkeypatch.setattr(map_motion, "GLIDE_MS", 60)
    monkeypatch.setattr(map_motion, "REST_MS", 80)
    made = make_window(clustered)
    qtbot.waitUntil(lambda: made.desk.ready is not None)
    settle(made, qtbot)
    return made


def middle(window) -> tuple[QPoint, int]:
    """Return where the cluster stands in the view, and how far it reaches."""
    at = np.array([[p.x(), p.y()] for p in (point_on_map(window, int(i)) for i in CLUSTER)])
    centre = at.mean(axis=0)
    return QPoint(*(int(v) for v in centre)), math.ceil(np.hypot(*(at - centre).T).max())


def wheel(view, at: QPoint, notches: int) -> None:
    where = QPointF(at)
    event = QWheelEvent(
        where,
        view.viewport().mapToGlobal(where),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        NOTHING,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def ring(centre: QPoint, radius: int) -> list[QPoint]:
    turns = np.linspace(0, 2 * math.pi, 61)
    return [
        centre + QPoint(round(radius * math.cos(t)), round(radius * math.sin(t))) for t in turns
    ]


def test_a_cluster_is_found_taken_thinned_restored_and_exported(
    window, qtbot, tmp_path, monkeypatch
):
    view, session = window.map.view, window.desk.session
    whole = view.box.viewRect()
    centre, reach = middle(window)
    assert reach < 60

    def zoom_in() -> None:
        for _ in range(40):
            centre, reach = middle(window)
            if reach > 110:
                break
            wheel(view, centre, 1)

    moved(window, qtbot, zoom_in)
    assert view.box.viewRect().width() < whole.width() / 2
    QTest.keyClick(window, Qt.Key.Key_L)
    centre, reach = middle(window)
    drag(view.viewport(), ring(centre, reach + 12))
    assert session.chosen.rows.tolist() == CLUSTER.tolist()
    assert window.tiles.isVisible()
    assert set(window.tiles.sources.rows.tolist()) == set(CLUSTER.tolist())
    assert set(window.table.rows.order.tolist()) == set(CLUSTER.tolist())
    window.tiles.grab()
    QTest.keyClick(window, Qt.Key.Key_B)
    corner = QPoint(centre.x() + reach + 20, centre.y() + reach + 20)
    drag(view.viewport(), [QPoint(centre.x(), centre.y() - reach - 20), centre, corner], ALT)
    left = set(session.chosen.rows.tolist())
    assert 0 < len(left) < len(CLUSTER)
    assert left < set(CLUSTER.tolist())
    gone = len(CLUSTER) - len(left)
    assert window.actions_["undo"].text() == f"&Undo taking away {gone} sources"
    assert set(window.tiles.sources.rows.tolist()) == left
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert session.chosen.rows.tolist() == CLUSTER.tolist()
    assert set(window.tiles.sources.rows.tolist()) == set(CLUSTER.tolist())
    path = tmp_path / "cluster.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    QTest.mouseClick(window.commands.choosing.presenter.bar.save_button, LEFT)
    qtbot.waitUntil(path.exists)
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == [window.desk.sources.name(int(i)) for i in CLUSTER]
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert not session.chosen
    moved(window, qtbot, lambda: QTest.keyClick(window, Qt.Key.Key_Z, CTRL))
    assert view.box.viewRect().width() == pytest.approx(whole.width(), rel=0.01)

"""The whole road with the real engine and the catalogue that comes with the program."""

from __future__ import annotations

import csv
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from hands import State, answered, ask, click_item, drop, idle
from PySide6.QtWidgets import QApplication

import radgalgui_resources
from radgalgui.gui.app import run
from radgalgui.gui.engine_link import bundled_engine
from radgalgui.gui.sources import look_into

ENGINE_MS = 240_000  # torch is imported by a child process, on a machine that may be busy
FITTED_MS = 900_000  # a query is answered in full when all classifiers have been fitted


@pytest.fixture
def bundle() -> None:
    catalog = radgalgui_resources.catalog_path()
    if not catalog.is_dir():
        pytest.skip("the bundled catalogue has not been built")
    if look_into(catalog).obstacle:
        pytest.skip("the bundled encoder has no weights")


@pytest.fixture
def first_light(bundle, make_window, qtbot):
    window = make_window(radgalgui_resources.catalog_path(), bundled_engine)
    desk = window.desk
    qtbot.waitUntil(lambda: desk.ready is not None or desk.problem != "", timeout=ENGINE_MS)
    assert window.desk.problem == ""
    return window


def test_the_example_finds_its_neighbours_and_they_find_theirs(first_light, qtbot):
    (query,) = ask(first_light, qtbot, [radgalgui_resources.example_path()], timeout=FITTED_MS)
    assert query.state is State.ANSWERED, query.message
    assert [row["rank"] for row in query.rows] == list(range(1, 21))
    alike = [row["similarity"] for row in query.rows]
    assert alike == sorted(alike, reverse=True)
    assert set(query.place) == set(first_light.desk.sources.maps)
    assert query.classes.complete
    assert query.classes.label_set == first_light.desk.classifying.label_set
    assert first_light.classes.headline.whole.startswith("FRII")
    assert len(query.classes.neighbours) == 20
    click_item(first_light.gallery, 0)
    assert first_light.desk.session.selected == query.rows[0]["index"]
    first_light.search_button.click()
    qtbot.waitUntil(lambda: idle(first_light), timeout=FITTED_MS)
    follow = first_light.desk.session.current
    assert follow.index == query.rows[0]["index"]
    assert follow.index not in {row["index"] for row in follow.rows}


def test_the_example_is_drawn_again_better_than_by_an_empty_sky(first_light, qtbot):
    if not radgalgui_resources.weights_path("vdvae").is_file():
        pytest.skip("no network that draws is bundled")
    (query,) = ask(first_light, qtbot, [radgalgui_resources.example_path()], timeout=FITTED_MS)
    told, seen = query.reconstruction, query.seen
    assert told.image.shape == told.residual.shape == seen.seen.shape
    assert told.noise_known
    source = seen.seen > 0
    assert told.chi_square_source < 0.25 * np.mean((seen.cutout[source] / seen.noise) ** 2)
    titles = [pane.title.whole for pane in first_light.image.panes.shown]
    assert titles == ["Original", "Encoder sees", "Reconstruction", "Residual"]
    assert first_light.image.panes.fit.whole.startswith("Left over the source: ")


def test_the_map_is_coloured_by_what_the_engine_predicts(first_light, qtbot):
    first_light.commands.analysis.colour_classes()
    classifying, sources = first_light.desk.classifying, first_light.desk.sources
    qtbot.waitUntil(lambda: classifying.predictions is not None, timeout=FITTED_MS)
    told = classifying.predictions
    assert told.probabilities.shape == (len(sources), len(told.classes))
    known = np.isfinite(told.probabilities).all(axis=1)
    assert known.mean() > 0.8
    np.testing.assert_allclose(told.probabilities[known].sum(axis=1), 1, atol=1e-4)
    assert first_light.map.view.legend.accessibleDescription().startswith(
        "Predicted class by the column Class: FRI"
    )


def test_real_images_are_answered_with_their_positions(first_light, qtbot, shared_data):
    paths = [
        sorted((shared_data / "skyview_originals").glob("*.fits"))[0],
        sorted((shared_data / "vlass").glob("*.fits"))[0],
    ]
    queries = ask(first_light, qtbot, paths, timeout=FITTED_MS)
    assert [q.state for q in queries] == [State.ANSWERED] * 2
    ra, dec = (float(v) for v in paths[0].stem.split("_")[1].replace("-", "+-").split("+")[:2])
    seen = queries[0].seen
    assert seen.ra == pytest.approx(ra, abs=0.02)
    assert seen.dec == pytest.approx(dec, abs=0.02)
    qtbot.waitUntil(lambda: first_light.desk.readout(seen.header) is not None)
    middle = (np.array(seen.seen.shape[-2:]) - 1) / 2
    there = first_light.desk.readout(seen.header).at(*middle)
    assert there == pytest.approx((seen.ra, seen.dec), abs=0.2 / 3600)


def test_the_window_survives_all_hostile_files(first_light, qtbot, hostile_cases, tmp_path):
    """Each is answered, with its warnings, or refused in a sentence; the engine stays."""
    cases = [case for case in hostile_cases if "mosaic" not in case.name]  # slow; see tests/sky
    paths = []
    for number, case in enumerate(cases):
        folder = tmp_path / f"{number:02d}"
        folder.mkdir()
        paths.append(case.build(folder))
    engine = first_light.desk.link.pid
    assert drop(first_light, paths)
    desk = first_light.desk
    qtbot.waitUntil(
        lambda: answered(first_light, len(cases)) and idle(first_light), timeout=FITTED_MS
    )
    assert desk.link.pid == engine
    states = {query.path: query for query in desk.session.queries}
    for case, path in zip(cases, paths, strict=True):
        query = states.get(path) or next(q for q in desk.session.queries if path in q.path.parents)
        expected = State.REFUSED if case.outcome == "refused" else State.ANSWERED
        assert query.state is expected, (case.name, query.message)
        first_light.desk.session.show(query)
        QApplication.processEvents()


def test_a_killed_engine_comes_back(first_light, qtbot):
    with qtbot.waitSignal(first_light.desk.link.ended):
        os.kill(first_light.desk.link.pid, signal.SIGKILL)
    (query,) = ask_slowly(first_light, qtbot)
    assert query.state is State.ANSWERED
    assert "SIGKILL" in first_light.toasts.texts()[0]


def ask_slowly(window, qtbot) -> list:
    window.desk.ask_paths([radgalgui_resources.example_path()])
    qtbot.waitUntil(lambda: bool(window.desk.session.queries) and idle(window), timeout=FITTED_MS)
    return window.desk.session.queries


def test_the_snapshot_of_the_example(bundle, qapp, settings_folder, tmp_path, capsys):
    assert run([], snapshot=tmp_path) == 0
    table, picture, panes = capsys.readouterr().out.splitlines()
    with Path(table).open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 20
    assert (picture, panes) == (str(tmp_path / "window.png"), str(tmp_path / "panes.png"))

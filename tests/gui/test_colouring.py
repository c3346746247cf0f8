"""The map in the colours of what classifiers say of every source."""

from __future__ import annotations

import pytest
from fakes import FakeEngine
from hands import choose
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(shipped, make_window, catalog, qtbot):
    made = make_window(catalog)
    qtbot.waitUntil(lambda: made.desk.ready is not None)
    return made


def test_the_map_is_coloured_by_predicted_class(window, qtbot):
    QTest.keyClick(window.map.view, Qt.Key.Key_C, CTRL_SHIFT)
    legend = window.map.view.legend
    qtbot.waitUntil(lambda: "FRII" in legend.accessibleDescription())
    assert legend.accessibleDescription() == "Predicted class by MiraBest: FRI, FRII"
    assert window.map.columns.currentText() == "Predicted class"
    codes = window.map.view._scale.codes
    assert set(codes[:3]) == {101}  # nothing is predicted of the first three
    assert set(codes[3:]) <= {1, 2}


def test_the_map_is_coloured_by_the_probability_of_a_class(window, qtbot):
    choose(window.map.columns, "Predicted class")
    qtbot.waitUntil(lambda: window.map.columns.findText("Probability of FRII") >= 0)
    choose(window.map.columns, "Probability of FRII")
    scale, told = window.map.view._scale, window.desk.classifying.predictions
    assert (scale.kind, scale.low, scale.high) == ("linear", 0.0, 1.0)
    best, worst = (int(f(told.probabilities[3:, 1])) + 3 for f in (argmax, argmin))
    assert scale.codes[best] > scale.codes[worst]
    assert FakeEngine.made[-1].classed.count(("predict", "simclr")) == 1


def argmax(values) -> int:
    return int(values.argmax())


def argmin(values) -> int:
    return int(values.argmin())


def test_hovering_tells_what_is_predicted(window, qtbot):
    QTest.keyClick(window.map.view, Qt.Key.Key_C, CTRL_SHIFT)
    qtbot.waitUntil(lambda: window.desk.classifying.predictions is not None)
    assert window.presenter.classes.value("predicted:", 0) == ""
    chances = window.desk.classifying.predictions.probabilities[7]
    name = ["FRI", "FRII"][int(chances.argmax())]
    assert (
        window.presenter.classes.value("predicted:", 7) == f"Predicted {name} {chances.max():.2f}"
    )
    view = window.map.view
    places = (view.pixel_of(*view.place_of(i)) for i in range(5, 300))
    at = next(p for p in places if 40 < p.x() < 500 and 40 < p.y() < 400)
    QTest.mouseMove(view.viewport(), QPoint(3, 3))
    QTest.mouseMove(view.viewport(), at)
    qtbot.waitUntil(view.card.isVisible)


def test_predictions_follow_label_set_and_encoder(shipped, make_window, two_encoders, qtbot):
    window = make_window(two_encoders)
    QTest.keyClick(window.map.view, Qt.Key.Key_C, CTRL_SHIFT)
    legend = window.map.view.legend
    qtbot.waitUntil(
        lambda: legend.accessibleDescription() == "Predicted class by MiraBest: FRI, FRII"
    )
    choose(window.classes.sets, "Radio Galaxy Dataset")
    qtbot.waitUntil(lambda: legend.accessibleDescription().endswith("Compact, Bent"))
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: getattr(window.desk.classifying.predictions, "encoder", "") == "byol")
    assert (
        legend.accessibleDescription()
        == "Predicted class by Radio Galaxy Dataset: FRI, FRII, Compact, Bent"
    )
    assert window.map.columns.currentText() == "Predicted class"


def test_predictions_that_cannot_be_made_are_told_in_the_key(shipped, make_window, catalog, qtbot):
    FakeEngine.refused_sets.add("mirabest")
    window = make_window(catalog)
    QTest.keyClick(window.map.view, Qt.Key.Key_C, CTRL_SHIFT)
    legend = window.map.view.legend
    qtbot.waitUntil(lambda: "not known" in legend.accessibleDescription())
    assert set(window.map.view._scale.codes) == {101}


def test_the_colouring_is_remembered(shipped, make_window, catalog, qtbot):
    window = make_window(catalog)
    QTest.keyClick(window.map.view, Qt.Key.Key_C, CTRL_SHIFT)
    qtbot.waitUntil(lambda: window.desk.classifying.predictions is not None)
    choose(window.map.columns, "Probability of FRI")
    window.close()
    again = make_window(catalog)
    qtbot.waitUntil(lambda: again.desk.classifying.predictions is not None)
    assert again.map.columns.currentText() == "Probability of FRI"
    assert again.map.view._scale.kind == "linear"

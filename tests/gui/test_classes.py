"""What the classifiers say of a galaxy, as the window shows it."""

from __future__ import annotations

import csv
import threading
from dataclasses import replace

import pytest
from fakes import FakeEngine, make_catalog, make_image
from hands import ask, choose, click_item, drop, idle
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from telling import LEANING, told_classes

from radgalgui.gui.class_desk import shipped_sets
from radgalgui.gui.class_panel import ClassPanel
from radgalgui.gui.class_text import agreement, leading, row_words, set_words, summary
from radgalgui.gui.colours import class_colour
from radgalgui.gui.layout import is_low
from radgalgui.jobs.results import class_columns

LEFT = Qt.MouseButton.LeftButton
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(shipped, make_window, catalog, qtbot):
    made = make_window(catalog)
    qtbot.waitUntil(lambda: made.desk.ready is not None)
    return made


def told(members: list[str] | None = None, names=("FRI", "FRII")):
    return told_classes("job", "mirabest", 0.9, "simclr", list(names), [], members)


# -- words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (["FRII"], "FRII"),
        (["FRI", "FRII"], "FRI or FRII: cannot tell apart"),
        ([], "neither: unlike the labelled sources"),
    ],
)
def test_conformal_sets_are_told_in_words(members, words):
    assert set_words(told(members)[-1]) == words


def test_a_classifier_that_is_left_out_is_told_of_in_words(qtbot):
    panel = ClassPanel()
    qtbot.addWidget(panel)
    text = "The classifier 'finetuned' is left out: mirabest.safetensors: is damaged."
    panel.show_classes(replace(told()[-1], notes=[{"code": "classifier", "text": text}]))
    assert panel.notes.text() == text
    assert panel.notes.isVisibleTo(panel)
    assert panel.accessibleDescription().endswith(text)
    panel.show_classes(told()[-1])
    assert not panel.notes.isVisibleTo(panel)


def test_sets_of_several_classes_are_listed():
    names = ("a", "b", "c")
    assert set_words(told(["a", "b", "c"], names)[-1]) == "a, b or c: cannot tell apart"
    assert set_words(told([], names)[-1]) == "none of the classes: unlike the labelled sources"


def test_a_set_is_not_told_before_it_is_known():
    partial = told()[0]
    assert partial.coverage is None
    assert set_words(partial) == "…"
    assert "others still learning" in agreement(partial)


def test_the_leading_class_is_the_most_probable_and_there_may_be_none():
    assert leading(["a", "b", "c"], [0.2, 0.5, 0.3]) == ("b", 0.5)
    assert leading([], []) == ("", 0.0)


def test_a_classifier_tells_what_it_is_and_all_its_probabilities():
    row = told()[-1].rows[3]
    words = row_words(told()[-1], row)
    assert words.split("\n") == ["Logistic regression", "FRII  0.95", "FRI  0.05"]


# -- panel ---------------------------------------------------------------------------------


def test_before_any_question_the_panel_is_quiet(window):
    assert "will stand here" in window.classes.sentence
    assert window.classes.sets.currentText() == "MiraBest"


def test_an_answer_shows_mean_agreement_set_and_all_classifiers(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    panel, classes = window.classes, query.classes
    name, chance = leading(classes.classes, classes.mean)
    assert panel.headline.whole == f"{name}  {chance:.2f}"
    assert panel.agreement.whole == "6 of 7 agree"
    assert panel.members.whole == "FRII"
    assert "91.1 %" in panel.members.toolTip()
    assert [name for name, _ in panel.strip.cells()] == list(LEANING)
    assert "729" in window.docks["classes"].title.count.whole
    assert panel.accessibleDescription() == summary(classes)


def test_galaxy_neighbours_and_classes_are_all_in_view(window, qtbot, image):
    window.resize(1440, 900)
    ask(window, qtbot, [image])
    assert not is_low(window, window.docks)
    for key in ("image", "neighbours", "classes", "queries", "sources"):
        dock = window.docks[key]
        assert dock.visibleRegion().boundingRect().size() == dock.size(), key
    assert window.gallery.viewport().height() > window.gallery.gridSize().height()
    panel = window.classes
    for part in (panel.headline, panel.strip, panel.levels, panel.members, panel.speakers):
        assert part.visibleRegion().boundingRect().height() == part.height()


def test_in_a_low_window_classes_stand_before_the_sources(window, qtbot, image):
    window.resize(1280, 720)
    ask(window, qtbot, [image])
    assert (window.width(), window.height()) == (1280, 720)
    panel = window.classes
    for part in (panel.headline, panel.strip, panel.levels, panel.members, panel.speakers):
        assert part.visibleRegion().boundingRect().height() == part.height()
    assert not window.gallery.visibleRegion().isEmpty()
    assert window.docks["classes"] in window.tabifiedDockWidgets(window.docks["sources"])


@pytest.mark.parametrize(("size", "stacked"), [((960, 600), True), ((1440, 900), False)])
def test_seven_classifiers_and_the_measured_coverage_fit_any_window(
    window, qtbot, image, size, stacked
):
    window.resize(*size)
    ask(window, qtbot, [image])
    panel, strip = window.classes, window.classes.strip
    qtbot.waitUntil(lambda: strip.stacked is stacked)
    assert strip.cell(6).right() == pytest.approx(strip.width(), abs=1)
    assert strip.visibleRegion().boundingRect().width() == strip.width()
    measured = "measured 91.1 %" if stacked else "such sets held the true class of 91.1 %"
    qtbot.waitUntil(lambda: panel.measured.text().startswith(measured))
    qtbot.waitUntil(lambda: panel.members.text() == "FRII")
    assert "such sets held the true class of 91.1 % of labelled" in panel.accessibleDescription()


def test_each_classifier_tells_itself_under_the_pointer_and_by_keys(window, qtbot, image):
    ask(window, qtbot, [image])
    strip = window.classes.strip
    assert "Random forest" in strip.words(1)
    strip.setFocus()
    before = strip.grab().toImage()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert strip.grab().toImage() != before
    assert "fine-tuned" in strip.words(6)
    assert "FRII  0.99" in strip.words(6)


class Learning(FakeEngine):
    """An engine whose last classifiers are still being fitted until it is woken."""

    woken = threading.Event()

    def _classify(self, job, rows) -> None:
        said = told_classes(job, self._label_set, self._level, self._encoder, self._names(), rows)
        self._on_event(said[0])
        self.hold(Learning.woken)
        self._on_event(said[1])


def test_classifiers_appear_as_they_are_ready(shipped, make_window, catalog, qtbot, image):
    Learning.woken.clear()
    window = make_window(catalog, Learning)
    drop(window, [image])
    panel = window.classes
    qtbot.waitUntil(lambda: "still learning" in panel.agreement.whole)
    known = [name for name, row in panel.strip.cells() if row is not None]
    assert known == ["knn", "rf", "svc"]
    assert len(panel.strip.cells()) == 7
    assert "still learning" in panel.strip.words(6)
    assert window.gallery.model().rowCount() == 20
    Learning.woken.set()
    qtbot.waitUntil(lambda: idle(window))
    assert panel.agreement.whole == "6 of 7 agree"


class Silent(FakeEngine):
    """An engine that answers nothing before it is woken."""

    woken = threading.Event()

    def _search(self, *question) -> None:
        self.hold(Silent.woken)
        super()._search(*question)


def test_while_waiting_a_skeleton_stands_there(shipped, make_window, catalog, qtbot, image):
    Silent.woken.clear()
    window = make_window(catalog, Silent)
    drop(window, [image])
    qtbot.waitUntil(lambda: "Waiting" in window.classes.agreement.whole)
    assert [row for _, row in window.classes.strip.cells()] == [None] * 7
    Silent.woken.set()
    qtbot.waitUntil(lambda: idle(window))


def test_a_refused_image_is_not_classified(window, qtbot, tmp_path):
    bad = tmp_path / "refused.fits"
    bad.write_bytes(b"nothing")
    ask(window, qtbot, [bad])
    assert "could not be used" in window.classes.sentence


def test_refused_labels_are_told_in_their_sentence(shipped, make_window, catalog, qtbot, image):
    FakeEngine.refused_sets.add("mirabest")
    window = make_window(catalog)
    ask(window, qtbot, [image])
    assert "has no vectors of simclr" in window.classes.sentence
    choose(window.classes.sets, "Radio Galaxy Dataset")
    qtbot.waitUntil(lambda: idle(window) and window.classes.sentence == "")
    assert window.desk.session.current.classes.label_set == "rgd"


def test_without_any_labels_the_panel_says_so(make_window, tmp_path, qtbot, image):
    plain = make_catalog(tmp_path / "plain", 60, kinds=("galaxy",))
    window = make_window(plain)
    ask(window, qtbot, [image])
    assert "No labelled sources" in window.classes.sentence
    assert not window.classes.sets.isVisible()
    assert not window.actions_["colour_classes"].isEnabled()


# -- choices -------------------------------------------------------------------------------


def test_other_labels_classify_the_query_anew_and_keep_its_neighbours(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    rows = query.rows
    choose(window.classes.sets, "Radio Galaxy Dataset")
    qtbot.waitUntil(lambda: idle(window) and query.classes.label_set == "rgd")
    assert query.classes.classes == ["Bent", "Compact", "FRI", "FRII"]
    assert query.rows == rows
    assert FakeEngine.made[-1].classed[-1] == ("rgd", 0.9)
    QTest.keyClick(window.map.view, Qt.Key.Key_L, CTRL_SHIFT)
    qtbot.waitUntil(lambda: idle(window) and query.classes.label_set == "label")
    assert window.classes.sets.currentText() == "Column: Class"


def test_another_level_asks_for_other_sets(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    choose(window.classes.levels, "99 %")
    qtbot.waitUntil(lambda: idle(window) and query.classes.level == 0.99)
    assert "99 %" in window.classes.members.toolTip()


def test_other_queries_are_classified_anew_when_they_are_shown(window, qtbot, tmp_path):
    first, second = ask(window, qtbot, [make_image(tmp_path / f"{n}.fits") for n in "ab"])
    choose(window.classes.sets, "Radio Galaxy Dataset")
    qtbot.waitUntil(lambda: idle(window) and first.classes.label_set == "rgd")
    assert second.classes.label_set == "mirabest"
    click_item(window.queries, 1)
    qtbot.waitUntil(lambda: idle(window) and second.classes.label_set == "rgd")


def test_labels_chosen_while_others_are_learned_win(shipped, make_window, catalog, qtbot, image):
    Learning.woken.clear()
    window = make_window(catalog, Learning)
    drop(window, [image])
    qtbot.waitUntil(lambda: "still learning" in window.classes.agreement.whole)
    (query,) = window.desk.session.queries
    choose(window.classes.sets, "Radio Galaxy Dataset")
    Learning.woken.set()
    qtbot.waitUntil(lambda: idle(window) and query.classes.label_set == "rgd")
    assert query.classes.complete
    assert ("cancel", "query-1") in FakeEngine.made[-1].asked


class Hesitant(Learning):
    """An engine that has taken a question and says nothing of it yet."""

    taken, begun = threading.Event(), threading.Event()

    def _classify(self, job, rows) -> None:
        said = told_classes(job, self._label_set, self._level, self._encoder, self._names(), rows)
        Hesitant.taken.set()
        self.hold(Hesitant.begun)
        self._on_event(said[0])
        self._on_event(said[1])


def test_labels_chosen_before_anything_was_said_win(shipped, make_window, catalog, qtbot, image):
    Hesitant.taken.clear()
    Hesitant.begun.clear()
    window = make_window(catalog, Hesitant)
    drop(window, [image])
    qtbot.waitUntil(Hesitant.taken.is_set)
    (query,) = window.desk.session.queries
    choose(window.classes.sets, "Radio Galaxy Dataset")
    assert query.classes is None
    Hesitant.begun.set()
    qtbot.waitUntil(lambda: idle(window) and query.classes.label_set == "rgd")


def test_label_set_and_level_are_remembered(shipped, make_window, catalog, qtbot):
    window = make_window(catalog)
    choose(window.classes.sets, "Column: Class")
    choose(window.classes.levels, "80 %")
    window.close()
    again = make_window(catalog)
    assert again.desk.classifying.choice == ("label", 0.8)
    assert again.classes.sets.currentText() == "Column: Class"
    assert again.classes.levels.currentText() == "80 %"


def test_labelled_neighbours_of_the_catalogue_can_be_clicked(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    chips = window.classes.speakers
    assert all(b.focusPolicy() == Qt.FocusPolicy.NoFocus for b in chips.buttons)
    QTest.mouseClick(chips.buttons[0], LEFT)
    assert window.desk.session.selected is None
    choose(window.classes.sets, "Column: Class")
    qtbot.waitUntil(lambda: idle(window) and query.classes.label_set == "label")
    QTest.mouseClick(chips.buttons[1], LEFT)
    assert window.desk.session.selected == query.classes.neighbours[1]["index"]
    assert chips.buttons[1].property("lit")
    QTest.keyClick(chips.buttons[2], Qt.Key.Key_Space)
    assert window.desk.session.selected == query.classes.neighbours[2]["index"]
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_D, CTRL_SHIFT)
        for button, row in zip(chips.buttons, query.classes.neighbours, strict=False):
            dark, names = window.theme.tokens.dark, query.classes.classes
            shown = button.icon().pixmap(8, 8).toImage().pixelColor(4, 4)
            assert shown.name() == class_colour(row["label"], names, dark=dark)


def test_long_names_and_many_classes_do_not_widen_the_window(make_window, tmp_path, qtbot, image):
    kinds = tuple(f"a very long name of class number {i}" for i in range(12))
    window = make_window(make_catalog(tmp_path / "long", 120, kinds=kinds))
    width = window.docks["classes"].width()
    (query,) = ask(window, qtbot, [image])
    assert len(query.classes.classes) == 12
    assert window.docks["classes"].width() == width
    assert not window.classes.grab().isNull()


def test_a_crash_while_classifiers_are_fitted_is_mended(
    shipped, make_window, catalog, qtbot, image
):
    class Dying(FakeEngine):
        died = False

        def _classify(self, job, rows) -> None:
            said = told_classes(job, "mirabest", 0.9, "simclr", ["FRI", "FRII"], rows)
            self._on_event(said[0])
            if not Dying.died:
                Dying.died = True
                raise ChildProcessError
            self._on_event(said[1])

    window = make_window(catalog, Dying)
    (query,) = ask(window, qtbot, [image])
    assert query.classes.complete
    assert len(FakeEngine.made) == 2
    assert FakeEngine.made[1].classed[0] == ("mirabest", 0.9)


def test_classes_are_exported(window, qtbot, image, tmp_path, monkeypatch):
    ask(window, qtbot, [image])
    out = tmp_path / "classes.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(out), ""))
    QTest.keyClick(window.map.view, Qt.Key.Key_X, CTRL_SHIFT)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["classifier"] for row in rows] == [*LEANING, "mean"]
    assert float(rows[0]["probability_FRII"]) == pytest.approx(0.9)
    assert rows[4]["class"] == "FRI"
    assert tuple(rows[0]) == class_columns(("FRI", "FRII"))
    assert rows[0]["conformal_set"] == "{FRII}"
    assert "8 rows" in window.toasts.texts()[-1]


def test_help_on_the_classes_opens(window):
    QTest.mouseClick(window.docks["classes"].help_button, LEFT)
    page = window.commands._help
    assert "conformal" in page.text.toPlainText()
    page.close()


def test_shipped_sets_are_files_mirabest_first(tmp_path):
    assert shipped_sets(tmp_path / "none") == []
    for name in ("rgd", "own", "mirabest"):
        (tmp_path / f"{name}.safetensors").write_bytes(b"")
    assert shipped_sets(tmp_path) == ["mirabest", "rgd", "own"]

"""The page of cutouts: twelve of them, their warnings, and how they are cut."""

from __future__ import annotations

from fake_intake import EYES as SIGHT
from hands import choose, drop
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from walking import click, go_on, walk_to

from radgalgui.gui.survey.wizard import BUILD, COLUMNS, EYES
from radgalgui.jobs.survey.plan import Rejected


def asked_last(intake):
    return [each for each in intake.asked if each[0] == "preview"][-1]


def test_twelve_are_shown_with_what_was_measured(wizard, qtbot, folder, intake):
    walk_to(wizard, qtbot, EYES, folder)
    stamps = wizard.eyes.stamps.stamps
    assert len(stamps) == 12
    assert stamps[0].measured == "20″, 50 σ"
    assert stamps[2].measured == "50 σ"
    assert stamps[1].warnings == ("The source is faint.",)
    assert asked_last(intake)[2] == SIGHT
    assert "look like those" in wizard.eyes.remarks.texts()[0]


def test_they_stand_as_large_as_there_is_room_for(wizard, qtbot, folder):
    walk_to(wizard, qtbot, EYES, folder)
    view = wizard.eyes.stamps
    places = [view.place_of(i) for i in range(12)]
    assert all(view.rect().contains(place) for place in places)
    assert not any(a.intersects(b) for a in places for b in places if a is not b)
    assert places[0].width() > 80


def test_a_cutout_is_marked_by_mouse_and_keys(wizard, qtbot, folder):
    walk_to(wizard, qtbot, EYES, folder)
    view = wizard.eyes.stamps
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.place_of(0).center())
    assert wizard.eyes.marked_name.text() == "field 0 of 0"
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert wizard.eyes.marked.texts() == [
        "21″ across, its peak 50 times the noise",
        "The source is faint.",
    ]
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.at == 11
    assert "field 11" in view.accessibleDescription()


def test_others_are_drawn(wizard, qtbot, folder):
    walk_to(wizard, qtbot, EYES, folder)
    click(wizard.eyes.others)
    qtbot.waitUntil(lambda: bool(wizard.eyes.stamps.stamps))
    assert wizard.eyes.stamps.stamps[0].name == "field 0 of 1"


def test_warnings_and_refusals_stand_in_words(wizard, qtbot, folder, intake):
    intake.warnings = ["All 12 examples have other pixels than the encoder's."]
    intake.rejected = [Rejected(2, "field 2", "no source is there")]
    walk_to(wizard, qtbot, EYES, folder)
    told = wizard.eyes.remarks.texts()
    assert told[:2] == [*intake.warnings, "field 2: no source is there"]
    assert told[2].startswith("One with a sign has remarks")


def test_more_sky_is_shown_at_once_and_stands_in_the_command(wizard, qtbot, folder, intake):
    walk_to(wizard, qtbot, EYES, folder)
    field = wizard.eyes.form.field
    assert field.text() == "as learned (173″)"
    click(field)
    field.selectAll()
    QTest.keyClicks(field, "300")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert wizard.at == EYES
    qtbot.waitUntil(lambda: asked_last(intake)[1].options.field == 300)
    told = wizard.draft.arguments()
    assert told[told.index("--field") + 1] == "300"


def test_cutouts_are_centred_on_positions_if_there_are_any(wizard, qtbot, table, intake):
    walk_to(wizard, qtbot, EYES, table)
    assert wizard.eyes.form.centre.isVisible()
    choose(wizard.eyes.form.centre, "the position told")
    qtbot.waitUntil(lambda: asked_last(intake)[1].options.centre == "position")


def test_pixels_are_asked_for_where_an_image_tells_none(wizard, qtbot, folder, intake):
    walk_to(wizard, qtbot, EYES, folder)
    scale = wizard.eyes.form.scale
    assert not scale.isVisible()
    intake.note = "no-wcs"
    click(wizard.eyes.others)
    qtbot.waitUntil(scale.isVisible)
    click(scale)
    scale.selectAll()
    QTest.keyClicks(scale, "1.5")
    QTest.keyClick(scale, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: asked_last(intake)[1].options.pixel_scale == 1.5)
    told = wizard.draft.arguments()
    assert told[told.index("--pixel-scale") + 1] == "1.5"


def test_nobody_waits_for_the_cutouts(wizard, qtbot, folder, intake):
    walk_to(wizard, qtbot, COLUMNS, folder)
    intake.held.clear()
    click(wizard.next_button)
    assert wizard.eyes.stamps.expected == 12
    assert wizard.hint.text() == "Cutting some of them out…"
    go_on(wizard, qtbot)
    assert wizard.at == BUILD


def test_the_answer_on_other_data_is_not_shown(wizard, qtbot, folder, table, intake):
    walk_to(wizard, qtbot, COLUMNS, folder)
    intake.held.clear()
    click(wizard.next_button)
    click(wizard.steps.button(0))
    assert drop(wizard, [table], wizard.data.field)
    intake.held.set()
    qtbot.waitUntil(lambda: wizard.draft.found is not None)
    assert wizard.desk["preview"].answer is None
    assert wizard.eyes.stamps.stamps == ()

"""The page of rows and columns: guesses changed, rows counted, problems told."""

from __future__ import annotations

import pytest
from hands import choose
from PySide6.QtCore import Qt
from walking import give, go_on, walk_to

from radgalgui.gui.survey.checks import check_rows
from radgalgui.gui.survey.wizard import COLUMNS, EYES
from radgalgui.jobs.survey.plan import Rejected, Row


def texts(page, row: int) -> list[str]:
    return [page.table.item(row, c).text() for c in range(page.table.columnCount())]


def test_first_rows_stand_below_what_their_columns_mean(wizard, qtbot, table):
    walk_to(wizard, qtbot, COLUMNS, table)
    page = wizard.columns
    assert [box.currentText() for box in page.table.roles.values()] == [
        *("Name", "Right ascension", "Declination", "Comes along")
    ]
    assert texts(page, 2) == ["J0", "0.5", "30", "1.2"]
    assert page.table.units["RAJ2000"].currentText() == "degrees"
    assert not page.table.units["Name"].isVisible()
    assert page.verdict.text() == "All 24 rows are good."
    assert wizard.next_button.isEnabled()


def test_a_folder_has_rows_and_nothing_to_choose(wizard, qtbot, folder):
    walk_to(wizard, qtbot, COLUMNS, folder)
    page = wizard.columns
    assert page.table.roles == {}
    assert texts(page, 0) == ["field 0", "/data/0.fits"]
    assert not page.frame_line.isVisible()


def test_a_wrong_guess_is_mended_and_stands_in_the_command(wizard, qtbot, table, intake):
    walk_to(wizard, qtbot, COLUMNS, table)
    page = wizard.columns
    choose(page.table.roles["Sint"], "Flux density")
    qtbot.waitUntil(wizard.next_button.isEnabled)
    assert intake.asked[-1][1].columns["flux"] == "Sint"
    assert page.table.units["Sint"].isVisible()
    choose(page.table.units["Sint"], "mJy")
    qtbot.waitUntil(lambda: wizard.desk["rows"].answer is not None)
    assert intake.asked[-1][1].options.flux_unit == "mJy"
    told = wizard.draft.arguments()
    assert tuple(told[told.index("--column") :][:2]) == ("--column", "flux=Sint")
    assert told[told.index("--flux-unit") + 1] == "mJy"


def test_a_role_belongs_to_one_column(wizard, qtbot, table):
    walk_to(wizard, qtbot, COLUMNS, table)
    page = wizard.columns
    choose(page.table.roles["Sint"], "Name")
    qtbot.waitUntil(wizard.next_button.isEnabled)
    assert page.table.roles["Name"].currentText() == "Comes along"
    assert wizard.draft.columns == {"name": "Sint"}


def test_what_cannot_be_meant_is_said_and_holds_one_back(wizard, qtbot, table):
    walk_to(wizard, qtbot, COLUMNS, table)
    page = wizard.columns
    choose(page.table.roles["RAJ2000"], "Comes along")
    qtbot.waitUntil(lambda: bool(wizard.desk["again"].problem))
    assert "no column holds right ascensions" in page.problems.texts()[0]
    assert not wizard.next_button.isEnabled()
    assert wizard.hint.text() == "No row can be used yet"
    choose(page.table.roles["RAJ2000"], "Right ascension")
    qtbot.waitUntil(wizard.next_button.isEnabled)
    assert page.problems.texts() == []


def test_the_frame_of_positions_is_chosen(wizard, qtbot, table, intake):
    walk_to(wizard, qtbot, COLUMNS, table)
    choose(wizard.columns.frame, "Galactic")
    assert wizard.columns.table.roles["RAJ2000"].currentText() == "Galactic longitude"
    qtbot.waitUntil(wizard.next_button.isEnabled)
    assert intake.asked[-1][1].options.frame == "galactic"


def test_problems_are_counted_and_told_once_each(wizard, qtbot, table, intake):
    intake.rejected = [
        Rejected(3, "J3", "no file '/a/3.fits' is there"),
        Rejected(7, "J7", "no file '/a/7.fits' is there"),
        Rejected(9, "", "the declination 95 is beyond the pole"),
    ]
    walk_to(wizard, qtbot, COLUMNS, table)
    page = wizard.columns
    assert page.verdict.text() == "3 of 24 rows will be left out, the other 21 are good."
    first, second, report = page.problems.texts()
    assert first == "2 rows, the first of them 4 (J3): no file '/a/3.fits' is there"
    assert second == "Row 10: the declination 95 is beyond the pole"
    assert "report" in report


def test_without_a_good_row_nobody_goes_on(wizard, qtbot, table, intake):
    intake.count = 2
    intake.rejected = [Rejected(0, "a", "is blank"), Rejected(1, "b", "is blank")]
    give(wizard, qtbot, table)
    go_on(wizard, qtbot)
    qtbot.waitUntil(lambda: wizard.desk["rows"].answer is not None)
    assert wizard.columns.verdict.text() == "2 of 2 rows will be left out."
    assert not wizard.next_button.isEnabled()
    assert not wizard.steps.button(EYES).isEnabled()


def test_a_table_joins_the_folder_that_is_there(wizard, qtbot, folder, table, intake):
    give(wizard, qtbot, folder)
    assert wizard.data.table_line.isVisible()
    give(wizard, qtbot, table)
    assert wizard.draft.inputs == (folder,)
    assert wizard.draft.table == table
    assert wizard.draft.arguments()[3:5] == ["--table", str(table)]
    give(wizard, qtbot, table.parent)
    assert (wizard.draft.inputs, wizard.draft.table) == ((table.parent,), None)


def test_images_join_the_table_that_is_there(wizard, qtbot, folder, table):
    give(wizard, qtbot, table)
    give(wizard, qtbot, folder)
    assert (wizard.draft.inputs, wizard.draft.table) == ((folder,), table)


def test_the_keys_walk_from_the_table_to_the_frame(wizard, qtbot, table):
    walk_to(wizard, qtbot, COLUMNS, table)
    assert wizard.columns.frame.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not wizard.columns.table.tabKeyNavigation()


@pytest.mark.parametrize("count", [0, 1, 500])
def test_every_row_is_counted(count):
    rows = [Row(i, f"J{i}") if i % 5 else Rejected(i, f"J{i}", f"bad {i}") for i in range(count)]
    checked = check_rows(iter(rows))
    assert checked.total == count
    assert sum(p.count for p in checked.problems) == checked.rejected == -(-count // 5)
    assert len(checked.problems) == min(count, 1)

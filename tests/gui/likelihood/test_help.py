"""The help on likelihoods: it opens, leads on, and tells of every method and tab."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import radgalgui_resources
from radgalgui.gui.help import shortcuts_text
from radgalgui.jobs.likelihood.methods import METHOD_WORDS
from radgalgui.sky.controls import CONTROLS


def test_the_page_tells_of_every_method_and_leads_to_pages_that_exist():
    folder = radgalgui_resources.path("help")
    text = (folder / "likelihood.md").read_text(encoding="utf-8")
    for method, words in METHOD_WORDS.items():
        assert method == "log_likelihood" or f"**{words}**" in text
    for drawing in CONTROLS.values():
        assert f"| {drawing.title} |" in text
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    assert all((folder / f"{link}.md").is_file() for link in links)


def test_f1_opens_it_and_the_shortcuts_are_listed(judged_window, open_page):
    page = open_page(judged_window, "Controls")
    QTest.keyClick(page, Qt.Key.Key_F1)
    text = judged_window.commands._help.text.toPlainText()
    for tab in page.tabs:
        assert f"{tab.title}:" in text
    judged_window.commands._help.close()
    assert "Widen a range" in shortcuts_text([])

"""What is dragged over the window is looked at once, however long it is dragged."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent
from PySide6.QtWidgets import QApplication, QWidget

from radgalgui.gui import drop
from radgalgui.gui.drop import DropCurtain


@pytest.fixture
def dragged(qtbot, monkeypatch):
    """Return a function that drags data over a window; it tells how often that was looked at."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    curtain = DropCurtain(window)
    looked = []
    read = drop.paths_from_mime
    monkeypatch.setattr(drop, "paths_from_mime", lambda data: (looked.append(1), read(data))[1])

    def drag(data: QMimeData) -> tuple[DropCurtain, bool, int]:
        looked.clear()
        common = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        event = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, *common)
        QApplication.sendEvent(window, event)
        for x in range(20, 600, 20):
            event = QDragMoveEvent(QPoint(x, 10), Qt.DropAction.CopyAction, *common)
            QApplication.sendEvent(window, event)
        return curtain, event.isAccepted(), len(looked)

    return drag


def test_thousands_of_files_are_counted_once(dragged, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / f"{n}.fits")) for n in range(2000)])
    curtain, taken, looks = dragged(data)
    assert taken
    assert looks == 1
    assert [offer.kind for offer in curtain.offered] == ["search", "catalogue"]
    assert "2,000" in curtain.offered[0].text


def test_words_and_pages_of_the_web_are_not_taken(dragged, tmp_path):
    for words, urls in (("A sentence from a paper.", []), ("", [QUrl("https://example.org/a")])):
        data = QMimeData()
        data.setText(words)
        if urls:
            data.setUrls(urls)
        curtain, taken, _ = dragged(data)
        assert not taken
        assert not curtain.isVisibleTo(curtain.parentWidget())

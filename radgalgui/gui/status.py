"""The line at the foot of the window: what is being done, on what, with what."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QStatusBar, QWidget

from radgalgui.gui.desk import Desk
from radgalgui.gui.names import encoder_title
from radgalgui.gui.theme import numbers_font

__all__ = ["Status", "doing"]

DEVICES = {"cpu": "CPU", "cuda": "CUDA GPU", "mps": "Apple GPU"}


def shortened(title: str, most: int = 40) -> str:
    """Return a title that leaves room for what stands beside it."""
    return title if len(title) <= most else f"{title[: most - 1]}…"


def doing(desk: Desk) -> str:
    """Return what a desk is doing, in a few words; "" when idle."""
    if desk.opening.switch is not None:
        return desk.opening.switch.words
    if desk.problem:
        return ""
    if desk.sources is None:
        return "Opening the catalogue…"
    if desk.looking:
        return "Looking for images…"
    if desk.ready is None and not desk.obstacle:
        return "Starting the encoder…"
    return desk.session.words


class Status(QStatusBar):
    """Idle or working at the left; catalogue, encoder and device at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self.setAccessibleName("Status")
        self.setFont(numbers_font(self.font()))
        self.work, self.catalog, self.encoder, self.device = (QLabel() for _ in range(4))
        self.work.setContentsMargins(10, 3, 10, 3)
        self.stop = QPushButton("Stop")
        self.stop.setObjectName("small")
        self.stop.setToolTip("Drop the images that have not been looked at yet")
        self.leave = QPushButton("Close")
        self.leave.setObjectName("small")
        self.leave.setAccessibleName("Close this catalogue")
        self.leave.setToolTip("Go back to the simulated catalogue that comes along (Ctrl+W)")
        self.addWidget(self.work)
        self.addWidget(self.stop)
        self.stop.hide()
        for label in (self.catalog, self.encoder, self.device):
            label.setContentsMargins(10, 3, 10, 3)
            self.addPermanentWidget(label)
        self.insertPermanentWidget(3, self.leave)  # behind the catalogue
        self.leave.hide()
        self.work.setText("Opening the catalogue…")

    def show_desk(self, desk: Desk, drawing: str = "") -> None:
        """Say what the desk is doing, or else what is being drawn."""
        problem = "The catalogue could not be opened" if desk.sources is None else desk.problem
        self.work.setText(problem if desk.problem else doing(desk) or drawing or "Idle")
        self.stop.setVisible(desk.waiting > 1)
        sources, ready = desk.sources, desk.ready
        if sources is not None:
            title = sources.title or sources.path.name
            kind = "Simulated catalogue" if sources.simulated else shortened(title)
            self.catalog.setText(f"{kind}, {len(sources):,} sources")
            self.catalog.setToolTip(f"{sources.title}\n{sources.path}")
            self.encoder.setText(encoder_title(sources.encoder) or "No vectors")
        if ready is not None:
            name = encoder_title(ready.encoder)
            self.encoder.setText(f"{name}, {ready.dimension}-d vectors")
            device = DEVICES.get(ready.device, ready.device)
            threads = "1 thread" if ready.threads == 1 else f"{ready.threads} threads"
            self.device.setText(f"{device}, {threads}" if ready.threads else device)
        self.device.setVisible(ready is not None)

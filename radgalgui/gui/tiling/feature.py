"""Images in place of points as a part of the window: a switch, a slider, and their keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from radgalgui.gui.feature import Feature, Spec
from radgalgui.gui.segments import Segments
from radgalgui.gui.theme import GRID

if TYPE_CHECKING:
    from radgalgui.gui.theme import Tokens
    from radgalgui.gui.tiling.presenter import TilesPresenter
    from radgalgui.gui.window import MainWindow

__all__ = ["TilesFeature"]

POINTS, IMAGES = 0, 1
SMALLEST, LARGEST, STEP = 48, 128, 16  # pixels that an image is wide
TOOLS_WIDE = 44  # of the column of buttons in the map's corner, with its margin


class SizeSlider(QWidget):
    """A slider in the lower right of the map, beside its buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("mapTools")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        label = QLabel("Size")
        label.setObjectName("muted")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(SMALLEST, LARGEST)
        self.slider.setSingleStep(STEP // 2)
        self.slider.setPageStep(STEP)
        self.slider.setFixedWidth(12 * GRID)
        self.slider.setAccessibleName("Size of the images on the map")
        self.slider.setToolTip("How large the images are (Ctrl+Alt++ and Ctrl+Alt+-)")
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 4, GRID, 4)
        row.addWidget(label)
        row.addWidget(self.slider)
        parent.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.place()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """Stand left of the map's buttons."""
        self.resize(self.sizeHint())
        self.move(
            self._over.width() - self.width() - TOOLS_WIDE - 2 * GRID,
            self._over.height() - self.height() - 2 * GRID,
        )


class TilesFeature(Feature):
    """Lets the map show images of its sources."""

    specs: ClassVar[tuple[Spec, ...]] = (
        Spec(
            "map_images",
            "&View",
            "I&mages instead of points",
            ("Ctrl+Shift+I",),
            "Tile the map with galaxies, each of which stands for those around it",
            before="to_query",
            checkable=True,
        ),
        Spec("larger_images", "&View", "&Larger images", ("Ctrl+Alt++",), before="to_query"),
        Spec("smaller_images", "&View", "S&maller images", ("Ctrl+Alt+-",), before="to_query"),
    )

    presenter: TilesPresenter

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.segments = Segments(
            [
                ("Points", "A point for each source, or how densely they lie"),
                ("Images", "The map tiled with images of its sources (Ctrl+Shift+I)"),
            ]
        )
        self.size = SizeSlider(window.map.view)
        self._made = False
        self._on, self._wide = window.settings.map_tiles()

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            "map_images": lambda: self.switch(on=not self._on),
            "larger_images": lambda: self.resize(self._wide + STEP),
            "smaller_images": lambda: self.resize(self._wide - STEP),
        }

    def connect(self) -> None:
        """Put the switch into the map's title, and do as it was left."""
        window = self._window
        window.map.add_spare(self.segments)
        self.segments.changed.connect(lambda number: self.switch(on=number == IMAGES))
        self.size.slider.valueChanged.connect(self.resize)
        window.presenter.map_shown.connect(self.refresh)
        self.resize(self._wide)
        self.switch(on=self._on)

    def _make(self) -> None:
        """Make what shows images, when they are first wanted."""
        from radgalgui.gui.tiling.presenter import TilesPresenter

        self._made = True
        self.presenter = TilesPresenter(self._window)
        self.presenter.set_theme(self._window.theme.tokens)
        self.presenter.resize(self._wide)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        if self._made:
            self.presenter.set_theme(tokens)

    def refresh(self) -> None:
        """Offer images where there is a map."""
        there = self._window.map.view.scale is not None
        self.segments.setVisible(there)
        self.segments.show_number(IMAGES if self._on else POINTS)
        self.size.setVisible(there and self._on)
        actions = self._window.actions_
        actions["map_images"].setChecked(self._on)
        actions["map_images"].setEnabled(there)
        for key, most in (("larger_images", LARGEST), ("smaller_images", SMALLEST)):
            actions[key].setEnabled(there and self._on and self._wide != most)

    def close(self) -> None:
        """Wait for the thread."""
        if self._made:
            self.presenter.close()

    def switch(self, *, on: bool) -> None:
        """Show images, or points again."""
        self._on = on
        if on and not self._made:
            self._make()
        if self._made:
            self.presenter.switch(on=on)
        self._keep()

    def resize(self, size: int) -> None:
        """Let images be about so many pixels wide."""
        self._wide = min(max(size, SMALLEST), LARGEST)
        if self._made:
            self.presenter.resize(self._wide)
        self.size.slider.blockSignals(True)
        self.size.slider.setValue(self._wide)
        self.size.slider.blockSignals(False)
        self._keep()

    def _keep(self) -> None:
        self._window.settings.keep_map_tiles(shown=self._on, size=self._wide)
        self.refresh()

"""The image view as a part of the window: grid, contours, blinking, limits by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QWidget

from radgalgui.gui.background import Background
from radgalgui.gui.display import BY_HAND
from radgalgui.gui.dock import quiet_button
from radgalgui.gui.feature import Feature, Spec
from radgalgui.gui.imaging.choices import Choices
from radgalgui.gui.imaging.layers import Layers
from radgalgui.gui.imaging.popover import Popover
from radgalgui.gui.imaging.room import Room
from radgalgui.gui.measuring.enlarging import Elbow
from radgalgui.gui.measuring.feature import MeasuringFeature
from radgalgui.gui.measuring.words import brightness

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["ImagingFeature"]

MENU = "&Image"
#: Switches of `Choices` that are actions, by their keys here.
SWITCHES = {
    "image_grid": "grid",
    "image_contours": "contours",
    "image_compass": "compass",
    "image_scale_bar": "scale_bar",
    "image_beam": "beam",
    "image_outline": "outline",
    "image_lock": "locked",
    "image_north_up": "north_up",
    "image_histogram": "histogram",
}
GALACTIC, LEVELS, BLINK = "image_galactic", "image_levels", "image_blink"
LARGE = "image_large"  # an action of those who measure


def _switch(key: str, text: str, keys: str, tip: str, *, line: bool = False) -> Spec:
    return Spec(key, MENU, text, (keys,), tip, line=line, checkable=True)


class ImagingFeature(Feature):
    """Holds the `Choices` of the image view, and what is made for them in another thread."""

    specs: ClassVar[tuple[Spec, ...]] = (
        _switch(BLINK, "&Blink", "X", "Show the pictures in turn in one place; Space steps"),
        _switch(
            "image_histogram",
            "&Histogram and limits",
            "H",
            "Drag or type the values of the original that become black and white",
        ),
        _switch(
            "image_lock",
            "&Move all pictures together",
            "J",
            "Zoom and move all pictures by their positions on the sky",
        ),
        _switch(
            "image_north_up", "&North up", "N", "Turn the pictures so that north is up, east left"
        ),
        _switch(
            "image_grid",
            "Coordinate &grid",
            "G",
            "Lines of longitude and latitude, by the WCS of each picture",
            line=True,
        ),
        _switch(GALACTIC, "Grid in Ga&lactic coordinates", "Shift+G", "Instead of ICRS"),
        _switch(
            "image_contours",
            "&Contours",
            "C",
            "Of the original in sigma of its noise, over what is seen and drawn of it too",
        ),
        Spec(LEVELS, MENU, "Contour le&vels…", ("Shift+C",), "In sigma, and negative ones"),
        _switch("image_compass", "North and &east", "Shift+N", "Arrows, by the WCS"),
        _switch("image_scale_bar", "&Scale bar", "Shift+K", "A round angle"),
        _switch("image_beam", "&Beam", "Shift+B", "The ellipse at half its maximum"),
        _switch("image_outline", "&Outline of the cutout", "Shift+O", "On the original"),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.choices = Choices()
        self.background = Background(window)
        self.elbow: Elbow | None = None
        self.blink_button = quiet_button("blink", "Blink: the pictures in turn in one place (X)")
        self.strip_button = quiet_button("histogram", "Histogram and limits by hand (H)")
        self.over_button = quiet_button("overlays", "Grid, contours and what else is over pictures")
        self.large_button = quiet_button(
            "enlarge", "Large pictures, in a window of their own (Shift+E)"
        )
        for button in (self.blink_button, self.strip_button, self.large_button):
            button.setCheckable(True)

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            **{key: partial(self._switch, key) for key in SWITCHES},
            GALACTIC: self._galactic,
            LEVELS: self.ask_levels,
            BLINK: lambda: self._blink(on=self._window.actions_[BLINK].isChecked()),
        }

    def connect(self) -> None:
        """Stand over and beside the pictures, as on the last day."""
        image = self._window.image
        self.panes, self.strip = image.panes, image.strip
        self.layers = Layers(image.panes, self.background, self._window)
        self.popover = Popover(self._window)
        for button in (
            *(self.over_button, self.strip_button, self.blink_button, self.large_button),
        ):
            image.add_tool(button)
        self.large_button.clicked.connect(self._window.actions_[LARGE].trigger)
        self._window.docks["image"].topLevelChanged.connect(lambda _: self._show_floating())
        self.blink_button.clicked.connect(lambda: self._blink(on=self.blink_button.isChecked()))
        self.strip_button.clicked.connect(
            lambda: self.choose(replace(self.choices, histogram=self.strip_button.isChecked()))
        )
        self.over_button.clicked.connect(self.open_card)
        self.popover.changed.connect(self.choose)
        self.panes.blinks.connect(self._show_blinking)
        self.panes.blinking.interval_changed.connect(
            lambda seconds: self.choose(replace(self.choices, interval=seconds))
        )
        self.strip.wanted.connect(self._count)
        self.strip.in_view_changed.connect(
            lambda on: self.choose(replace(self.choices, in_view=on))
        )
        image.limits.textActivated.connect(self._open_strip)
        image.wishes_changed.connect(lambda _: self._window.commands.pictures.refresh())
        self._share_room()
        self.choose(self._window.settings.choices())

    def _share_room(self) -> None:
        """Let the histogram and the line of measuring tools not stand there both in a low panel."""
        closers: dict[QWidget, Callable[[], None]] = {
            self.strip: lambda: self.choose(replace(self.choices, histogram=False))
        }
        for feature in self._window.commands.features:
            if isinstance(feature, MeasuringFeature):
                closers[feature.bar] = partial(feature.take, None)
                self.elbow = feature.elbow
        self.room = Room(self.panes, closers)

    def back(self) -> bool:
        """End blinking."""
        blinking = not self.panes.blinking.isHidden()
        self.panes.blink(on=False)
        return blinking

    def close(self) -> None:
        """End the thread."""
        self.panes.blink(on=False)
        self.background.close()

    # -- switches --------------------------------------------------------------------------

    def choose(self, choices: Choices) -> None:
        """Show other things over the pictures, and remember them."""
        self.choices = choices
        self.panes.choose(choices)
        self.popover.show_choices(choices)
        self.strip.in_view.setChecked(choices.in_view)
        if self.strip.isHidden() is choices.histogram:
            self.strip.setVisible(choices.histogram)
            self.strip.renew()
        self.strip_button.setChecked(choices.histogram)
        self._make_room()
        self.layers.renew()
        actions = self._window.actions_
        for key, name in SWITCHES.items():
            actions[key].setChecked(bool(getattr(choices, name)))
        actions[GALACTIC].setChecked(choices.frame == "galactic")
        self._window.settings.keep_choices(replace(choices, histogram=False))  # it takes room

    def _open_strip(self, limits: str) -> None:
        """Show where limits are set by hand to whoever wants them so."""
        if limits == BY_HAND and not self.choices.histogram:
            self.choose(replace(self.choices, histogram=True))

    def _switch(self, key: str) -> None:
        change: dict[str, Any] = {SWITCHES[key]: self._window.actions_[key].isChecked()}
        self.choose(replace(self.choices, **change))

    def _galactic(self) -> None:
        galactic = self._window.actions_[GALACTIC].isChecked()
        self.choose(replace(self.choices, frame="galactic" if galactic else "icrs", grid=True))

    def open_card(self) -> None:
        """Open the card of switches, with the noise of the image that is shown."""
        original, text = self.layers.original, "no original image is shown"
        if original is not None:
            noise = brightness(original.noise, original.unit)
            text = f"σ = {noise}" if original.noise > 0 else "noise not known: no contours"
        self.popover.show_noise(text)
        self.popover.open_at(self.over_button)

    def ask_levels(self) -> None:
        """Open the card of switches at the levels of the contours."""
        self.open_card()
        self.popover.levels.setFocus()
        self.popover.levels.selectAll()

    def _show_floating(self) -> None:
        floating = self._window.docks["image"].isFloating()
        self.large_button.setChecked(floating)

    def _blink(self, *, on: bool) -> None:
        self.panes.blink(on=on)
        self._show_blinking(self.panes.blinking.isVisibleTo(self.panes))

    def _show_blinking(self, on: bool) -> None:
        self.blink_button.setChecked(on)
        self._window.actions_[BLINK].setChecked(on)
        self._make_room()

    def _make_room(self) -> None:
        """Let the galaxy take more of its column while pictures blink or limits are dragged."""
        wide = self.choices.histogram or not self.panes.blinking.isHidden()
        if self.elbow is not None:
            self.elbow.spread("imaging", wide=wide)

    def _count(self, values: Any, part: tuple[int, int, int, int] | None) -> None:
        from radgalgui.gui.imaging.pixel_counts import count_pixels

        self.background.run(
            lambda: count_pixels(values, part),
            lambda counts: self.strip.show_counts(values, counts),
            lambda _: None,
        )

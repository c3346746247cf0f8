"""A part of the window that brings its own actions, panels and listeners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from radgalgui.gui.dock import Dock
    from radgalgui.gui.theme import Tokens
    from radgalgui.gui.window import MainWindow

__all__ = ["Feature", "Spec"]


@dataclass(frozen=True)
class Spec:
    """An action.

    Parameters
    ----------
    key : str
        What code calls it.
    menu, text, keys, tip : str, str, tuple of str, str
        Its menu, words, shortcuts, and what it is for.
    before : str
        The action of the same menu that it stands in front of; "" for the end of the menu.
    line : bool
        Whether a line is drawn above it.
    checkable : bool
        Whether it is on or off.
    """

    key: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    before: str = ""
    line: bool = False
    checkable: bool = False


class Feature:
    """What the window asks of each of its parts; a part answers what concerns it.

    Parts are made before panels and actions are, in the order of `features.FEATURES`.
    """

    specs: ClassVar[tuple[Spec, ...]] = ()

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def docks(self) -> dict[str, Dock]:
        """Return panels of its own, by key, before the window lays them out."""
        return {}

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each of its actions does, by key."""
        return {}

    def connect(self) -> None:
        """Join views to session and desk, once the window stands."""

    def refresh(self) -> None:
        """Offer only what can be done now."""

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme; after `connect`."""

    def back(self) -> bool:
        """Take one step back for Escape; False where there is none to take."""
        return False

    def close(self) -> None:
        """End what runs, as the window closes."""

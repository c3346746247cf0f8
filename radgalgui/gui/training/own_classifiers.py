"""The user's own classifiers among the labels on offer: what each is, and the newest put to use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from radgalgui.gui.background import Background
from radgalgui.gui.names import NETWORK_SET

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow
    from radgalgui.jobs.networks.kept import NetworkWords

__all__ = ["OwnClassifiers"]


class OwnClassifiers:
    """Reads, off the window's thread, what there is to say of the classifiers that were kept."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._background = Background(window)

    def close(self) -> None:
        """End the thread, before the window goes."""
        self._background.close()

    def read(self) -> None:
        """Offer those that are there now, each with its words."""
        self._background.run(_words, self._window.desk.classifying.offer_own, lambda _: None)

    def add(self, name: str, *, use: bool) -> None:
        """Offer one more, and classify with it from now on if it shall be used."""
        window = self._window

        def offer(words: dict[str, NetworkWords]) -> None:
            desk = window.desk
            desk.classifying.offer_own(words)
            if not use:
                window.toasts.say(f"“{name}” is kept among your classifiers.", "done")
                return
            label_set = f"{NETWORK_SET}{name}"
            window.commands.analysis.choose_classes(label_set, desk.classifying.level)
            window.docks["classes"].show()
            window.docks["classes"].raise_()
            window.toasts.say(f"“{name}” is kept, and answers in the panel Class.", "done")

        self._background.run(_words, offer, lambda _: None)


def _words() -> dict[str, NetworkWords]:
    from radgalgui.jobs.networks.kept import network_words, networks

    return {f"{NETWORK_SET}{name}": network_words(name) for name in networks()}

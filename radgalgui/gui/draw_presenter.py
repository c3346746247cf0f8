"""Joins the drawing desk to its panel: what is asked there, and what is shown of the answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from radgalgui.gui.desk import Desk
from radgalgui.gui.display import Display
from radgalgui.gui.draw_desk import DrawDesk
from radgalgui.gui.draw_files import DrawFiles
from radgalgui.gui.draw_panel import COMPONENTS, SAMPLES, WALK, DrawPanel
from radgalgui.gui.draw_pictures import DrawPictures
from radgalgui.gui.drawn import Galaxy, Sample, galaxy_in_view
from radgalgui.gui.session import Change
from radgalgui.gui.sources import Sources
from radgalgui.gui.walk_page import STEPS

__all__ = ["DrawPresenter"]


class DrawPresenter(QObject):
    """Shows a `DrawDesk` in a `DrawPanel`, and lets drawn galaxies become queries."""

    def __init__(
        self, desk: Desk, panel: DrawPanel, count: QLabel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.panel, self._count = desk, panel, count
        self.drawing, self.files = DrawDesk(desk.link, self), DrawFiles(self)
        self.pictures = DrawPictures(None, Display().colour_map)
        panel.set_pictures(self.pictures)
        self._connect()
        for kind in self.drawing.errands:
            self._show(kind)

    def _connect(self) -> None:
        panel, drawing = self.panel, self.drawing
        drawing.changed.connect(self._show)
        self.desk.sources_ready.connect(self._take_sources)
        self.desk.session.subscribe(self._session_changed)
        panel.samples.wanted.connect(drawing.draw)
        panel.samples.stopped.connect(lambda: drawing.stop("samples"))
        panel.samples.grid.asked.connect(self.ask)
        panel.samples.grid.pressed_on.connect(self._prepare_file)
        panel.walk.ends_changed.connect(self._walk)
        panel.walk.chosen.connect(self.desk.session.select)
        panel.components.needed.connect(drawing.want_components)
        panel.components.wanted.connect(drawing.traverse)
        panel.stack.currentChanged.connect(lambda _: self._show_count())

    def close(self) -> None:
        """End the thread that writes files."""
        self.files.close()

    # -- following -------------------------------------------------------------------------

    def _take_sources(self, sources: Sources) -> None:
        for page in (self.panel.walk, self.panel.components):
            page.leave_catalog()
        self.drawing.leave_catalog()
        self.pictures = DrawPictures(sources.images, self.pictures.colour_map)
        self.panel.set_pictures(self.pictures)
        self._session_changed(Change.SELECTION)
        self.desk.background.run(_conditioned, self._set_conditioned, lambda _: None)

    def _set_conditioned(self, conditioned: bool) -> None:
        self.panel.samples.set_conditioned(conditioned=conditioned)

    def set_display(self, display: Display) -> None:
        """Draw all pictures in other colours."""
        if display.colour_map != self.pictures.colour_map:
            self.pictures.set_colour_map(display.colour_map)
            self.panel.set_pictures(self.pictures)

    def _session_changed(self, change: Change) -> None:
        if change not in (Change.QUERIES, Change.VIEW):
            self.panel.set_galaxy(self.galaxy)

    @property
    def galaxy(self) -> Galaxy | None:
        """The galaxy in view: the selected source, or else the query."""
        return galaxy_in_view(self.desk.session, self.desk.sources)

    # -- asking ----------------------------------------------------------------------------

    def _walk(self) -> None:
        ends = self.panel.walk.ends
        if ends is not None:
            self.drawing.walk(*ends, STEPS)
        else:
            self.drawing.stop("walk")
            self._show("walk")

    def stop(self) -> bool:
        """Stop what the page in view plays or draws; False where it rests."""
        panel = self.panel
        if panel.walk.player.stop() or panel.components.player.stop():
            return True
        kinds = {SAMPLES: ("samples",), WALK: ("walk",), COMPONENTS: ("traversal", "components")}
        stopped = [self.drawing.stop(kind) for kind in kinds[panel.at]]
        return any(stopped)

    # -- drawn galaxies as files -----------------------------------------------------------

    def _prepare_file(self, sample: Sample) -> None:
        grid = self.panel.samples.grid
        self.with_file(sample, lambda path: grid.file_ready(sample, path))

    def with_file(self, sample: Sample, then: Callable[[Path], None]) -> None:
        """Do something with a drawn galaxy's file, as soon as it is written."""
        self.files.want(sample, then, lambda text: self.desk.said.emit(text, "failure"))

    def ask(self, sample: Sample) -> None:
        """Make a drawn galaxy a query."""
        self.with_file(sample, lambda path: self.desk.ask_paths([path]))

    def as_galaxy(self, sample: Sample, then: Callable[[Galaxy], None]) -> None:
        """Do something with a drawn galaxy as one to draw from."""
        name, image = sample.name, sample.image
        self.with_file(sample, lambda path: then(Galaxy(name, path=path, picture=image)))

    def save_all(self, folder: Path) -> None:
        """Write all drawn galaxies and a contact sheet to a folder."""
        samples = self.drawing.samples
        drawn = samples.in_order() if samples is not None else []
        said = self.desk.said
        self.files.save_all(
            drawn,
            folder,
            lambda text: said.emit(text, "done"),
            lambda text: said.emit(text, "failure"),
        )

    # -- showing ---------------------------------------------------------------------------

    def _show(self, kind: str) -> None:
        drawing, panel, errand = self.drawing, self.panel, self.drawing[kind]
        if kind == "samples":
            panel.samples.show_samples(drawing.samples, errand)
        elif kind == "walk":
            panel.walk.show_walk(drawing.film, errand)
        elif kind == "components":
            panel.components.show_components(drawing.components, errand)
        else:
            panel.components.show_traversal(drawing.traversal, errand)
        self._show_count()
        self.desk.status_changed.emit()

    def _show_count(self) -> None:
        samples, words = self.drawing.samples, ""
        if self.panel.at == SAMPLES and samples is not None:
            drawn, asked = len(samples), samples.order.count
            going = self.drawing["samples"].open
            words = f"{drawn} of {asked}" if going else f"{drawn}"
        self._count.setText(words)


def _conditioned() -> bool:
    from radgalgui.jobs.draw import installed_generator

    facts = installed_generator()
    return facts is not None and facts.conditioned

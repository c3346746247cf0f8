"""Shows the galaxy in its panes: the query, beside a similar source, or a source alone."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from radgalgui.gui.colours import diverging_beside
from radgalgui.gui.desk import Desk
from radgalgui.gui.display import Display, limits_of, symmetric_span
from radgalgui.gui.facts import (
    noise_text,
    position_text,
    query_facts,
    source_brief,
    source_facts,
    source_position,
)
from radgalgui.gui.fit_text import fit_explanation, fit_words, residual_plane
from radgalgui.gui.image_panel import ImagePanel
from radgalgui.gui.imaging.levels import LARGE, Levels
from radgalgui.gui.picture_view import Sky
from radgalgui.gui.session import Query, State
from radgalgui.gui.thumbnails import Thumbnails, plane
from radgalgui.jobs.events import Picture

__all__ = ["GalaxyPresenter"]

#: The encoder's view has been stretched already: it is shown as it is.
AS_SEEN = ("linear", "min-max")
PROGRESS = {State.WAITING: "Waiting for the encoder…", State.WORKING: "Reading the image…"}
SEES = "What the encoder sees"
MOST_LEVELS = 4  # large images whose levels are kept
LEAST_SPAN = {"σ": 5.0, "%": 1.0}  # less is not shown as if it were much
RECONSTRUCTION_TIP = (
    "<p>What a network that learned to draw galaxies draws again from what it kept of this one. "
    "See the help of this panel.</p>"
)
NO_RECONSTRUCTION = "No reconstruction: the network that draws cannot see this galaxy"
NO_RECONSTRUCTION_TIP = (
    "<p>It takes images of as many bands, pixels and as much sky as it was trained on. If no "
    "galaxy is reconstructed, its weights may be damaged: the command <i>radgalgui doctor</i> "
    "tells.</p>"
)


class GalaxyPresenter(QObject):
    """Draws the query or source shown on an image panel, whenever it is told to.

    ``thumbnails`` has the pictures of the catalogue, once it is open.
    """

    def __init__(self, desk: Desk, image: ImagePanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk, self.image, self.session = desk, image, desk.session
        self.thumbnails: Thumbnails | None = None
        self._levels: OrderedDict[str, Levels | None] = OrderedDict()  # of large images, by query
        desk.readouts_changed.connect(self.show)
        image.wishes_changed.connect(self.show)

    def show(self) -> None:
        """Show the query, or the query beside the selected source, or that source alone."""
        query, selected, image = self.session.current, self.session.selected, self.image
        image.show_image(query.job if query is not None and query.index is None else "")
        if query is not None and query.state is State.REFUSED and selected is None:
            image.notes.show_notes([])
            image.refuse(query.name, query.reason)
        elif query is not None and query.state is not State.REFUSED:
            self._show_header(query)
            if selected is None:
                self._show_query(query)
            else:
                self._show_pair(query, selected)
        elif selected is not None:
            self._show_source(selected)
        else:
            image.notes.show_notes([])
            image.invite()

    def _show_header(self, query: Query) -> None:
        image, sources = self.image, self.desk.sources
        image.notes.show_notes(query.notes)
        where = ""
        if query.seen is not None:
            where = position_text(query.seen.ra, query.seen.dec)
        elif query.index is not None and sources is not None:
            at = source_position(sources, query.index)
            where = position_text(*at) if at else ""
        kind = f"{sources.kind} source".strip() if sources is not None else "source"
        measured = query_facts(query) or PROGRESS.get(query.state, "")
        if query.index is not None:
            measured = f"A {kind} of the catalogue"
        image.show_header(query.name, where, measured)

    # -- one query -------------------------------------------------------------------------

    def _show_query(self, query: Query) -> None:
        panes, four = self.image.panes, self._reconstructs(query)
        shown = [panes.left, panes.right] if query.index is None else [panes.left]
        if four:
            shown += [panes.reconstruction, panes.residual]
        if query.index is None:
            sky = self._original(query)
            detail, display = _extent(sky, brief=four), self._original_display(query)
            panes.left.show_sky("Original", detail, sky, display)
            panes.show_only(shown)
        elif self.desk.sources is not None:
            panes.show_only(shown, source_facts(self.desk.sources, query.index))
        seen = self._seen(query)
        view = panes.left if query.index is not None else panes.right
        title = "Encoder sees" if four else SEES
        view.show_sky(title, _extent(seen, brief=four), seen, self._as_seen())
        if four:
            self._show_reconstruction(query, seen)
        elif self.desk.reconstructs and self.image.wishes.reconstruction:
            panes.explain_fit(NO_RECONSTRUCTION, NO_RECONSTRUCTION_TIP)

    def _reconstructs(self, query: Query) -> bool:
        """Whether a reconstruction is there, or to be waited for, and wanted.

        It is told before the classes; what has these without it will not have it.
        """
        coming = self.desk.reconstructs and query.open and query.classes is None
        return (coming or query.reconstruction is not None) and self.image.wishes.reconstruction

    def _show_reconstruction(self, query: Query, seen: Sky | None) -> None:
        told, panes = query.reconstruction, self.image.panes
        if told is None:
            for pane, title in (
                (panes.reconstruction, "Reconstruction"),
                (panes.residual, "Residual"),
            ):
                pane.show_sky(title, "", None, self._as_seen())
            panes.explain_fit("", "")
            return
        drawn = _drawn(plane(told.image), seen)
        panes.reconstruction.show_sky("Reconstruction", "same limits", drawn, self._as_seen(seen))
        panes.reconstruction.title.explain(RECONSTRUCTION_TIP)
        values, unit = residual_plane(told)
        span = symmetric_span(values, least=LEAST_SPAN[unit])
        colours = diverging_beside(self.image.display.colour_map)
        left = replace(drawn, values=values, unit=unit)
        in_units = "in σ of noise" if told.noise_known else "in % of peak"
        if len(told.residual) > 1:
            in_units = f"{unit}, {len(told.residual)} bands together"
        display = Display(*AS_SEEN, colours, span, signed=True)
        panes.residual.show_sky("Residual", in_units, left, display)
        explanation = fit_explanation(told, noise_text(query))
        panes.residual.title.explain(explanation)
        panes.explain_fit(fit_words(told), explanation)
        panes.align((panes.left if query.index is not None else panes.right).view)

    # -- with a source of the catalogue ----------------------------------------------------

    def _show_pair(self, query: Query, selected: int) -> None:
        sources, panes = self.desk.sources, self.image.panes
        if sources is None:
            return
        own = self._seen(query)
        panes.left.show_sky("Query", "as the encoder sees it", own, self._as_seen())
        row = next((r for r in query.rows if r["index"] == selected), None)
        facts = [f"similarity {row['similarity']:.3f}"] if row is not None else []
        facts += [line.removesuffix(" across") for line in source_brief(sources, selected)[:2]]
        title = f"{row['rank']}  {sources.name(selected)}" if row else sources.name(selected)
        panes.show_only([panes.left, panes.right])
        panes.right.show_sky(title, "  ·  ".join(facts), self._stored(selected), self._as_seen())

    def _show_source(self, selected: int) -> None:
        sources, image = self.desk.sources, self.image
        if sources is None:
            return
        image.notes.show_notes([])
        at = source_position(sources, selected)
        kind = f"{sources.kind} source".strip()
        image.show_header(
            sources.name(selected), position_text(*at) if at else "", f"A {kind} of the catalogue"
        )
        sky = self._stored(selected)
        image.panes.left.show_sky(SEES, _extent(sky), sky, self._as_seen())
        image.panes.show_only([image.panes.left], source_facts(sources, selected))

    # -- pictures --------------------------------------------------------------------------

    def _as_seen(self, like: Sky | None = None) -> Display:
        """Return how views of encoders are shown: by their own limits, or those of another."""
        span = limits_of(like.values, "min-max") if like is not None else None
        return Display(*AS_SEEN, self.image.display.colour_map, span)

    def _original_display(self, query: Query) -> Display:
        """Return how the original is shown: as chosen, or as the cutout is stretched for encoders.

        Their asinh is that of astropy, from 0 to the brightest pixel of the cutout.
        """
        seen, display = query.seen, self.image.display
        if seen is None or not self.image.wishes.same_limits:
            return display
        _, peak = limits_of(plane(seen.cutout), "min-max")
        return replace(display, stretch="asinh", span=(0.0, peak) if peak > 0 else None)

    def _original(self, query: Query) -> Sky | None:
        picture, seen = query.picture, query.seen
        if picture is None:
            return None
        levels = None
        if (
            picture.original.size >= LARGE
            and (levels := self._prepared(query.job, picture)) is None
        ):
            return None
        readout = self.desk.readout(picture.header)
        return Sky(
            picture.original,
            picture.unit,
            readout.pixel_scale if readout is not None else 0.0,
            readout,
            picture.beam,
            (*seen.pixel, seen.box) if seen is not None else None,
            noise=picture.noise,
            levels=levels,
        )

    def _prepared(self, job: str, picture: Picture) -> Levels | None:
        """Return the levels of a large image, None until a thread has them."""
        if job in self._levels:
            return self._levels[job]
        self._levels[job] = None
        if len(self._levels) > MOST_LEVELS:
            self._levels.popitem(last=False)
        display = self.image.display

        def keep(levels: Levels) -> None:
            self._levels[job] = levels
            self.show()

        self.desk.background.run(
            lambda: Levels(picture.original).prepared(display),
            keep,
            lambda _: keep(Levels(picture.original)),
        )
        return None

    def _seen(self, query: Query) -> Sky | None:
        if query.index is not None:
            return self._stored(query.index)
        seen = query.seen
        if seen is None:
            return None
        readout = self.desk.readout(seen.header)
        return Sky(plane(seen.seen), "", seen.pixel_scale, readout, grid=query.job)

    def _stored(self, index: int) -> Sky | None:
        sources = self.desk.sources
        if self.thumbnails is None or sources is None:
            return None
        return Sky(self.thumbnails.seen(index), "", sources.pixel_scale, grid=f"source {index}")


def _drawn(values: NDArray[np.float32], seen: Sky | None) -> Sky:
    """Return a reconstruction as a picture, on the grid of what was seen where they are alike."""
    if seen is None or seen.values.shape != values.shape:
        return Sky(values)
    return replace(seen, values=values)


def _extent(sky: Sky | None, *, brief: bool = False) -> str:
    """Return how many pixels a picture has and how wide it is on the sky."""
    if sky is None:
        return ""
    height, width = sky.values.shape
    text = f"{width} × {height} px"
    if sky.pixel_scale > 0:
        across = width * sky.pixel_scale
        wide = f"{across / 60:.1f}′" if across >= 180 else f"{across:.0f}″"
        if brief:
            return f"{wide} wide"
        text += f"  ·  {sky.pixel_scale:.3g}″/px  ·  {wide} wide"
    return text

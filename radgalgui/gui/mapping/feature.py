"""What the window does with maps: makes, shows and removes them, and lays out other axes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radgalgui.gui.background import Background
from radgalgui.gui.errands import sentence
from radgalgui.gui.feature import Feature, Spec
from radgalgui.gui.mapping.hint import PlaceHint

if TYPE_CHECKING:
    from radgalgui.gui.mapping.axes_card import AxesCard
    from radgalgui.gui.mapping.dialog import MapDialog
    from radgalgui.gui.mapping.shown import ShownMap
    from radgalgui.gui.sources import Sources
    from radgalgui.gui.theme import Tokens
    from radgalgui.gui.work.job import Job
    from radgalgui.jobs.maps.axes import Axes, AxisVectors

__all__ = ["MappingFeature"]

KIND = "map"
FEWEST = 2  # sources that any map can be made of


class MappingFeature(Feature):
    """Joins the header's buttons, the form for a new map and the card of axes to the window."""

    specs = (
        Spec(
            "make_map",
            "&View",
            "Ma&ke a map…",
            ("Ctrl+Alt+U",),
            "Lay the sources out by UMAP, t-SNE or PCA with settings of your own",
            before="fit",
        ),
        Spec(
            "map_axes",
            "&View",
            "&Axes of the map…",
            ("Shift+A",),
            "Which principal components, or numbers of the vectors, are the axes",
            before="fit",
        ),
        Spec("remove_map", "&View", "Remo&ve this map…", (), "It can be made again", before="fit"),
    )

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.dialog: MapDialog | None = None
        self.card: AxesCard | None = None
        self._background: Background | None = None
        self._vectors: tuple[tuple[Path, str], AxisVectors] | None = None
        self._wanted = ""  # a map to be shown when its encoder has come
        self._asked = 0

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"make_map": self.make, "map_axes": self.axes, "remove_map": self.remove}

    def connect(self) -> None:
        """Follow the header, the board and the map that is shown."""
        window = self._window
        window.map.chooser.make_wanted.connect(self.make)
        window.map.chooser.axes_wanted.connect(self.axes)
        window.presenter.map_shown.connect(self._map_shown)
        window.desk.encoder_changed.connect(self._arrived)
        window.desk.sources_ready.connect(self._arrived)
        window.board.ended.connect(self._ended)
        window.board.offer(KIND, "Show it", self._show_made)
        self.hint = PlaceHint(window.presenter, window.map.view)

    def refresh(self) -> None:
        """Offer only what can be done now."""
        sources, actions = self._window.desk.sources, self._window.actions_
        can = sources is not None and bool(sources.encoder) and len(sources) >= FEWEST
        shown = self._window.presenter.shown
        actions["make_map"].setEnabled(can)
        actions["map_axes"].setEnabled(shown is not None and shown.exact)
        actions["remove_map"].setEnabled(sources is not None and len(sources.maps) > 1)
        self._window.map.chooser.offer_more(can=can)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for widget in (self.dialog, self.card):
            if widget is not None:
                widget.set_theme(tokens)

    def close(self) -> None:
        """End the thread."""
        if self._background is not None:
            self._background.close()

    def _run(
        self, work: Callable[[], Any], done: Callable[[Any], None], *, writes: str = ""
    ) -> None:
        """Do something in a thread of its own: components of a million vectors take seconds."""
        if self._background is None:
            self._background = Background(self._window)
        self._background.run(work, done, self._trouble, writes=writes)

    def _trouble(self, error: Exception) -> None:
        self._window.toasts.say(sentence(error), "failure")

    # -- making ----------------------------------------------------------------------------

    def make(self) -> None:
        """Open the form for a new map."""
        window, sources = self._window, self._window.desk.sources
        if sources is None or not sources.encoder:
            return
        from radgalgui.gui.mapping.dialog import MapDialog

        draft = _draft(sources, self.dialog)
        if self.dialog is None:
            self.dialog = MapDialog(window, window.board, draft)
            self.dialog.set_theme(window.theme.tokens)
            self.dialog.help_wanted.connect(lambda: window.commands.show_help("map", "Map"))
            self.dialog.started.connect(self._started)
        else:
            self.dialog.take(draft)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _started(self, key: str) -> None:
        title = self._window.board.jobs[key].title
        look = ("Show the job", self._window.commands.jobs.open)
        self._window.toasts.say(f"{title}: it appears above when it is done.", "info", look)

    def _ended(self, key: str, _outcome: Any) -> None:
        """Take in the map that a job has made of the open catalogue."""
        job, sources = self._window.board.jobs.get(key), self._window.desk.sources
        if job is None or sources is None or job.state != "done" or not self._is_ours(job, sources):
            return
        made = str(_result(job).get("map", ""))
        self._renew(sources, changed=made)

    def _is_ours(self, job: Job, sources: Sources) -> bool:
        order = job.record.order
        where = (Path(job.record.cwd) / order.out).absolute()
        return order.kind == KIND and where == sources.path.absolute()

    def _renew(self, sources: Sources, *, changed: str = "", then: str = "") -> None:
        """Read the list of maps again; ``then`` is shown."""
        path, encoder = sources.path, sources.encoder

        def read() -> Any:
            from radgalgui.jobs.maps.stored import read_maps

            places, recipes = read_maps(path, encoder)
            for name, xy in places.items():
                if (name == changed or name not in sources.maps) and len(xy) == len(sources):
                    sources.layouts.of(name, xy)  # now, not in the window's thread
            return places, recipes

        def take(found: Any) -> None:
            now = self._window.desk.sources
            if now is None or (now.path, now.encoder) != (path, encoder):
                return
            places, recipes = found
            fresh = {
                name: xy if name == changed else now.maps.get(name, xy)
                for name, xy in places.items()
                if len(xy) == len(now)
            }
            for kept, new in ((now.maps, fresh), (now.recipes, recipes)):
                kept.clear()
                kept.update(new)
            self._window.presenter.renew_maps()
            if then in now.maps:
                self._window.commands.choose_map(then)
            self._window.commands.refresh()

        self._run(read, take)

    def _show_made(self, job: Job) -> None:
        """Show the map that a job has made, with its encoder and its catalogue."""
        desk, told = self._window.desk, _result(job)
        sources, name = desk.sources, str(told.get("map", ""))
        encoders = [str(each) for each in told.get("encoders", [])]
        if sources is not None and self._is_ours(job, sources):
            if not encoders or sources.encoder in encoders:
                self._renew(sources, then=name)
            else:
                self._wanted = name
                desk.choose_encoder(encoders[0])
            return
        self._wanted = name
        path = (Path(job.record.cwd) / job.record.order.out).absolute()
        desk.open_catalog(path, encoders[0] if encoders else "")

    def _arrived(self, sources: Sources) -> None:
        """Show the map for which another encoder or catalogue was opened."""
        name, self._wanted = self._wanted, ""
        if name in sources.maps:
            self._window.commands.choose_map(name)
        self._vectors = None
        if self.card is not None:
            self.card.hide()

    # -- removing --------------------------------------------------------------------------

    def remove(self) -> None:
        """Remove the map that is shown, once the user has said so."""
        from PySide6.QtWidgets import QMessageBox

        window = self._window
        sources, shown = window.desk.sources, window.presenter.shown
        if sources is None or shown is None or len(sources.maps) < 2:
            return
        title, name = window.map.chooser.title, shown.name
        asked = f"Remove the map {title} of {sources.title or sources.path.name}?"
        answer = QMessageBox.question(window, "Remove a map", f"{asked} It can be made again.")
        if answer is not QMessageBox.StandardButton.Yes:
            return
        path, encoder = sources.path, sources.encoder

        def work() -> None:
            from radgalgui.jobs.maps.make import remove_map

            remove_map(path, encoder, name)

        def done(_: None) -> None:
            window.toasts.say(f"The map {title} was removed.", "done")
            if window.desk.sources is not None:
                self._renew(window.desk.sources)

        self._run(work, done, writes=f"the removal of the map {title}")

    # -- axes ------------------------------------------------------------------------------

    def _map_shown(self) -> None:
        """Name the axes where others can be chosen."""
        shown, text = self._window.presenter.shown, ""
        if shown is not None and shown.exact:
            x, y = (shown.axes.x, shown.axes.y) if shown.axes is not None else (0, 1)
            text = f"{x + 1} × {y + 1}  ▾"
            if shown.axes is None:
                self._read_shares(shown)
        self._window.map.chooser.show_axes(text)
        self.refresh()

    def _read_shares(self, shown: ShownMap) -> None:
        """Find out how much the axes of a stored map hold, for what is written beside them."""
        sources = self._window.desk.sources
        if sources is None:
            return
        path, encoder = sources.path, sources.encoder

        def read() -> Any:
            from radgalgui.jobs.maps.axes import component_title
            from radgalgui.jobs.maps.stored import read_shares

            shares = read_shares(path, encoder, shown.name)[:2]
            return tuple(component_title(axis, share) for axis, share in enumerate(shares))

        def take(titles: Any) -> None:
            if len(titles) == len(shown.axis_titles):
                shown.axis_titles = titles

        self._run(read, take)

    def axes(self) -> None:
        """Open the card on which the axes are chosen."""
        window, shown = self._window, self._window.presenter.shown
        if shown is None or not shown.exact:
            return
        from radgalgui.gui.mapping.axes_card import AxesCard

        if self.card is None:
            self.card = AxesCard(window)
            self.card.wanted.connect(self.show_axes)
            self.card.set_theme(window.theme.tokens)
        self.card.wait()
        self.card.open_below(window.map.chooser.axes)
        self._with_vectors(self._show_card)

    def _show_card(self, vectors: AxisVectors) -> None:
        from radgalgui.jobs.maps.axes import Axes

        shown = self._window.presenter.shown
        if self.card is not None and shown is not None and shown.exact:
            self.card.show_axes(vectors, shown.axes or Axes())

    def _with_vectors(self, use: Callable[[AxisVectors], None]) -> None:
        """Call with the vectors of the encoder in use, when they have been opened."""
        sources = self._window.desk.sources
        if sources is None:
            return
        key = (sources.path, sources.encoder)
        if self._vectors is not None and self._vectors[0] == key:
            use(self._vectors[1])
            return

        def read() -> Any:
            from radgalgui.jobs.maps.axes import AxisVectors

            return AxisVectors.read(*key)

        def take(vectors: AxisVectors) -> None:
            now = self._window.desk.sources
            if now is not None and (now.path, now.encoder) == key:
                self._vectors = (key, vectors)
                use(vectors)

        self._run(read, take)

    def show_axes(self, axes: Axes) -> None:
        """Lay the sources out along other axes; the last that was asked for is shown."""
        from radgalgui.jobs.maps.axes import Axes

        sources, shown = self._window.desk.sources, self._window.presenter.shown
        if sources is None or shown is None:
            return
        self._asked += 1
        number, name = self._asked, shown.name
        if axes == Axes() and name in sources.maps:
            self._window.commands.choose_map(name)
            return

        def lay_out(vectors: AxisVectors) -> None:
            from radgalgui.gui.mapping.shown import axes_map

            if self.card is not None:  # of a million sources it takes seconds
                self.card.say("Laying the sources out…")

            def take(laid: ShownMap) -> None:
                if self.card is not None and number == self._asked:
                    self.card.say("")
                if number == self._asked and self._window.desk.sources is not None:
                    self._window.presenter.show_layout(laid)

            self._run(lambda: axes_map(name, vectors, axes), take)

        self._with_vectors(lay_out)


def _draft(sources: Sources, dialog: MapDialog | None) -> Any:
    """Return a draft for the catalogue that is open, with the settings of the last one."""
    from radgalgui.gui.mapping.draft import MapDraft
    from radgalgui.jobs.maps.stored import read_only

    draft = MapDraft(
        catalog=sources.path,
        count=len(sources),
        encoder=sources.encoder,
        encoders=tuple(sources.encoders) or (sources.encoder,),
        there={sources.encoder: set(sources.maps)},
        fixed=read_only(sources.path),
    )
    if dialog is not None:
        draft.recipe = dialog.draft.recipe
    return draft


def _result(job: Job) -> dict[str, Any]:
    return dict(job.done.result) if job.done is not None else {}

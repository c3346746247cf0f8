"""Sources added to a catalogue and taken out of it: the old state or the new, nothing between."""

from __future__ import annotations

import difflib
import hashlib
import math
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui import __version__
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.files import check_unchanged, new_catalog_folder, publish
from radgalgui.catalog.manifest import Manifest, manifest_bytes
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.likelihood.fit import Hears, ways_of
from radgalgui.jobs.likelihood.redrawn import drawn_before
from radgalgui.jobs.maps.make import remake_maps
from radgalgui.jobs.maps.recipe import FEWEST
from radgalgui.jobs.survey.account import Line, lines_of, past, report_path
from radgalgui.jobs.survey.assemble import add_papers, add_vectors, base_blocks, write_sources
from radgalgui.jobs.survey.build import Built, already, begin, finished, nothing_kept, step_of
from radgalgui.jobs.survey.fingerprint import fingerprint
from radgalgui.jobs.survey.gather import CHUNK, NOTES, ROWS, Admits, gather
from radgalgui.jobs.survey.parts import MAPS, Judging, complete
from radgalgui.jobs.survey.plan import Plan
from radgalgui.jobs.survey.unfinished import Unfinished
from radgalgui.jobs.survey.vectors import About, load_encoders
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard

if TYPE_CHECKING:
    from radgalgui.models.devices import Device

__all__ = ["append", "remove", "thinned"]

APPEND: Final = "append"
REMOVE: Final = "remove"
_SAME: Final = 1.0  # arcsec within which two sources of one name are the same source
_BASE: Final = "the catalogue"


def append(
    path: str | os.PathLike[str],
    plan: Plan,
    *,
    encoders: Mapping[str, str | os.PathLike[str]],
    device: Device | None = None,
    total: int | None = None,
    resume: bool = False,
    restart: bool = False,
    progress: Progress = silent,
    note: Notice = unheard,
    listener: Hears | None = None,
    cancel: CancelToken | None = None,
) -> Built:
    """Add the sources of a plan to a catalogue, behind those that it has.

    The new ones alone are cut out and embedded; indexes and maps are made anew, and likelihoods
    where there are any.  A source whose name and place (within 1") the catalogue has already is
    left out.  The work is done beside the catalogue, which is replaced by one rename when
    everything is done; killed before, it can be gone on with.

    Parameters
    ----------
    path : path
        The catalogue.
    plan : Plan
        Which rows there are, and where their images lie.
    encoders : mapping of str to path
        Weights files of all the encoders whose vectors the catalogue holds.
    device, total, resume, restart, progress, note, listener, cancel
        As for `radgalgui.jobs.survey.build.build`.

    Raises
    ------
    CatalogError
        If ``path`` is no catalogue or changes meanwhile, its vectors were made with other
        weights, an earlier attempt is in the way, or no row became a source.
    UsageError
        If weights of an encoder are missing.
    ImageError, WeightsError, Cancelled
        As for a build.
    """
    target = Path(path)
    with Catalog.open(target) as base:
        loaded = load_encoders(_weights_for(base, encoders))
        for encoder in loaded:
            base.check_weights(encoder.name, encoder.sha256)
        before = manifest_bytes(target)
        identity = _identity(plan, before)
        if resume and (done := already(target, identity, apart_from=[_BASE])) is not None:
            return done
        eyes = base.manifest.preprocessing
        with begin(target, identity, device, resume=resume, restart=restart, note=note) as work:
            counts = gather(
                work, plan, loaded, eyes, device=device, admit=_newcomers(base, work), total=total,
                progress=progress, note=note, cancel=cancel,
            )  # fmt: skip
            if not counts.kept:
                raise nothing_kept(work, target, APPEND)
            about = _about(base.manifest)
            write_sources(work, eyes, about, base=base, progress=progress, cancel=cancel)
            add_vectors(work, loaded, base)
            drawn = drawn_before(base)
            judging = Judging(ways_of(base), work.fits, device, drawn, note, listener)
            _make_parts(work.catalog, base.manifest, judging, progress, cancel)
            check_unchanged(target, before)  # whose papers have gone with what they told of
            add_papers(
                work.catalog, step_of(identity, plan, counts, APPEND), lines_of(work.path(ROWS)),
                history=past(base), account=report_path(base),
            )  # fmt: skip
            publish(work.catalog, target, overwrite=True, instead=before)
            work.finished = True
    return finished(target, counts, note)


def _identity(plan: Plan, manifest: bytes) -> dict[str, Any]:
    """Return what must be the same for an earlier attempt to be gone on with."""
    return {
        "the kind of work": APPEND,
        _BASE: hashlib.sha256(manifest).hexdigest(),
        "the input": fingerprint(plan),
        "the survey": plan.survey,
        "the version of RadGalGUI": [__version__, CHUNK],
    }


def remove(
    path: str | os.PathLike[str],
    names: Collection[str],
    *,
    progress: Progress = silent,
    note: Notice = unheard,
    listener: Hears | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Take sources out of a catalogue; its indexes, maps and likelihoods are made anew.

    Parameters
    ----------
    path : path
        The catalogue.
    names : collection of str
        Of the sources, as the catalogue has them; all that bear such a name go.

    Returns
    -------
    int
        How many went.

    Raises
    ------
    CatalogError
        If ``path`` is no catalogue or changes meanwhile, or would be left without a source.
    UsageError
        If there is no source of a name; nothing is removed then.
    Cancelled
        If the user asked to stop; nothing is removed then.
    """
    target = Path(path)
    with Catalog.open(target) as base:
        gone = _rows_of(base, names)
        lines = [{"name": base.names[row], "reason": "by the user"} for row in gone]
        thinned(
            base, target, gone, lines, what=REMOVE, progress=progress, note=note,
            listener=listener, cancel=cancel,
        )  # fmt: skip
    return len(gone)


def thinned(
    base: Catalog,
    target: Path,
    gone: Sequence[int] | NDArray[np.int64],
    lines: Sequence[Line],
    *,
    what: str,
    values: Mapping[str, NDArray[Any]] | None = None,
    progress: Progress = silent,
    note: Notice = unheard,
    listener: Hears | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Write a catalogue without some of its rows, in its place or as another.

    Parameters
    ----------
    base : Catalog
        What is thinned.
    target : Path
        Where it appears, whole, by one rename; its own folder replaces it.
    gone : sequence of int
        Rows that go.
    lines : sequence of Line
        What is written down of them in the account.
    what : str
        What is done, for the history.
    values : mapping of str to ndarray (N,), optional
        Columns that take the place of its own, or are added.

    Raises
    ------
    CatalogError
        If no row would be left, or the catalogue changes meanwhile.
    Cancelled
        If the user asked to stop; nothing has changed then.
    """
    kept = np.flatnonzero(~np.isin(np.arange(len(base)), gone))
    if not len(kept):
        raise CatalogError(
            "that would leave no source", subject=base.path, remedy="delete the folder instead"
        )
    before = manifest_bytes(base.path)
    with new_catalog_folder(target, overwrite=target == base.path) as folder:
        _write_rows(folder, base, kept, values or {}, progress, cancel)
        drawn = drawn_before(base, kept)
        judging = Judging(ways_of(base), drawn=drawn, note=note, listener=listener)
        _make_parts(folder, base.manifest, judging, progress, cancel)
        check_unchanged(base.path, before)  # whose papers have gone with what they told of
        add_papers(
            folder, {"what": what, "removed": len(gone)}, lines,
            history=past(base), account=report_path(base),
        )  # fmt: skip
        check_unchanged(base.path, before)


def _write_rows(
    folder: Path,
    base: Catalog,
    rows: NDArray[np.int64],
    values: Mapping[str, NDArray[Any]],
    progress: Progress,
    cancel: CancelToken | None,
) -> None:
    """Write some rows of a catalogue, with their vectors, as a catalogue of its own."""
    manifest, done = base.manifest, 0
    with CatalogWriter(
        folder,
        manifest.preprocessing,
        **vars(_about(manifest)),
        compact=manifest.images.file.endswith(".h5"),
        software=manifest.software,
    ) as writer:
        for columns, images in base_blocks(base, rows):
            if cancel is not None:
                cancel.check()
            here = rows[done : done + len(images)]
            writer.append({**columns, **{n: v[here] for n, v in values.items()}}, images)
            done += len(images)
            progress(done, len(rows), "writing the table and the images")
    with CatalogUpdate(folder) as update:
        for encoder, part in manifest.vectors.items():
            vectors = base.embeddings(encoder)[rows]
            update.add_embeddings(encoder, vectors, weights_sha256=part.weights_sha256)


def _make_parts(
    folder: Path,
    before: Manifest,
    judging: Judging,
    progress: Progress,
    cancel: CancelToken | None,
) -> None:
    """Make the indexes, maps and likelihoods of a catalogue that took the place of another."""
    complete(folder, maps=_maps(before), judging=judging, progress=progress, cancel=cancel)
    remake_maps(
        folder, before, apart_from=MAPS, progress=progress, note=judging.note, cancel=cancel
    )


def _about(manifest: Manifest) -> About:
    return About(manifest.title, manifest.description, manifest.simulated, manifest.seed)


def _maps(manifest: Manifest) -> Collection[str]:
    """Return the maps that a catalogue has, or would have if it had sources enough."""
    if manifest.count < max(FEWEST[name] for name in MAPS):
        return MAPS
    return {method for maps in manifest.maps.values() for method in maps}


def _weights_for(
    base: Catalog, encoders: Mapping[str, str | os.PathLike[str]]
) -> dict[str, str | os.PathLike[str]]:
    """Return the weights of the encoders whose vectors a catalogue holds."""
    for name in base.encoders:
        if name not in encoders:
            raise UsageError(
                f"the catalogue holds vectors of {name!r}, whose weights are not at hand",
                subject=base.path,
                remedy=f"give them: --encoder FILE, or train {name} again",
            )
    return {name: encoders[name] for name in base.encoders}


def _newcomers(base: Catalog, work: Unfinished) -> Admits:
    """Return what lets sources in that a catalogue has not yet, under names of their own."""
    taken: dict[str, list[int]] = {}
    for row, name in enumerate(base.names):
        taken.setdefault(name, []).append(row)
    ra, dec = base.column("ra"), base.column("dec")
    given = {line["name"] for line in lines_of(work.path(ROWS)) if "values" in line}

    def admit(values: dict[str, Any]) -> dict[str, Any] | str:
        name, count = values["name"], 1
        for row in taken.get(name, ()):
            if _same_place(values["ra"], values["dec"], float(ra[row]), float(dec[row])):
                return "the catalogue has this source already"
        while values["name"] in taken or values["name"] in given:
            count += 1
            told = f"Another source is called {name}. {values.get(NOTES, '')}".strip()
            values = {**values, "name": f"{name}#{count}", NOTES: told}
        given.add(values["name"])
        return values

    return admit


def _same_place(ra: float, dec: float, other_ra: float, other_dec: float) -> bool:
    """Whether two positions, degrees, are within 1", or both unknown."""
    if any(map(math.isnan, (ra, dec, other_ra, other_dec))):
        return all(map(math.isnan, (ra, dec, other_ra, other_dec)))
    east = (ra - other_ra + 180.0) % 360.0 - 180.0
    return math.hypot(east * math.cos(math.radians(dec)), dec - other_dec) * 3600.0 <= _SAME


def _rows_of(base: Catalog, names: Collection[str]) -> list[int]:
    """Return the rows of all sources that bear one of the names."""
    wanted = set(names)
    rows = [row for row, name in enumerate(base.names) if name in wanted]
    missing = sorted(wanted - {base.names[row] for row in rows})
    if missing or not rows:
        unknown = missing[0] if missing else ""
        near = difflib.get_close_matches(unknown, list(base.names), n=1)
        hint = f"perhaps you mean {near[0]!r}" if near else "see its table for the names"
        more = f", nor of {len(missing) - 1:,} more names" if len(missing) > 1 else ""
        raise UsageError(f"there is no source {unknown!r}{more}", subject=base.path, remedy=hint)
    return rows

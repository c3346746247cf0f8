"""A catalogue of a user's own survey, built so that a kill costs seconds and changes no byte."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radgalgui import __version__
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.files import check_target, publish
from radgalgui.catalog.manifest import MANIFEST
from radgalgui.errors import CatalogError
from radgalgui.files import replaced_file
from radgalgui.jobs.likelihood.fit import Hears, Way
from radgalgui.jobs.survey.account import lines_of, past, report_path, write_account
from radgalgui.jobs.survey.assemble import add_papers, add_vectors, write_sources
from radgalgui.jobs.survey.fingerprint import fingerprint
from radgalgui.jobs.survey.gather import CHUNK, ROWS, Gathered, gather, gathered
from radgalgui.jobs.survey.parts import MAPS, Judging, complete
from radgalgui.jobs.survey.plan import Plan
from radgalgui.jobs.survey.unfinished import Unfinished, clear, unfinished
from radgalgui.jobs.survey.vectors import About, Embeds, load_encoders, shared_preprocessing
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard

if TYPE_CHECKING:
    from radgalgui.models.devices import Device

__all__ = ["Built", "already", "begin", "build", "finished", "nothing_kept", "step_of"]

BUILD: Final = "build"


@dataclass(frozen=True)
class Built:
    """What came of a build or an addition.

    Parameters
    ----------
    path : Path
        The catalogue.
    count : int
        Sources that were added.
    rejected : int
        Rows of the input that were not.
    report : Path or None
        A CSV file that tells what became of every row, and why.
    """

    path: Path
    count: int
    rejected: int
    report: Path | None


def build(
    plan: Plan,
    out: str | os.PathLike[str],
    *,
    encoders: Mapping[str, str | os.PathLike[str]],
    description: str = "",
    maps: Collection[str] = MAPS,
    likelihood: bool = False,
    device: Device | None = None,
    total: int | None = None,
    overwrite: bool = False,
    resume: bool = False,
    restart: bool = False,
    progress: Progress = silent,
    note: Notice = unheard,
    listener: Hears | None = None,
    cancel: CancelToken | None = None,
) -> Built:
    """Build a catalogue of what a plan names: cut out, embedded, indexed and mapped.

    The work is done in ``OUT.unfinished`` beside ``out``, where the catalogue appears whole when
    everything is done.  Killed at any moment, ``resume`` goes on with what is there, and the
    catalogue gets the bytes that it would have got without the kill.

    Parameters
    ----------
    plan : Plan
        Which rows there are, and where their images lie.
    out : path
        The catalogue's folder.
    encoders : mapping of str to path
        Weights files by the encoders' names; none makes a catalogue without vectors.
    description : str, optional
        Where the sources come from, in a sentence or two.
    maps : collection of str, optional
        Which of `radgalgui.jobs.survey.parts.MAPS` to make.
    likelihood : bool, optional
        Tell how likely the sources are by each encoder's vectors; not of fewer than 50.
    device : Device, optional
        Where the networks work; the processor by default.
    total : int, optional
        Rows of the input, where that is known, for the progress.
    overwrite : bool, optional
        Replace a catalogue that is there already.
    resume, restart : bool, optional
        Go on with what an earlier attempt left, or throw it away.
    progress, note, cancel
        Told, and looked at, throughout.
    listener : callable, optional
        Hears each epoch of the flows by which likelihoods are told.

    Raises
    ------
    CatalogError
        If ``out`` is taken, an earlier attempt is in the way, encoders see in different ways, or
        no row became a source.
    ImageError, UsageError, WeightsError
        If the input or the weights cannot be read at all; a single image that cannot is told in
        the report.
    Cancelled
        If the user asked to stop; what was done stays for another attempt.
    """
    target = Path(out)
    loaded = load_encoders(encoders)
    eyes = shared_preprocessing(loaded)
    identity = _identity(plan, description, loaded, maps, likelihood)
    if resume and (done := already(target, identity)) is not None:
        return done
    check_target(target, overwrite=overwrite)
    with begin(target, identity, device, resume=resume, restart=restart, note=note) as work:
        counts = gather(
            work, plan, loaded, eyes, device=device, total=total, progress=progress, note=note,
            cancel=cancel,
        )  # fmt: skip
        if not counts.kept:
            raise nothing_kept(work, target, BUILD)
        about = About(plan.title or target.name, description)
        write_sources(work, eyes, about, progress=progress, cancel=cancel)
        add_vectors(work, loaded)
        ways = {encoder.name: Way() for encoder in loaded} if likelihood else {}
        judging = Judging(ways, work.fits, device, note=note, listener=listener)
        complete(work.catalog, maps=maps, judging=judging, progress=progress, cancel=cancel)
        add_papers(work.catalog, step_of(identity, plan, counts), lines_of(work.path(ROWS)))
        publish(work.catalog, target, overwrite=overwrite)
        work.finished = True
    return finished(target, counts, note)


def _identity(
    plan: Plan,
    description: str,
    encoders: Sequence[Embeds],
    maps: Collection[str],
    likelihood: bool,
) -> dict[str, Any]:
    """Return what must be the same for an earlier attempt to be gone on with."""
    return {
        "the kind of work": BUILD,
        "the input": fingerprint(plan),
        "the title": [plan.title, plan.survey, description],
        "the encoders": {encoder.name: encoder.sha256 for encoder in encoders},
        "the maps": sorted(maps),
        "the version of RadGalGUI": [__version__, CHUNK],
        **({"the likelihoods": True} if likelihood else {}),
    }


@contextmanager
def begin(
    out: Path,
    identity: Mapping[str, Any],
    device: Device | None,
    *,
    resume: bool,
    restart: bool,
    note: Notice,
) -> Iterator[Unfinished]:
    """Yield the unfinished work on a catalogue, and say what it goes on from."""
    where = "the processor" if device is None else device.text
    with unfinished(out, identity, resume=resume, restart=restart) as work:
        if work.begun:
            done = gathered(work)
            rows = done.kept + done.rejected
            note("info", f"Going on after {rows:,} rows of an earlier attempt.")
            if work.note("device") != where:
                note(
                    "warning",
                    f"The earlier attempt computed on {work.note('device')}, this one on {where}: "
                    "the last digits of vectors may differ.",
                )
        work.remember(device=where)
        yield work


def already(
    out: Path, identity: Mapping[str, Any], *, apart_from: Collection[str] = ()
) -> Built | None:
    """Return what an earlier attempt built if the last thing done to a catalogue was just this.

    It may have been killed after the catalogue was in its place and before it could say so.
    """
    if not (out / MANIFEST).exists():
        return None
    with Catalog.open(out) as catalog:
        steps = past(catalog)
        if not steps or _without(steps[-1].get("identity", {}), apart_from) != _without(
            identity, apart_from
        ):
            return None
        clear(out, _without(identity, apart_from))
        last = steps[-1]
        return Built(out, last["sources"], last["rejected"], report_path(catalog))


def _without(identity: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in identity.items() if key not in keys}


def step_of(
    identity: Mapping[str, Any], plan: Plan, counts: Gathered, what: str = BUILD
) -> dict[str, Any]:
    """Return what a catalogue's history says of a build or an addition."""
    return {
        "what": what,
        "sources": counts.kept,
        "rejected": counts.rejected,
        "plan": plan.to_dict(),
        "identity": dict(identity),
    }


def nothing_kept(work: Unfinished, out: Path, what: str) -> CatalogError:
    """Return the error of work that had no source to show; the account is put beside."""
    report = out.with_name(f"{out.name}-account.csv")
    with replaced_file(report) as beside:
        write_account(beside, f"1 {what}", lines_of(work.path(ROWS)))
    first = next((line["reason"] for line in lines_of(work.path(ROWS))), "there are no rows")
    work.finished = True  # there is nothing to go on from
    return CatalogError(
        f"none of the {gathered(work).rejected:,} rows became a source; "
        f"the first: {first.rstrip('.')}",
        subject=out,
        remedy=f"see {report} for all of them",
    )


def finished(out: Path, counts: Gathered, note: Notice) -> Built:
    """Return what was built, after a word on rows that were rejected."""
    with Catalog.open(out) as catalog:
        report = report_path(catalog)
    if counts.rejected:
        rows = "1 row was" if counts.rejected == 1 else f"{counts.rejected:,} rows were"
        note("warning", f"{rows} left out; {report} tells why.")
    return Built(out, counts.kept, counts.rejected, report)

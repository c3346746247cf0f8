"""Fit an ensemble of flows to a catalogue's vectors, and score each source by one it never saw."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError
from radgalgui.models.devices import CPU, Device
from radgalgui.models.flows.density import Density, Member
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_training.flows.checkpoint import Checkpoints, fingerprint
from radgalgui_training.flows.member import Epoch, MemberTraining
from radgalgui_training.flows.parts import Parts, parts_of
from radgalgui_training.flows.presets import Preset, find_preset

__all__ = ["Epoch", "Fitted", "fit_density"]

_EVERY: Final = 5.0  # seconds between checkpoints, at least
_SHARE: Final = 20  # of the time that writing one took: large flows are written more rarely
Vectors = NDArray[np.floating[Any]]
Hear = Callable[[Epoch], None]


@dataclass(frozen=True)
class Fitted:
    """What a fit gives.

    Parameters
    ----------
    density : Density
        Scores other vectors.
    own : ndarray, shape (N,), float64
        Log-likelihoods of the fitted vectors, each by the flow that has not seen it, in nats.
    curve : tuple of Epoch
        All epochs of all flows.
    held_out_per_dimension : float
        Mean of ``own`` over the dimension.
    preset : Preset
        How it was fitted.
    """

    density: Density
    own: NDArray[np.float64]
    curve: tuple[Epoch, ...]
    held_out_per_dimension: float
    preset: Preset


def fit_density(
    vectors: Vectors,
    *,
    preset: str | Preset = "bundled",
    seed: int = 0,
    folder: Path | None = None,
    resume: bool = False,
    device: Device = CPU,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
    listener: Hear | None = None,
) -> Fitted:
    """Fit flows to vectors.

    Each flow learns from all sources but a part; that part it scores afterwards.  It starts as
    a mixture of Gaussians fitted to what it learns from, and goes on until held-out sources
    become no likelier.  Where a Gaussian would have too few sources to itself, there are fewer;
    below some thousand sources of 256 components there is one, whose weak directions are drawn
    to the mean as far as held-out sources want it.  So few sources, of which a network learns
    nothing, are left with that.  Below 2,000 sources there are five flows at least, so that
    each learns from more of them.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        Finite, N at least 50, D at least 2; may be memory-mapped.  Vectors of float16 are
        taken as rounded to it, and so are others before they are scored.
    preset : str or Preset
        A name of `radgalgui_training.flows.presets.PRESETS`, or settings.
    seed : int
        The same seed gives the same flows on the same machine.
    folder : Path, optional
        Keeps checkpoints every few seconds.
    resume : bool
        Go on from the checkpoints in ``folder`` where they are of the same vectors and
        settings; otherwise they are removed.  The result is that of a fit in one go.
    device : Device
        Where the networks learn; on a processor with one thread, unless it names more.
    progress : callable
        Hears epochs of all flows, and how many there are at most.
    cancel : CancelToken, optional
        Looked at before each step.
    listener : callable, optional
        Hears each `Epoch`, also those that were trained before a fit went on.

    Raises
    ------
    UsageError
        If there are too few vectors, they are all the same, or one is not finite.
    Cancelled
        If somebody asks to stop.
    OSError
        If a checkpoint cannot be written.
    """
    chosen = find_preset(preset) if isinstance(preset, str) else preset
    _check(vectors)
    parts = parts_of(len(vectors), chosen.members, seed=seed)
    kept = Checkpoints(folder, fingerprint(vectors, {**chosen.card(), "seed": seed}))
    if not resume:
        kept.clear()
    fit = _Fit(vectors, parts, chosen, seed, device, kept, progress, cancel, listener)
    with fit.device.at_work():
        members = [fit.member(number) for number in range(len(parts))]
    shape = fit.shape
    density = Density(members, shape, stored=_stored(vectors))
    own = np.empty(len(vectors))
    for part, member in zip(parts, members, strict=True):
        alone = Density([member], shape)
        own[part.unseen] = alone.log_likelihood(np.asarray(vectors[part.unseen]))
    per_dimension = float(own.mean() / shape.dimension)
    return Fitted(density, own, tuple(fit.curve), per_dimension, chosen)


class _Fit:
    """One fit on its way: makes the flows one after another."""

    def __init__(
        self,
        vectors: Vectors,
        parts: list[Parts],
        preset: Preset,
        seed: int,
        device: Device,
        kept: Checkpoints,
        progress: Progress,
        cancel: CancelToken | None,
        listener: Hear | None,
    ) -> None:
        self._vectors, self._parts, self._preset, self._seed = vectors, parts, preset, seed
        # Of networks so narrow, several threads of a processor mostly wait for each other.
        self.device = device if device.is_card or device.threads else replace(device, threads=1)
        self._kept, self._cancel = kept, cancel
        self._progress, self._listener = progress, listener
        self._first: Member | None = None
        self.curve: list[Epoch] = []

    def member(self, number: int) -> Member:
        """Return a flow, as it was kept or as it is now trained."""
        if self._cancel is not None:
            self._cancel.check()
        member = self._finished(number) or self._trained(number)
        self._first = self._first or member
        return member

    def _finished(self, number: int) -> Member | None:
        found = self._kept.member(number)
        if found is None:
            return None
        arrays, card = found
        density = Density.from_arrays(arrays, card["density"])
        self.shape = density.shape
        for told in card["curve"]:
            self._tell(Epoch.from_card(told))
        return density.members[0]

    def _trained(self, number: int) -> Member:
        training = MemberTraining(
            self._vectors,
            self._parts[number],
            self._preset,
            number=number,
            members=len(self._parts),
            seed=self._seed,
            like=self._first,
            device=self.device,
        )
        self.shape = training.shape
        self._go_on(training, number)
        due = time.monotonic() + _EVERY
        while not training.done:
            self._tell(training.advance(self._cancel))
            started = time.monotonic()
            if started >= due and not training.done:
                self._kept.keep_training(number, *training.state())
                ended = time.monotonic()
                due = ended + max(_EVERY, _SHARE * (ended - started))
        member = training.finished()
        density = Density([member], self.shape)
        curve = [epoch.card() for epoch in training.curve]
        self._kept.keep_member(
            number, density.arrays(), {"density": density.card(), "curve": curve}
        )
        return member

    def _go_on(self, training: MemberTraining, number: int) -> None:
        """Take up a training where its checkpoint left it."""
        found = self._kept.training(number)
        if found is None:
            epochs, flows = self._preset.epochs, len(self._parts)
            what = f"flow {number + 1} of {flows}, fitting Gaussians to start from"
            self._progress(number * epochs, flows * epochs, what)
        if found is not None:
            training.restore(*found)
            for epoch in training.curve:
                self._tell(epoch)

    def _tell(self, epoch: Epoch) -> None:
        self.curve.append(epoch)
        done = (epoch.member - 1) * epoch.epochs + epoch.number
        what = f"flow {epoch.member} of {epoch.members}, {epoch.best:.3f} nats per dimension"
        self._progress(done, epoch.members * epoch.epochs, what)
        if self._listener is not None:
            self._listener(epoch)


def _check(vectors: Vectors) -> None:
    """Refuse what no flow can be fitted to."""
    if vectors.ndim != 2 or vectors.shape[1] < 2:
        raise UsageError(f"vectors of the shape {vectors.shape} cannot be scored by a flow")
    for start in range(0, len(vectors), 8192):
        finite = np.isfinite(vectors[start : start + 8192]).all(axis=1)
        if not finite.all():
            row = start + int(np.flatnonzero(~finite)[0])
            raise UsageError(f"the vector in row {row} holds NaN or infinite values")


def _stored(vectors: Vectors) -> str:
    return "float16" if vectors.dtype == np.float16 else "float32"

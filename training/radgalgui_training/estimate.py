"""How long a training will take, told from its first steps."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from radgalgui.errors import Cancelled
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui_training.recipes import (
    FinetuneRecipe,
    each_network,
    is_finetuning,
    load_finetune,
)

__all__ = ["Estimate", "duration", "estimate"]

_STEPS: Final = 12
_WARMING: Final = 2  # steps in which torch still chooses its ways
_EPOCH: Final = re.compile(r"epoch \d+ of \d+")


@dataclass(frozen=True)
class Estimate:
    """What the first steps tell of a training.

    Parameters
    ----------
    steps : int
        Of the whole, all its trainings together.
    seconds_a_step : float
        The median of the steps that were taken.
    seconds_before : float
        What it took to make the images ready; they are kept, so that it need not be done again.
    """

    steps: int
    seconds_a_step: float
    seconds_before: float

    @property
    def seconds(self) -> float:
        """How long all steps take; what is measured along the way and at the end not counted."""
        return self.steps * self.seconds_a_step

    @property
    def text(self) -> str:
        """For people: "about 2 h 10 min: 4,800 steps of 1.6 s"."""
        a_step = self.seconds_a_step
        each = f"{1000 * a_step:.0f} ms" if a_step < 1 else f"{a_step:.1f} s"
        return f"about {duration(self.seconds)}: {self.steps:,} steps of {each}"


def estimate(
    recipe: str | os.PathLike[str],
    *,
    data: str | os.PathLike[str] | None,
    out: str | os.PathLike[str],
    overrides: Mapping[str, Any] | None = None,
    folders: Sequence[Path] = (),
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
) -> Estimate:
    """Take the first twelve steps of a training, and tell how long all of them would take.

    Nothing that it learns is kept.  The training images that it makes ready are, in ``OUT/cache``,
    where the training will look for them.

    Parameters
    ----------
    recipe, data, out, overrides, folders, progress, note, cancel
        As for `radgalgui_training.run.train` and `radgalgui_training.finetuning.run.finetune`.

    Raises
    ------
    RecipeError, WeightsError, DataError, Cancelled
        As the training itself.
    """
    trainings, work = 1.0, _encoder_work(Path(out))
    if is_finetuning(recipe):
        trainings = _trainings(load_finetune(recipe, overrides=overrides))
        work = _class_work()
    clock = _Clock(progress, cancel)
    try:
        with TemporaryDirectory(prefix="radgalgui-estimate-") as scratch:
            work(
                recipe,
                data=data,
                out=Path(scratch),
                overrides=overrides,
                folders=folders,
                progress=clock,
                note=note,
                cancel=clock.enough,
            )
    except Cancelled:
        if not clock.seen_enough:
            raise
    return clock.told(trainings)


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units: "2 h 10 min", "3 days 4 h"."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{max(rest, 1)} s"
    if minutes < 10:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours == 0:
        return f"{minutes} min"
    days, hours = divmod(hours, 24)
    if days == 0:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{days} day{'s' if days > 1 else ''} {hours} h"


class _Clock:
    """A reporter that takes down when each step was done, and ends the training after enough."""

    def __init__(self, progress: Progress, cancel: CancelToken | None) -> None:
        self.enough = CancelToken()
        self.seen_enough = False
        self._progress = progress
        self._cancel = cancel
        self._began = time.perf_counter()
        self._done: list[float] = []
        self._total = self._last = 0

    def __call__(self, done: int, total: int | None, what: str = "", /) -> None:
        if self._cancel is not None and self._cancel.cancelled:
            self.enough.cancel()
        if not _EPOCH.search(what):
            self._progress(done, total, what)
            return
        if done == self._last:  # a step may take several batches
            return
        self._last = done
        self._done.append(time.perf_counter())
        self._total = self._total or total or 0
        taken = min(len(self._done), _STEPS)
        self._progress(taken, min(_STEPS, self._total), "first steps")
        if taken >= min(_STEPS, self._total):
            self.seen_enough = True
            self.enough.cancel()

    def told(self, trainings: float) -> Estimate:
        """Return the estimate for so many trainings like the one that was begun."""
        times = self._done[: _STEPS + 1]
        warm = times[_WARMING:] if len(times) > _WARMING + 1 else times
        gaps = [after - before for before, after in pairwise(warm)]
        each = median(gaps) if gaps else times[0] - self._began
        steps = round(self._total * trainings)
        return Estimate(steps, each, max(0.0, times[0] - each - self._began))


def _trainings(settings: FinetuneRecipe) -> float:
    """Return how many trainings there are for each like that of the first fold.

    The last one learns from all images, and so takes more steps than that of a fold.
    """
    last = settings.folds / (settings.folds - 1) if settings.folds > 1 else 1.0
    return len(each_network(settings)) * (settings.folds + (last if settings.final else 0.0))


def _encoder_work(out: Path) -> Callable[..., Any]:
    from radgalgui_training.run import train

    return partial(train, cache=out / "cache")


def _class_work() -> Callable[..., Any]:
    from radgalgui_training.finetuning.run import finetune

    return finetune

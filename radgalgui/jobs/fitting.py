"""The classifiers of one label set and encoder, made ready step by step when there is time.

Those that take seconds are kept in the user's folder when they are fitted, and read from there
the next time (`radgalgui.jobs.kept_fits`).
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.classifiers import CLASSIFIERS, Classifier, Fitting, import_classifiers
from radgalgui.analysis.held_out import FEWEST, HeldOut
from radgalgui.analysis.labelled import NETWORK, LabelledVectors
from radgalgui.errors import Cancelled, RadGalError, UsageError, WeightsError
from radgalgui.jobs.kept_fits import KeptFit
from radgalgui.progress import CancelToken, Progress, silent

if TYPE_CHECKING:
    from radgalgui.models.encoder import Encoder
    from radgalgui.models.network_classifier import NetworkClassifier

__all__ = ["ALL_CLASSIFIERS", "Fits", "suited_classifiers"]

Step = tuple[str, Callable[[], None]]  # of which classifier, and what is done

ALL_CLASSIFIERS: Final = (*CLASSIFIERS, NETWORK)

_QUICK: Final = ("knn", "lr", "ext")  # fitted in seconds, also on thousands of sources
_QUICKEST: Final = ("knn", "lr")  # and in a second: fitted five times more without a thought
_ORDER: Final = ("knn", "lr", NETWORK, "svc", "ext", "rf", "grad")  # quick to fit first
_LARGE: Final = 4000  # sources times classes, above which the others take a minute


def suited_classifiers(labelled: LabelledVectors) -> tuple[str, ...]:
    """Return the classifiers that are fitted in seconds: all six, or of a large column three.

    Of a label set that brings its held-out probabilities, all: somebody waited for them.
    """
    return _QUICK if _is_large(labelled) and not labelled.held_out else tuple(CLASSIFIERS)


class Fits:
    """Fitted classifiers, and what each said of labelled sources that it had not seen.

    Parameters
    ----------
    labelled : LabelledVectors
        What is learned from.
    encoder : Encoder
        Whose vectors; of the same weights as those behind the labelled ones.
    network : Path, optional
        The weights file of a network that was fine-tuned on the same label set; one that is
        not there counts as none.
    classifiers : sequence of str, optional
        Some of `ALL_CLASSIFIERS`; by default `suited_classifiers` and the network.

    Attributes
    ----------
    vectors : ndarray, shape (N, L * D)
        Of the labelled sources, those of their L looks side by side.
    classifiers : tuple of str
        Those in use.
    fitted : dict of str to Classifier
        By name, as far as they are.
    network : NetworkClassifier or None
        As soon as it is loaded.
    held_out : dict of str to ndarray, shape (N, K)
        By name, as far as they are known: of the network only where they are of these weights.
    failed : dict of str to str
        Classifiers that could not be made ready, and why, in words; the others go on without.

    Raises
    ------
    DataError
        If there are no vectors of the encoder, or they are of other weights or length.
    UsageError
        If a classifier is unknown, or the network is asked for by name and there is none.
    """

    def __init__(
        self,
        labelled: LabelledVectors,
        encoder: Encoder,
        *,
        network: Path | None = None,
        classifiers: Sequence[str] | None = None,
    ) -> None:
        self.labelled = labelled
        self.vectors = labelled.vectors_of(
            encoder.name, encoder.sha256, dimension=encoder.dimension
        )
        self.fitted: dict[str, Classifier] = {}
        self.network: NetworkClassifier | None = None
        self.held_out: dict[str, NDArray[np.floating]] = {}
        self.failed: dict[str, str] = {}
        self._network_path = network if network is not None and network.is_file() else None
        self._enough = bool(np.bincount(labelled.codes).min() >= FEWEST)
        if self._enough:
            self.held_out.update(labelled.held_out.get(encoder.name, {}))
        self.classifiers = self._chosen(classifiers)
        self._to_hold_out = self._held_out_here()
        self._steps = deque(self._all_steps())

    @property
    def quick(self) -> tuple[str, ...]:
        """Those in use that answer thousands of vectors in a second."""
        return tuple(n for n in _QUICK if n in self.classifiers and n not in self.failed)

    @property
    def left(self) -> int:
        """How many steps are left until every classifier answers and has been held out."""
        return len(self._steps)

    @property
    def holds_out(self) -> bool:
        """Whether labelled sources are, or will be, answered by fits that did not know them."""
        return bool(self.held_out or self._to_hold_out - self.failed.keys())

    def step(self) -> None:
        """Do one step: a part of a fit, load the network, or answer one fold held out.

        Raises
        ------
        WeightsError
            If the network cannot be used.  Whatever is raised, the classifier that it befell
            is left out from now on, and `failed` tells why.
        """
        name, work = self._steps.popleft()
        ready = name in self.fitted
        try:
            work()
        except Exception as error:
            self._leave_out(name, error)
            raise
        if name in self.fitted and not ready:  # also where it was read: no part of the fit is left
            self._steps = deque(step for step in self._steps if step[1] is not work)

    def try_step(self) -> None:
        """Do one step; log what goes wrong, since the others can still answer."""
        try:
            self.step()
        except Exception as error:  # of one classifier, of which there are seven
            logging.getLogger(__name__).warning("%s", error)

    def prepare(self, *, progress: Progress = silent, cancel: CancelToken | None = None) -> None:
        """Do all steps, several classifiers at a time.

        Raises
        ------
        Cancelled
            If cancelled; each classifier looks at the token between its steps.
        Exception
            What `step` raises, if no classifier is left.
        """
        works: dict[str, deque[Callable[[], None]]] = {}
        for name, work in self._steps:
            works.setdefault(name, deque()).append(work)
        ended = CancelToken()

        def carry_out(todo: deque[Callable[[], None]]) -> None:
            while todo:
                ended.check()
                if cancel is not None:
                    cancel.check()
                todo.popleft()()

        if works.keys() != {NETWORK}:
            import_classifiers()
        pool = ThreadPoolExecutor(os.cpu_count())
        try:  # the longest first
            jobs = {pool.submit(carry_out, works[name]): name for name in reversed(works)}
            progress(0, len(jobs), "fitting classifiers")
            for done, job in enumerate(as_completed(jobs), start=1):
                self._end(jobs[job], job)
                progress(done, len(jobs), "fitting classifiers")
        finally:
            ended.cancel()
            pool.shutdown(cancel_futures=True)
            left = ((name, work) for name, todo in works.items() for work in todo)
            self._steps = deque(step for step in left if step[0] not in self.failed)

    def _end(self, name: str, job: Future[None]) -> None:
        """Leave a classifier out that failed; raise what `prepare` does."""
        try:
            job.result()
        except Cancelled:
            raise
        except Exception as error:
            self._leave_out(name, error)
            if self.failed.keys() >= set(self.classifiers):
                raise

    def make_quick(self) -> Iterator[None]:
        """Do the steps that the quick classifiers need, giving way after each."""
        while self.left and not self._is_quick():
            self.try_step()
            yield

    def _is_quick(self) -> bool:
        wanted = set(self.quick)
        return wanted <= self.fitted.keys() and wanted & self._to_hold_out <= self.held_out.keys()

    def _leave_out(self, name: str, error: Exception) -> None:
        why = str(error) if isinstance(error, RadGalError) else f"{type(error).__name__}: {error}"
        self.failed[name] = why
        self._steps = deque(step for step in self._steps if step[0] != name)
        self.fitted.pop(name, None)
        self.held_out.pop(name, None)

    def _chosen(self, names: Sequence[str] | None) -> tuple[str, ...]:
        known = [*CLASSIFIERS, *([NETWORK] if self._network_path else [])]
        if names is None:
            names = [*suited_classifiers(self.labelled), NETWORK]
        elif unknown := [name for name in names if name not in known]:
            what = f"no classifier {unknown[0]!r}"
            if unknown[0] == NETWORK:
                what = f"no network was fine-tuned on the labels {self.labelled.name!r}"
            raise UsageError(what, remedy=f"choose among {', '.join(known)}")
        return tuple(name for name in known if name in names)

    def _held_out_here(self) -> set[str]:
        """Return which classifiers are to be held out, because the labels bring no such table."""
        if not self._enough:
            return set()
        here = set(self.classifiers) - {NETWORK} - self.held_out.keys()
        if len(self.classifiers) == 1:
            return here  # it was asked for alone, however long that takes
        return here & set(_QUICKEST if _is_large(self.labelled) else _QUICK)

    def _all_steps(self) -> Iterator[Step]:
        """Give each classifier in turn, and hold it out where it is to be."""
        for name in (name for name in _ORDER if name in self.classifiers):
            works = [self._load_network] if name == NETWORK else self._fitting(name)
            for work in works:
                yield name, work
            if name in self._to_hold_out:
                for work in self._holding_out(name):
                    yield name, work

    def _fitting(self, name: str) -> Iterable[Callable[[], None]]:
        fitting = Fitting(name, self.vectors, self.labelled.labels)
        kept = KeptFit(fitting)

        def one_part() -> None:
            if name in self.fitted:
                return
            if (found := kept.read()) is not None:
                self.fitted[name] = found
                return
            fitting.step()
            if not fitting.left:
                self.fitted[name] = fitting.run()
                kept.write(self.fitted[name])

        return [one_part] * fitting.left

    def _holding_out(self, name: str) -> Iterable[Callable[[], None]]:
        held_out = HeldOut(name, self.vectors, self.labelled.labels)

        def one_fold() -> None:
            held_out.step()
            if not held_out.left:
                self.held_out[name] = held_out.run()

        return [one_fold] * held_out.left

    def _load_network(self) -> None:
        from radgalgui.models.network_classifier import NetworkClassifier

        assert self._network_path is not None
        network = NetworkClassifier.load(self._network_path)
        if network.classes != self.labelled.classes:
            raise WeightsError(
                f"knows the classes {', '.join(network.classes)}; those of the labels "
                f"{self.labelled.name!r} are {', '.join(self.labelled.classes)}",
                subject=self._network_path,
                remedy="fetch or train the network again",
            )
        self.network = network
        table = self.labelled.network_held_out
        if table is not None and self._enough and self.labelled.network == network.sha256:
            self.held_out[NETWORK] = table


def _is_large(labelled: LabelledVectors) -> bool:
    return len(labelled) * len(labelled.classes) > _LARGE

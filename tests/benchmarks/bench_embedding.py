"""What embedding costs above the bare forward pass, from each place where images lie.

Reading and preparing run in a thread beside the network.  Rounds of the ways are interleaved and
the best of each counts, so that other work on the machine falls on all of them alike.  Processor
time is told too, that of the thread included: it is what embedding would take without a second
core, and hardly depends on other work.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.beside import processors
from radgalgui.jobs.build import build_from_arrays
from radgalgui.jobs.looking import BATCH as TOGETHER
from radgalgui.jobs.looking import Looked, Refused, Wanted, in_batches, open_lookers
from radgalgui.jobs.search_many import vectors_of
from radgalgui.jobs.survey.effort import processes_for_files
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder, orientations
from radgalgui.progress import CancelToken
from radgalgui.sky.writer import write_fits
from radgalgui_resources import catalog_path, weights_path
from tests.benchmarks.figures import Figure

COUNT, BATCH, ROUNDS = 512, 64, 5
FILES = 512
TARGET = 1.2


def measure() -> Iterator[Figure]:
    """Yield images a second and the ratio of embedding to the bare forward pass."""
    encoder = Encoder.load(weights_path("simclr"))
    with Catalog.open(catalog_path()) as catalog, tempfile.TemporaryDirectory() as folder:
        packed = catalog.images[:COUNT]
        names = [f"source {k}" for k in range(COUNT)]
        nowhere = np.zeros(COUNT)
        with build_from_arrays(
            Path(folder) / "catalogue", packed, {"name": names, "ra": nowhere, "dec": nowhere},
            preprocessing=catalog.manifest.preprocessing, title="Benchmark",
        ) as mapped:  # fmt: skip
            yield from _ratios(encoder, packed, _First(catalog.images, COUNT), mapped.images)
        yield from _from_files(encoder, packed, Path(folder))
    yield from _latencies(encoder, packed)


def _ratios(encoder: Encoder, arrays: Any, packed: Any, mapped: Any) -> Iterator[Figure]:
    bare = bare_network(encoder)
    ways = {
        "bare forward pass": lambda: bare(arrays),
        "an array": lambda: encoder.embed(arrays, batch_size=BATCH),
        "a memory-mapped catalogue": lambda: encoder.embed(mapped, batch_size=BATCH),
        "a packed catalogue": lambda: encoder.embed(packed, batch_size=BATCH),
    }
    best = _best(ways)
    yield from _told(best, COUNT, "as it lies")
    eighth = slice(0, COUNT // 8)
    views = orientations(arrays[eighth]).reshape(COUNT, *arrays.shape[1:])
    mean: Any = {"batch_size": BATCH, "ignore_orientation": True}
    best = _best({
        "bare forward pass": lambda: bare(views),
        "an array": lambda: encoder.embed(arrays[eighth], **mean),
        "a memory-mapped catalogue": lambda: encoder.embed(_First(mapped, COUNT // 8), **mean),
        "a packed catalogue": lambda: encoder.embed(_First(packed, COUNT // 8), **mean),
    })  # fmt: skip
    yield from _told(best, COUNT, "ignoring orientation (views)")


def _from_files(encoder: Encoder, images: NDArray[np.float32], folder: Path) -> Iterator[Figure]:
    """Yield what FITS files cost, as ``radgalgui search FOLDER`` goes through them.

    Processes read them and find the source in each, the network works in this one; they were
    started before.  All of them share the processors: where these are few, they can take no less
    than what both need of them, divided by their number.
    """
    paths = [write_fits(folder / f"{n}.fits", image[0]) for n, image in enumerate(images[:FILES])]
    count, threads = processes_for_files(FILES, few=2), torch.get_num_threads()
    eyes, bare = encoder.preprocessing, bare_network(encoder)
    torch.set_num_threads(1)  # as the command does
    with open_lookers(Wanted((eyes,)), count) as lookers:

        def looked() -> Iterator[Looked | Refused]:
            return lookers.each(paths, CancelToken())

        def embed() -> None:
            for some in in_batches(looked()):
                vectors_of(encoder, [each.view(eyes) for each in some if isinstance(each, Looked)])

        best = _best({
            "bare": lambda: bare(images[:FILES], batch=TOGETHER),
            "read": lambda: list(looked()),
            "embedded": embed,
        }, rounds=3)  # fmt: skip
    torch.set_num_threads(threads)
    bare_time, read, taken = (best[way].wall for way in ("bare", "read", "embedded"))
    yield Figure(f"FITS files embedded, read by {count} processes", FILES / taken, "/s")
    yield Figure("  of that: read and cut out alone", FILES / read, "/s")
    told = "  time over the slower of reading and the network"
    yield Figure(told, taken / max(read, bare_time), "", TARGET)
    least = max(read, bare_time, (max(count, 1) * read + bare_time) / processors())
    yield Figure("  time over the least that so many processors can take", taken / least, "")
    yield Figure("  time over the bare forward pass", taken / bare_time, "")


def _latencies(encoder: Encoder, images: NDArray[np.float32]) -> Iterator[Figure]:
    for count in (1, 8):
        best = _best({"": partial(encoder.embed, images[:count])}, rounds=30)
        yield Figure(f"vectors of {count} at once", 1e3 * best[""].wall, "ms")


class _First:
    """The first images of a store, read from it as they are sliced."""

    def __init__(self, images: Any, count: int) -> None:
        self._images, self.shape = images, (count, *images.shape[1:])

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, rows: slice) -> NDArray[np.float32]:
        start, stop, _ = rows.indices(len(self))
        read: NDArray[np.float32] = self._images[start:stop]
        return read


def bare_network(encoder: Encoder) -> Callable[..., None]:
    """Return the forward pass alone, over batches in memory: channels last, inference mode."""
    network = registry.build(encoder.card["architecture"]).eval()
    network = network.to(memory_format=torch.channels_last)

    def run(images: NDArray[np.float32], batch: int = BATCH) -> None:
        with torch.inference_mode():
            for start in range(0, len(images), batch):
                part = torch.from_numpy(images[start : start + batch])
                network(part.contiguous(memory_format=torch.channels_last))

    return run


@dataclass(frozen=True)
class _Spent:
    """Seconds on the wall, and of the processor in all threads."""

    wall: float = float("inf")
    processor: float = float("inf")

    def or_less(self, other: _Spent) -> _Spent:
        return _Spent(min(self.wall, other.wall), min(self.processor, other.processor))


def _best(ways: Mapping[str, Callable[[], object]], *, rounds: int = ROUNDS) -> dict[str, _Spent]:
    """Return the least of so many interleaved durations of each way."""
    best = dict.fromkeys(ways, _Spent())
    for number in range(rounds + 1):
        for name, call in ways.items():
            wall, processor = time.perf_counter(), time.process_time()
            call()
            spent = _Spent(time.perf_counter() - wall, time.process_time() - processor)
            if number:  # the first round warms up
                best[name] = best[name].or_less(spent)
    return best


def _told(best: dict[str, _Spent], count: int, way: str) -> Iterator[Figure]:
    bare = best.pop("bare forward pass")
    yield Figure(f"bare forward pass, {way}", count / bare.wall, "/s")
    for name, spent in best.items():
        told = f"embedding {name}, {way}"
        yield Figure(f"{told}: over bare", spent.wall / bare.wall, "", TARGET)
        yield Figure("  processor time over bare", spent.processor / bare.processor, "", TARGET)

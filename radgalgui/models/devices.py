"""Where a network works: on the processor or a graphics card, how exactly, in how much memory.

Never here: which images there are, and what is learned from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import torch

from radgalgui.errors import ResourceError, UsageError
from radgalgui.progress import Notice, unheard

__all__ = [
    "CPU",
    "PRECISIONS",
    "Device",
    "Room",
    "available_devices",
    "choose_device",
    "is_memory_shortage",
]

PRECISIONS: Final = ("32", "bf16", "16")
_WORDS: Final = {"32": "32-bit", "bf16": "bfloat16 mixed", "16": "16-bit mixed"}
_TYPES: Final = {"bf16": torch.bfloat16, "16": torch.float16}
# What torch (on Linux and on Windows), cuDNN, cuBLAS and Metal write when memory runs short.
_SHORTAGE: Final = ("out of memory", "can't allocate memory", "not enough memory", "alloc_failed")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Device:
    """Where a network works.

    Parameters
    ----------
    name : str
        As torch calls it: ``cpu``, ``cuda:1``, ``mps``.
    threads : int
        Of the processor; 0 leaves the choice to torch.
    precision : str
        ``32``, or where products may be less exact: ``bf16``, ``16``.
    text : str
        For people: "CPU, 2 threads, 32-bit".
    """

    name: str = "cpu"
    threads: int = 0
    precision: str = "32"
    text: str = "CPU, 32-bit"

    @property
    def is_card(self) -> bool:
        """Whether it is no processor, so that images are copied to it."""
        return self.name != "cpu"

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Work with its threads and its precision; what was set before is set again after."""
        before = torch.get_num_threads()
        kind = self.name.partition(":")[0]
        with ExitStack() as settings:
            if self.threads and self.threads != before:
                settings.callback(torch.set_num_threads, before)
                torch.set_num_threads(self.threads)
            if self.precision in _TYPES:
                settings.enter_context(torch.autocast(kind, dtype=_TYPES[self.precision]))
            elif kind == "cuda":
                # Otherwise convolutions round to ten bits, and vectors differ from a processor's.
                settings.enter_context(torch.backends.cudnn.flags(allow_tf32=False))
            yield


CPU: Final = Device()


def available_devices() -> list[str]:
    """Return what this machine has, the fastest first: ``cuda:0``, ``cuda:1``, ``mps``, ``cpu``."""
    cards = [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    apple = ["mps"] if torch.backends.mps.is_available() else []
    return [*(cards if torch.cuda.is_available() else []), *apple, "cpu"]


def choose_device(wanted: str = "auto", *, threads: int = 0, precision: str = "auto") -> Device:
    """Return where a network shall work.

    Parameters
    ----------
    wanted : str
        ``auto`` for the fastest there is, ``cpu``, ``cuda`` for the first card, ``cuda:1`` for
        a certain one, or ``mps``.
    threads : int
        Of the processor; 0 leaves the choice to torch.
    precision : str
        ``32``, ``bf16``, ``16``; ``auto`` is ``32``, so that vectors made here and elsewhere agree.

    Raises
    ------
    UsageError
        If this machine has no such device, naming those it has; or a number of threads or a
        precision is none.
    """
    there = available_devices()
    name = {"auto": there[0], "cuda": "cuda:0"}.get(wanted, wanted)
    if name not in there:
        raise UsageError(f"there is no device {wanted!r} here", remedy=f"use {' or '.join(there)}")
    if threads < 0:
        raise UsageError(f"{threads} threads are too few", remedy="use 1 or more, or 0 for torch's")
    chosen = "32" if precision == "auto" else precision
    if chosen not in PRECISIONS:
        raise UsageError(
            f"there is no precision {precision!r}", remedy=f"use auto, {', '.join(PRECISIONS)}"
        )
    return Device(name, threads, chosen, _text(name, threads, chosen))


def is_memory_shortage(error: BaseException) -> bool:
    """Whether a card or the processor had no memory left for what was asked."""
    if isinstance(error, (torch.cuda.OutOfMemoryError, MemoryError)):
        return True
    words = str(error).lower()
    return isinstance(error, RuntimeError) and any(each in words for each in _SHORTAGE)


class Room:
    """How many images a device's memory holds at once: halved, and said so, when it runs short.

    Parameters
    ----------
    most : int
        Images at once, to begin with.
    device : Device
        Where they go.
    note : Notice, optional
        Told each time that fewer are taken.
    """

    def __init__(self, most: int, device: Device = CPU, note: Notice = unheard) -> None:
        self.most = most
        self._device = device
        self._note = note

    def fit(self, count: int, work: Callable[[slice], Result]) -> Iterator[Result]:
        """Yield what ``work`` makes of all images, taking no more at once than there is room for.

        Parameters
        ----------
        count : int
            Images.
        work : callable
            Given which of them; asked again for fewer when it ran short of memory.

        Raises
        ------
        ResourceError
            If there is no room for a single image.
        """
        start = 0
        while start < count:
            here = slice(start, min(start + self.most, count))
            try:
                result = work(here)
            except (RuntimeError, MemoryError) as error:
                if not is_memory_shortage(error):
                    raise
                result = None
            if result is None:  # beyond the except: until there, its tensors are still held
                self._halve(here.stop - here.start)
                continue
            yield result
            start = here.stop

    def _halve(self, tried: int) -> None:
        if tried <= 1:
            raise ResourceError(
                f"the memory of {self._device.name} does not hold a single image and the network",
                remedy="end what else uses it, or choose another device (--device cpu)",
            )
        self.most = tried // 2
        if self._device.name.startswith("cuda"):
            torch.cuda.empty_cache()
        self._note(
            "warning",
            f"The memory of {self._device.name} ran short with {tried} images at once: "
            f"going on with {self.most}.",
        )


def _text(name: str, threads: int, precision: str) -> str:
    if name == "cpu":
        count = threads or torch.get_num_threads()
        return f"CPU, {count} thread{'s' if count > 1 else ''}, {_WORDS[precision]}"
    called: Any = "Apple GPU" if name == "mps" else torch.cuda.get_device_name(name)
    return f"{called} ({name}), {_WORDS[precision]}"

"""The options that say where a command computes: device, threads, precision."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from radgalgui.models.devices import Device

__all__ = ["PRECISIONS", "add_device_arguments", "device_of", "device_overrides"]

PRECISIONS: Final = ("auto", "32", "bf16", "16")
_OF_TRAININGS: Final = {"32": "32-true", "bf16": "bf16-mixed", "16": "16-mixed"}


def add_device_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options ``--device``, ``--threads`` and ``--precision``."""
    group = parser.add_argument_group("where to compute")
    group.add_argument(
        "--device",
        default="auto",
        metavar="NAME",
        help="auto (a graphics card if there is one), cpu, cuda, a certain card such as cuda:1, "
        "or mps",
    )
    group.add_argument(
        "--threads",
        type=int,
        default=0,
        metavar="N",
        help="threads of the processor; 0, the default, leaves the choice to torch",
    )
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="auto",
        help="how exactly: 32 bits, or bf16 or 16, which are faster on some devices; auto is 32, "
        "or what a training's recipe says",
    )


def device_of(options: argparse.Namespace) -> Device:
    """Return the device that was asked for.

    Raises
    ------
    UsageError
        If this machine has no such device.
    """
    from radgalgui.models.devices import choose_device

    return choose_device(options.device, threads=options.threads, precision=options.precision)


def device_overrides(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the options change in a training's recipe: nothing where none was given.

    Raises
    ------
    UsageError
        If this machine has no such device.
    """
    given: dict[str, Any] = {}
    if options.device != "auto":
        device_of(options)
        given["training.device"] = options.device
    if options.threads:
        given["training.threads"] = options.threads
    if options.precision != "auto":
        given["training.precision"] = _OF_TRAININGS[options.precision]
    return given

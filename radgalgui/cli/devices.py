"""The options that say where a command computes: device, threads, precision."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from radgalgui.models.devices import Device

__all__ = ["PRECISIONS", "add_device_arguments", "device_of"]

PRECISIONS: Final = ("auto", "32", "bf16", "16")


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

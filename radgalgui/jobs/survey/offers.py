"""What a build can be asked for: encoders that are at hand, and where they may run; no torch."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from radgalgui.errors import RadGalError
from radgalgui.jobs.work.library import encoders
from radgalgui.models.weights import can_draw, read_card
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import FIRST_ENCODER, weights_path

__all__ = ["EncoderOffer", "device_offers", "encoder_offers"]

_PATIENCE: Final = 5.0  # seconds that a driver may take to list its cards


@dataclass(frozen=True)
class EncoderOffer:
    """An encoder that is at hand.

    Parameters
    ----------
    name : str
        As commands and catalogues call it.
    path : Path
        Its weights file.
    preprocessing : Preprocessing or None
        How it sees; None where the file cannot be used.
    dimension : int
        Width of its vectors.
    bundled : bool
        Whether it came with the program.
    draws : bool
        Whether it draws galaxies, too.
    problem : str
        Why it cannot be used, "" where it can.
    """

    name: str
    path: Path
    preprocessing: Preprocessing | None
    dimension: int = 0
    bundled: bool = False
    draws: bool = False
    problem: str = ""


def encoder_offers() -> list[EncoderOffer]:
    """Return the encoders there are, the best first, then those bundled, each with what it is."""
    offers = [_offer(name, path) for name, path in encoders().items()]
    return sorted(offers, key=lambda offer: (offer.name != FIRST_ENCODER, not offer.bundled))


def _offer(name: str, path: Path) -> EncoderOffer:
    bundled = path == weights_path(name)
    try:
        card: dict[str, Any] = read_card(path)
        eyes = Preprocessing.from_dict(card["preprocessing"])
    except RadGalError as error:
        return EncoderOffer(name, path, None, bundled=bundled, problem=str(error))
    return EncoderOffer(name, path, eyes, card["dimension"], bundled, can_draw(card))


def device_offers() -> list[tuple[str, str]]:
    """Return where networks may run: what ``--device`` calls it, and what it is in words.

    The first is "auto".  Graphics cards are asked of their driver, without loading torch, which
    has the last word when the work begins.
    """
    cards = [(f"cuda:{number}", name) for number, name in enumerate(_nvidia_cards())]
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    found = [*cards, *([("mps", "Apple graphics")] if apple else [])]
    best = f"automatic ({found[0][1] if found else 'the processor'})"
    return [("auto", best), *found, ("cpu", "the processor")]


def _nvidia_cards() -> list[str]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    command = [program, "--query-gpu=name", "--format=csv,noheader"]
    try:
        told = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in told.stdout.splitlines() if line.strip()]

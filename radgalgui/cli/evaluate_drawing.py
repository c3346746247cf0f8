"""``radgalgui evaluate reconstruction`` and ``samples``: how well a network draws galaxies."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radgalgui.cli.evaluate_drawing_tables import print_reconstruction, print_samples
from radgalgui.cli.output import TerminalProgress
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from radgalgui.models.encoder import Encoder

__all__ = ["DRAWING", "add_drawing_arguments", "check_drawing", "drawing_page", "measure_drawing"]

RECONSTRUCTION: Final = "reconstruction"
SAMPLES: Final = "samples"
DRAWING: Final = (RECONSTRUCTION, SAMPLES)
_ALL: Final = "all"
_FEWEST: Final = 100
_HOTTEST: Final = 5.0


def add_drawing_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe what only reconstructions and samples take."""
    group = parser.add_argument_group("with 'reconstruction' and 'samples'")
    group.add_argument(
        "--against",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="weights of another network that draws, such as a plain VAE; may be repeated",
    )
    group.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="where the training images are, or are kept for another time",
    )
    group.add_argument(
        "--samples",
        type=int,
        default=5000,
        metavar="N",
        help="galaxies drawn of each kind (default: 5000)",
    )
    group.add_argument(
        "--temperature", type=float, default=1.0, metavar="T", help="of samples (default: 1)"
    )


def check_drawing(options: argparse.Namespace) -> None:
    """Refuse what would fail only after minutes of work."""
    if options.dataset not in DRAWING:
        if options.against:
            raise UsageError(
                f"nothing is drawn in {options.dataset!r}", remedy="leave --against out"
            )
        return
    if options.samples < _FEWEST:
        raise UsageError(
            f"--samples {options.samples} are too few to compare",
            remedy=f"draw {_FEWEST} or more",
        )
    if not 0 <= options.temperature <= _HOTTEST:
        raise UsageError(
            f"--temperature {options.temperature:g} is out of range",
            remedy=f"give 0 to {_HOTTEST:g}",
        )
    if options.cache is not None and options.cache.exists() and not options.cache.is_dir():
        raise UsageError("is no folder", subject=f"--cache {options.cache}", remedy="name a folder")


def measure_drawing(options: argparse.Namespace) -> dict[str, Any]:
    """Measure, print tables, and return the report as JSON holds it."""
    from radgalgui.models.encoder import Encoder

    encoder = _drawing_encoder(options.encoder)
    against = [Encoder.load(path) for path in options.against]
    progress = TerminalProgress()
    shared: dict[str, Any] = {"seed": options.seed, "progress": progress}
    with _cache(options.cache) as cache:
        try:
            if options.dataset == RECONSTRUCTION:
                from radgalgui_training.generation.reconstruction import evaluate_reconstruction

                return print_reconstruction(
                    evaluate_reconstruction(options.root, encoder, against, cache=cache, **shared)
                )
            from radgalgui_training.generation.samples import evaluate_samples

            return print_samples(
                evaluate_samples(
                    options.root,
                    encoder,
                    against,
                    spaces=_spaces(encoder),
                    cache=cache,
                    count=options.samples,
                    temperature=options.temperature,
                    **shared,
                )
            )
        finally:
            progress.close()


def drawing_page(told: dict[str, Any]) -> str:
    """Return the report as HTML."""
    if told["kind"] == RECONSTRUCTION:
        from radgalgui_training.generation.reconstruction_page import reconstruction_page

        return reconstruction_page(told)
    from radgalgui_training.generation.samples_page import samples_page

    return samples_page(told)


def _drawing_encoder(name: str) -> Encoder:
    """Load the encoder that is measured: the one that is installed for drawing by default."""
    from radgalgui.jobs.draw import GENERATOR
    from radgalgui.jobs.work.library import encoder_path
    from radgalgui.models.encoder import Encoder

    return Encoder.load(encoder_path(GENERATOR if name == _ALL else name))


def _spaces(encoder: Encoder) -> list[Encoder]:
    """Load the installed encoders that make vectors alone, and see what is drawn."""
    from radgalgui.models.encoder import Encoder
    from radgalgui.models.weights import can_draw, read_card
    from radgalgui_resources import path

    files = sorted(path("weights").glob("*.safetensors"))
    found = [Encoder.load(file) for file in files if not can_draw(read_card(file))]
    return [each for each in found if each.preprocessing == encoder.preprocessing]


@contextmanager
def _cache(folder: Path | None) -> Iterator[Path]:
    """Give the folder of the training images, one for the time being where none is named."""
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="radgalgui-") as temporary:
        yield Path(temporary)

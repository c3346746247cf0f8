"""``radgalgui likelihood``: how likely the galaxy of each image is among a catalogue's sources."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radgalgui.cli.answers import Answer, Answering, answer_images
from radgalgui.cli.output import add_outputs, check_outputs, complain, print_table
from radgalgui.errors import CatalogError
from radgalgui_resources import FIRST_ENCODER

if TYPE_CHECKING:
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.likelihood.answer import Assessor
    from radgalgui.jobs.studio import Studio
    from radgalgui.models.encoder import Encoder
    from radgalgui.sky.image import SkyPosition

__all__ = ["add_arguments", "run"]

_ALL = "all"
_SHOWN: Mapping[str, str] = {
    "encoder": "encoder",
    "log_likelihood": "log-likelihood",
    "percentile": "flow",
    "isolation_forest": "forest",
    "local_outlier_factor": "LOF",
    "knn_distance": "distance",
    "reconstruction": "reconstruction",
    "combined": "together",
}
_DIGITS = ".4g"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Tell how likely the galaxy of each image is among the sources of a catalogue: its "
        "log-likelihood by a flow that was fitted to the vectors of an encoder, in nats, and "
        "percentiles by five methods and by all together. A percentile is the per cent of the "
        "catalogue's sources that are less usual: at 0 none is stranger, at 50 the galaxy is "
        "ordinary."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="FITS images, or folders of them")
    parser.add_argument(
        "--catalog",
        type=Path,
        metavar="DIR",
        help="what is usual (default: the bundled simulated catalogue)",
    )
    parser.add_argument(
        "--encoder",
        default=FIRST_ENCODER,
        metavar="NAME",
        help=f"one of the catalogue's, or 'all' (default: {FIRST_ENCODER})",
    )
    parser.add_argument(
        "--position", metavar="'RA DEC'", help="where the source lies; sexagesimal or degrees, ICRS"
    )
    add_outputs(parser)


def run(options: argparse.Namespace) -> int:
    """Judge every image that can be judged; 2 if one or more could not."""
    check_outputs(options)
    return answer_images(options, partial(_prepare, options))


def _prepare(options: argparse.Namespace) -> Answering:
    from radgalgui.jobs.results import LIKELIHOOD_COLUMNS

    judging = _Judging(options.catalog, options.encoder, events=options.events)
    return Answering(judging.answer, LIKELIHOOD_COLUMNS)


class _Judging:
    """A catalogue, the encoders that are asked, and what draws galaxies again."""

    def __init__(self, catalog: Path | None, encoder: str, *, events: bool) -> None:
        import torch

        from radgalgui.catalog.catalog import Catalog
        from radgalgui.jobs.studio import Studio
        from radgalgui_resources import catalog_path

        torch.set_num_threads(1)  # for single galaxies as fast as more
        self._catalog = Catalog.open(catalog or catalog_path())
        names = _encoders(self._catalog, encoder)
        self._asked = [_opened(self._catalog, name) for name in names]
        self._studio: Studio = Studio()
        self._events = events

    def answer(self, path: Path, position: SkyPosition | None) -> Answer:
        """Return the rows of one image; its warnings go to standard error, events are printed."""
        from radgalgui.jobs.results import likelihood_row
        from radgalgui.jobs.sight import Sight
        from radgalgui.jobs.wire import json_line
        from radgalgui.sky.fits import read_image

        sight = Sight(read_image(path), position)
        found: list[dict[str, Any]] = []
        said = dict.fromkeys(note.text for note in sight.image.notes)
        drawn = self._studio.reconstruction(str(path), sight)
        for encoder, assessor in self._asked:
            piece = sight.piece(encoder.preprocessing)
            vector = encoder.embed(piece.seen[None])[0]
            told = assessor.of_image(str(path), vector, sight, drawn, self._studio)
            said |= dict.fromkeys(note.text for note in piece.notes)
            said |= dict.fromkeys(note["text"] for note in told.notes)
            found.append(likelihood_row(sight.image.name, told))
            if self._events:
                print(json_line(told), flush=True)
        for text in said:
            complain(f"{path}: note: {text}")
        return found, partial(_print, found)


def _encoders(catalog: Catalog, asked: str) -> list[str]:
    """Return the encoders to ask: the one that was named, or all that have likelihoods."""
    if asked != _ALL:
        catalog.judge_path(asked)  # says what is lacking, and which command makes it
        return [asked]
    told = [name for name in catalog.encoders if name in catalog.manifest.likelihoods]
    if not told:
        raise CatalogError(
            "no likelihoods have been told for this catalogue",
            subject=catalog.path,
            remedy=f"run: radgalgui catalog likelihood {catalog.path} --encoder all",
        )
    return told


def _opened(catalog: Catalog, name: str) -> tuple[Encoder, Assessor]:
    from radgalgui.jobs.encoders import weights_at_hand
    from radgalgui.jobs.likelihood.answer import Assessor
    from radgalgui.models.encoder import Encoder

    encoder = Encoder.load(weights_at_hand(name))
    catalog.check_weights(name, encoder.sha256)
    assessor = Assessor(catalog, name)
    _ = assessor.judge  # what speaks against it is said once, before any image
    return encoder, assessor


def _print(rows: list[dict[str, Any]]) -> None:
    """Print the table of one query."""
    print(f"{rows[0]['query']}: log-likelihood in nats, and per cent of the sources less usual")
    shown = [{title: row[name] for name, title in _SHOWN.items()} for row in rows]
    numbers = [title for title in _SHOWN.values() if title != "encoder"]
    print_table(list(_SHOWN.values()), shown, formats=dict.fromkeys(numbers, _DIGITS))

"""``radgalgui classify --network``: a classifying network of the user's own answers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from radgalgui.jobs.events import Classes
    from radgalgui.jobs.networks.panel import Alone, Beside
    from radgalgui.progress import Progress

__all__ = ["add_network_argument", "check_network", "network_words", "open_network"]

_FINETUNED: Final = "finetuned"


def add_network_argument(parser: argparse.ArgumentParser) -> None:
    """Describe the argument."""
    parser.add_argument(
        "--network",
        metavar="FILE",
        help="a classifying network of your own: the weights file that 'radgalgui train' wrote for "
        "a recipe with labels, or the name under which you kept it; it answers beside the six "
        "where --labels (or, without it, the set it was taught with, or mirabest) has its "
        "classes, and else alone; --classifier finetuned asks it alone",
    )


def check_network(options: argparse.Namespace) -> None:
    """Raise `UsageError` for a classifier that would leave the network out."""
    if options.network is not None and options.classifier not in ("all", _FINETUNED):
        raise UsageError(
            f"--network is of no use with --classifier {options.classifier}",
            remedy=f"leave --classifier out, or give --classifier {_FINETUNED}",
        )


def open_network(options: argparse.Namespace, *, progress: Progress) -> Alone | Beside:
    """Return the network alone, or with the classifiers that answer beside it, not fitted.

    Raises
    ------
    WeightsError, DataError, CatalogError
        If a file is missing or damaged.
    UsageError
        If no network of the name was kept, or labels that were asked for have other classes.
    """
    import torch

    from radgalgui.jobs.labels import DEFAULT
    from radgalgui.jobs.networks.kept import network_path
    from radgalgui.jobs.networks.opening import open_alone, open_beside, published_labels
    from radgalgui.jobs.networks.taught import read_taught

    torch.set_num_threads(1)
    path = network_path(options.network)
    taught = read_taught(path)
    if options.classifier == _FINETUNED:
        return open_alone(path)
    if options.labels is not None:
        from radgalgui.jobs.classify import open_panel
        from radgalgui_resources import catalog_path

        catalog = options.catalog or catalog_path()
        panel = open_panel(options.labels, options.encoder, catalog=catalog, progress=progress)
        same = Path(options.labels).name == Path(taught.learned_from).name
        return open_beside(path, panel.labelled, panel.encoder, same_sources=same or None)
    found = published_labels(taught, options.encoder, further=DEFAULT)
    return open_alone(path) if found is None else open_beside(path, *found)


def network_words(told: Classes) -> str:
    """Return which network of the user's own is among those that answer, "" for none."""
    from radgalgui.jobs.networks.panel import NO_SET, NOTE

    return " ".join(note["text"] for note in told.notes if note["code"] in (NOTE, NO_SET))

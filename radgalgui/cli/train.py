"""``radgalgui train``: train an encoder, or a network that answers with classes, by a recipe."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from radgalgui.cli.output import TerminalProgress
from radgalgui.errors import UsageError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "recipe",
        metavar="RECIPE",
        help="a recipe file, or the name of one that comes along, such as simclr-bundled "
        "or finetune-mirabest",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="the folder of published images, for recipes that want any",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="for checkpoints, the log and the weights",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a value of the recipe (may be repeated)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on from the last checkpoint in --out"
    )


def run(options: argparse.Namespace) -> int:
    """Train, and say where the weights lie."""
    overrides = dict(_pair(text) for text in options.set)
    train = _trainer(options.recipe)
    progress = TerminalProgress()
    try:
        weights = train(
            options.recipe,
            data=options.data,
            out=options.out,
            resume=options.resume,
            overrides=overrides,
            progress=progress,
        )
    finally:
        progress.close()
    print(weights)
    return 0


def _trainer(recipe: str) -> Callable[..., Path]:
    """Return what trains by a recipe: with a table ``[labels]`` classes, else an encoder."""
    from radgalgui_training.recipes import is_finetuning

    if is_finetuning(recipe):
        from radgalgui_resources import path
        from radgalgui_training.finetuning.run import finetune

        return partial(finetune, encoders=path("weights"))
    from radgalgui_training.run import train

    return train


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise UsageError(
            f"--set {text!r} is not KEY=VALUE", remedy="write for example --set epochs=5"
        )
    return key.strip(), value.strip()

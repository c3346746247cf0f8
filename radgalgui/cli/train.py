"""``radgalgui train``: train an encoder, or a network that answers with classes, by a recipe."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from radgalgui.cli.reporting import add_events, reporting
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
    parser.add_argument(
        "--join",
        nargs="+",
        type=Path,
        metavar="DIR",
        help="train nothing, but join the networks that earlier trainings wrote into these "
        "folders, in the order of the recipe's kinds",
    )
    parser.add_argument(
        "--sweep",
        metavar="KEY=V1,V2,...",
        help="train once for each value, in a folder of its own in --out, going on with what is "
        "not finished; draws how often the 20 nearest neighbours are right against the value, "
        "in sweep.csv and sweep.svg",
    )
    add_events(parser)


def run(options: argparse.Namespace) -> int:
    """Train, and say where the weights, or the table of a sweep, lie."""
    overrides = dict(_pair("--set", text) for text in options.set)
    if options.join:
        work = _joiner(options)
    elif options.sweep:
        work = _sweep(options)
    else:
        work = partial(_trainer(options.recipe), resume=options.resume)
    with reporting(options, options.out) as reporter:
        if not (options.join or options.sweep or _is_finetuning(options.recipe)):
            work = partial(work, note=reporter.note, listener=reporter)
        written = work(
            options.recipe,
            data=options.data,
            out=options.out,
            overrides=overrides,
            progress=reporter.progress,
            cancel=reporter.cancel,
        )
        reporter.done(written)
    return 0


def _sweep(options: argparse.Namespace) -> Callable[..., Path]:
    """Return what trains once for each value."""
    key, typed = _pair("--sweep", options.sweep)
    values = [value.strip() for value in typed.split(",")]
    if not all(values) or len(set(values)) < len(values):
        raise UsageError(
            f"--sweep {options.sweep!r} has an empty or a repeated value",
            remedy="write for example --sweep size_cut=0,10,20",
        )
    from radgalgui_training.recipes import is_finetuning

    if is_finetuning(options.recipe):
        raise UsageError(
            "--sweep asks neighbours what an encoder learned, and this recipe makes none",
            subject=options.recipe,
            remedy="name the recipe of an encoder",
        )
    from radgalgui_resources import path
    from radgalgui_training.sweep import sweep

    def swept(recipe: str, **chosen: Any) -> Path:
        return sweep(recipe, key, values, folders=[path("weights")], **chosen)

    return swept


def _joiner(options: argparse.Namespace) -> Callable[..., Path]:
    """Return what joins networks that were taught apart."""
    from radgalgui_training.recipes import is_finetuning

    if not is_finetuning(options.recipe) or options.sweep:
        raise UsageError(
            "--join is for networks that answer with classes",
            subject=options.recipe,
            remedy="name a recipe with a table [labels], and leave --sweep out",
        )
    from radgalgui_resources import path
    from radgalgui_training.finetuning.join import join

    def joined(recipe: str, **chosen: Any) -> Path:
        del chosen["progress"], chosen["cancel"]  # it takes seconds
        return join(recipe, options.join, folders=[path("weights"), path("classifiers")], **chosen)

    return joined


def _trainer(recipe: str) -> Callable[..., Path]:
    """Return what trains by a recipe: with a table ``[labels]`` classes, else an encoder."""
    from radgalgui_resources import path
    from radgalgui_training.recipes import is_finetuning

    if is_finetuning(recipe):
        from radgalgui_training.finetuning.run import finetune

        return partial(finetune, folders=[path("weights"), path("classifiers")])
    from radgalgui_training.run import train

    return partial(train, folders=[path("weights")])


def _is_finetuning(recipe: str) -> bool:
    from radgalgui_training.recipes import is_finetuning

    return is_finetuning(recipe)


def _pair(option: str, text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise UsageError(
            f"{option} {text!r} is not KEY=VALUE",
            remedy=f"write for example {option} training.epochs=5",
        )
    return key.strip(), value.strip()

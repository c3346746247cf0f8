"""``radgalgui train``: train an encoder, or a network that answers with classes, by a recipe."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from radgalgui.cli.devices import add_device_arguments, device_overrides
from radgalgui.cli.reporting import add_events, is_first_process, reporting
from radgalgui.errors import UsageError
from radgalgui.jobs.work.library import encoders_folder

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    from radgalgui_training.recipes import finetune_names, recipe_names

    parser.description = (
        "Train an encoder, or a network that answers with classes, by a recipe: a TOML file whose "
        "values may be changed one by one (--set). Those of 'smoke' take seconds and show that "
        "training works here; those of 'bundled' and 'finetune' made what comes along; those of "
        "'paper' are as published. "
        f"For encoders: {', '.join(recipe_names())}. For classes: {', '.join(finetune_names())}."
    )
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
        "--catalog",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="learn from the images of this catalogue (may be repeated): beside published ones if "
        "--data is given, and else instead of them",
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
        "--restart",
        action="store_true",
        help="begin anew, and throw away what an earlier training left in --out",
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
    parser.add_argument(
        "--compare",
        metavar="KEY=V1,V2,...",
        help="train once for each value, side by side, and tell what each had learned after each "
        "epoch, in comparison.html and comparison.json; start_from=simclr,none compares with a "
        "network that starts from nothing",
    )
    parser.add_argument(
        "--estimate",
        action="store_true",
        help="take the first twelve steps, print how long the training would take, and keep "
        "nothing but the images that it made ready",
    )
    add_device_arguments(parser)
    add_events(parser)


def run(options: argparse.Namespace) -> int:
    """Train, and say where the weights, or the table of a sweep, lie."""
    typed = dict(_pair("--set", text) for text in options.set)
    overrides = device_overrides(options) | _catalog_overrides(options) | typed
    _check_ways(options)
    if options.estimate:
        return _estimate(options, overrides)
    with reporting(options, options.out) as reporter:
        _check_begun(options)
        work = _work(options)  # which loads torch: that it has begun is told before
        if not options.join:
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


def _catalog_overrides(options: argparse.Namespace) -> dict[str, Any]:
    """Return what makes a recipe learn from catalogues."""
    if not options.catalog:
        return {}
    if _is_finetuning(options.recipe):
        raise UsageError(
            "--catalog is for encoders, which need no labels",
            subject=options.recipe,
            remedy="name the recipe of an encoder",
        )
    from radgalgui.jobs.training import catalogues_only

    left_out = catalogues_only(options.recipe) if options.data is None else {}
    return {**left_out, "data.catalogs": [str(path) for path in options.catalog]}


def _work(options: argparse.Namespace) -> Callable[..., Path]:
    """Return what trains, in the way that is asked for."""
    if options.join:
        return _joiner(options)
    if options.sweep:
        return _sweep(options)
    if options.compare:
        return _comparison(options)
    return partial(_trainer(options.recipe), resume=options.resume)


def _check_ways(options: argparse.Namespace) -> None:
    """Refuse several ways to train at once."""
    ways = {
        "--join": options.join,
        "--sweep": options.sweep,
        "--compare": options.compare,
        "--estimate": options.estimate,
    }
    chosen = [name for name, given in ways.items() if given]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} do not go together", remedy="leave one out")


def _check_begun(options: argparse.Namespace) -> None:
    """Refuse to train over another training, which took hours or days, unless that is meant."""
    if options.resume and options.restart:
        raise UsageError("--resume and --restart do not go together", remedy="leave one out")
    goes_on = options.resume or options.join or options.sweep or options.compare
    if goes_on or options.restart or not is_first_process():
        return
    begun = [options.out / "checkpoints", *options.out.glob("trainings/*/checkpoints")]
    if any((folder / "last.ckpt").is_file() for folder in begun):
        raise UsageError(
            "there is a training in this folder already",
            subject=options.out,
            remedy="go on with it (--resume), begin anew (--restart), or choose another --out",
        )


def _estimate(options: argparse.Namespace, overrides: dict[str, Any]) -> int:
    """Tell how long a training would take."""
    from radgalgui_training.estimate import estimate

    with reporting(options, options.out) as reporter:
        found = estimate(
            options.recipe,
            data=options.data,
            out=options.out,
            overrides=overrides,
            folders=weights_folders(),
            progress=reporter.progress,
            note=reporter.note,
            cancel=reporter.cancel,
        )
        told = {"text": found.text, "seconds": found.seconds, **asdict(found)}
        reporter.done(options.out if options.events else found.text, told)
    return 0


def _comparison(options: argparse.Namespace) -> Callable[..., Path]:
    """Return what trains once for each value and tells how they learned."""
    key, values = _values("--compare", options.compare, "start_from=simclr,none")
    if len(values) < 2:
        raise UsageError(
            f"--compare {options.compare!r} names one value alone",
            remedy="name two or more, such as start_from=simclr,none",
        )
    from radgalgui_training.compare import compare

    def compared(recipe: str, **chosen: Any) -> Path:
        return compare(recipe, key, values, folders=weights_folders(), **chosen)

    return compared


def _sweep(options: argparse.Namespace) -> Callable[..., Path]:
    """Return what trains once for each value."""
    key, values = _values("--sweep", options.sweep, "size_cut=0,10,20")
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
        return sweep(recipe, key, values, folders=[path("weights"), encoders_folder()], **chosen)

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
    from radgalgui_training.finetuning.join import join

    def joined(recipe: str, **chosen: Any) -> Path:
        del chosen["progress"], chosen["cancel"]  # it takes seconds
        return join(recipe, options.join, folders=weights_folders(), **chosen)

    return joined


def _trainer(recipe: str) -> Callable[..., Path]:
    """Return what trains by a recipe: with a table ``[labels]`` classes, else an encoder."""
    from radgalgui_resources import path
    from radgalgui_training.recipes import is_finetuning

    if is_finetuning(recipe):
        from radgalgui_training.finetuning.run import finetune

        return partial(finetune, folders=weights_folders())
    from radgalgui_training.run import train

    return partial(train, folders=[path("weights"), encoders_folder()])


def weights_folders() -> list[Path]:
    """Return where the encoders and classifiers lie that a recipe may name: the user's own too."""
    from radgalgui.jobs.networks.kept import networks_folder
    from radgalgui.jobs.work.library import encoders_folder
    from radgalgui_resources import path

    return [path("weights"), encoders_folder(), path("classifiers"), networks_folder()]


def _is_finetuning(recipe: str) -> bool:
    from radgalgui_training.recipes import is_finetuning

    return is_finetuning(recipe)


def _values(option: str, text: str, example: str) -> tuple[str, list[str]]:
    """Return the key and the values of ``KEY=V1,V2,...``."""
    key, typed = _pair(option, text)
    values = [value.strip() for value in typed.split(",")]
    if not all(values) or len(set(values)) < len(values):
        raise UsageError(
            f"{option} {text!r} has an empty or a repeated value",
            remedy=f"write for example {option} {example}",
        )
    return key, values


def _pair(option: str, text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise UsageError(
            f"{option} {text!r} is not KEY=VALUE",
            remedy=f"write for example {option} training.epochs=5",
        )
    return key.strip(), value.strip()

"""What a form for trainings asks beside recipes: what to start from, data, how long; no torch."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from radgalgui.errors import Cancelled, EngineError, RadGalError
from radgalgui.jobs.networks.kept import networks
from radgalgui.jobs.recipes import PUBLISHED_SETS, RecipeInfo, needs_data
from radgalgui.jobs.work.library import encoders
from radgalgui.jobs.work.orders import Order
from radgalgui.jobs.work.reports import Done, Failed, Progress, from_line
from radgalgui.models.weights import read_card
from radgalgui.progress import Progress as Teller
from radgalgui.progress import silent
from radgalgui_resources import path as resource
from radgalgui_training.recipes import recipe_values

__all__ = [
    "Result",
    "StartingPoint",
    "Trial",
    "catalogues_only",
    "look_at",
    "starting_points",
    "wants_data",
]


@dataclass(frozen=True)
class StartingPoint:
    """What a training may start from: its name for the recipe, "" or ``none`` for nothing."""

    value: str
    kind: Literal["nothing", "encoder", "classifier"]


def starting_points(info: RecipeInfo) -> list[StartingPoint]:
    """Return what a recipe may start from: nothing first, then what has the same network.

    Networks that tell classes take any encoder, and any classifier, with its own network.
    """
    classes = info.kind == "classifier"
    found = [StartingPoint("none" if classes else "", "nothing")]
    for name, path in encoders().items():
        try:
            fits = classes or read_card(path)["architecture"] == info.network
        except RadGalError:
            continue
        if fits:
            found.append(StartingPoint(name, "encoder"))
    if classes:
        names = sorted(path.stem for path in resource("classifiers").glob("*.safetensors"))
        found += [StartingPoint(name, "classifier") for name in [*names, *networks()]]
    return found


def wants_data(recipe: str | os.PathLike[str], overrides: Mapping[str, Any]) -> bool:
    """Whether a recipe, with some values changed, asks for the folder of published images."""
    return needs_data(recipe_values(recipe, overrides))


def catalogues_only(recipe: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what leaves all published images out of an encoder's recipe, by dotted key."""
    values = recipe_values(recipe)
    data = values.get("data", {})
    changed: dict[str, Any] = {f"data.{name}": 0.0 for name in PUBLISHED_SETS if data.get(name)}
    if values.get("evaluate"):
        changed["evaluate"] = False
    if values.get("training", {}).get("knn"):
        changed["training.knn"] = ""
    return changed


class Trial:
    """The first steps of a training in a process of its own, to tell how long all would take.

    Parameters
    ----------
    order : Order
        The training.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False

    def run(self, progress: Teller = silent) -> str:
        """Return how long it would take, in words; another thread may `stop` it.

        Raises
        ------
        Cancelled
            If it was stopped.
        EngineError
            With what the training said, if it could not begin.
        """
        command = [*self._order.command(), "--estimate"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
        ) as process:
            self._process = process
            if self._stopped:
                process.kill()
            last = self._follow(process, progress)
        if self._stopped:
            raise Cancelled
        if isinstance(last, Done):
            return str(last.result.get("text", ""))
        if isinstance(last, Failed):
            raise EngineError(last.message)
        raise EngineError("the trial ended early", remedy="try again with less to do at once")

    def stop(self) -> None:
        """End it now."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def _follow(self, process: subprocess.Popen[str], progress: Teller) -> Done | Failed | None:
        last: Done | Failed | None = None
        for line in process.stdout or ():
            report = from_line(line)
            if isinstance(report, Progress):
                progress(report.done, report.total, report.what)
            elif isinstance(report, (Done, Failed)):
                last = report
        return last


@dataclass(frozen=True)
class Result:
    """What a training wrote.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        ``encoder``, ``classifier``, or ``page`` for what is read in a browser.
    name : str
        What it calls itself.
    facts : dict of str to str
        What there is to say of it, in words.
    """

    path: Path
    kind: Literal["encoder", "classifier", "page"]
    name: str
    facts: dict[str, str]


def look_at(path: Path) -> Result:
    """Return what a training wrote, from the head of its file.

    Raises
    ------
    WeightsError
        If it is missing or damaged.
    """
    if path.suffix != ".safetensors":
        return Result(path, "page", path.stem, {})
    card = read_card(path)
    told: dict[str, Any] = card.get("training_data") or {}
    if "classes" in card:
        metrics: dict[str, Any] = (card.get("metrics") or {}).get(str(card["name"]), {})
        learned = sum(int(told.get(part, 0)) for part in ("labelled", "further"))
        facts = {"Classes": ", ".join(map(str, card["classes"]))}
        if learned:
            facts["Learned from"] = f"{learned:,} labelled images"
        if "accuracy" in metrics:
            facts["Cross-validated"] = (
                f"accuracy {metrics['accuracy']:.3f}, ROC AUC {metrics['roc_auc']:.3f}"
            )
        return Result(path, "classifier", str(card.get("label_set", path.stem)), facts)
    seen = card["preprocessing"]
    facts = {
        "Vectors": f"{card['dimension']} numbers a galaxy",
        "Sees": f"{seen['size'] * seen['pixel_scale']:.0f}″ of sky in {seen['size']} pixels",
        "Learned from": f"{sum(map(int, told.values())):,} images",
    }
    return Result(path, "encoder", str(card["name"]), facts)

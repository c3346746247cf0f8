"""What has been decided in the wizard so far, and the command that would carry it out."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radgalgui.jobs.work.orders import Order

if TYPE_CHECKING:
    from radgalgui.jobs.survey.plan import Plan

__all__ = ["Draft", "Obstacle", "folder_name", "free_folder", "obstacle"]

#: The options of a plan that the command takes, by what it calls them.
FLAGS = {
    "ra_unit": "--ra-unit",
    "dec_unit": "--dec-unit",
    "frame": "--frame",
    "angular_size_unit": "--angular-size-unit",
    "flux_unit": "--flux-unit",
    "centre": "--centre",
    "pixel_scale": "--pixel-scale",
    "beam": "--beam",
    "field": "--field",
    "softening": "--softening",
    "pixels": "--pixels",
    "dataset": "--dataset",
    "names": "--names",
}
FOLDER = "FOLDER"  # stands in the command where nothing has been chosen yet


@dataclass
class Draft:
    """The choices of all pages.

    Parameters
    ----------
    inputs, table
        The user's data.
    found : Plan or None
        The plan as it was recognised; None before.
    columns : dict of str to str
        The column that the user chose for a role, "" for none; the others are guessed.
    options : dict
        The options of the plan that the user chose; the others are guessed.
    """

    inputs: tuple[Path, ...] = ()
    table: Path | None = None
    found: Plan | None = None
    columns: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    out: Path | None = None
    encoders: tuple[str, ...] = ()
    every_encoder: bool = True
    device: str = "auto"
    maps: bool = True
    likelihood: bool = False
    overwrite: bool = False
    attempt: str = ""  # "resume" or "restart" an earlier one

    @property
    def plan(self) -> Plan | None:
        """What is to be built: what was recognised, with what the user chose."""
        if self.found is None:
            return None
        return self.found.with_options(**self.options)

    @property
    def roles(self) -> dict[str, str]:
        """The column of each role that has one."""
        guessed = dict(self.found.columns) if self.found is not None else {}
        return {role: name for role, name in {**guessed, **self.columns}.items() if name}

    def forget(self) -> None:
        """Forget the data and what was chosen about them."""
        self.inputs, self.table, self.found = (), None, None
        self.columns, self.options = {}, {}
        self.title, self.out = "", None

    def arguments(self) -> list[str]:
        """Return what stands after ``radgalgui``."""
        words = ["catalog", "build", *map(str, self.inputs or (FOLDER,))]
        if self.table is not None:
            words += ["--table", str(self.table)]
        for role, name in self.columns.items():
            words += ["--column", f"{role}={name}"]
        words += self._options()
        if self.title:
            dashed = self.title.startswith("-")  # or it would be taken for an option
            words += [f"--title={self.title}"] if dashed else ["--title", self.title]
        if not self.every_encoder:
            for name in self.encoders:
                words += ["--encoder", name]
        if self.device != "auto":
            words += ["--device", self.device]
        words += ["--out", str(self.out or FOLDER)]
        wanted = {
            "--no-map": not self.maps,
            "--likelihood": self.likelihood,
            "--overwrite": self.overwrite,
        }
        words += [flag for flag, on in wanted.items() if on]
        if self.attempt:
            words.append(f"--{self.attempt}")
        return words

    def _options(self) -> list[str]:
        words = []
        for name, value in self.options.items():
            if value not in (None, ""):
                words += [FLAGS[name], f"{value:g}" if isinstance(value, float) else str(value)]
        return words

    def order(self) -> Order:
        """Return the order of the whole."""
        return Order(
            kind="build",
            title=f"Catalogue {self.title}",
            arguments=self.arguments(),
            out=self.out or Path(FOLDER),
            resumable=True,
        )


def folder_name(text: str) -> str:
    """Return a name for a folder: letters, digits, dots and dashes of a text; "catalogue" if none.

    Letters keep their script; what is no letter or digit becomes one dash.
    """
    plain = unicodedata.normalize("NFC", text)
    name = re.sub(r"[^\w.+-]+", "-", plain).strip("-.")
    return name[:80].rstrip("-.") or "catalogue"


def free_folder(parent: Path, name: str) -> Path:
    """Return a folder that is not there yet: ``name``, or with -2, -3 and so on behind it."""
    wanted, number = parent / name, 2
    while _taken(wanted):
        wanted, number = parent / f"{name}-{number}", number + 1
    return wanted


def _taken(path: Path) -> bool:
    return os.path.lexists(path) or os.path.lexists(path.with_name(f"{path.name}.unfinished"))


@dataclass(frozen=True)
class Obstacle:
    """Why a catalogue cannot be written to a folder as it is: ``kind`` is what can be done.

    ``"replace"``, a catalogue is there that may be replaced; ``"resume"``, an unfinished one is;
    ``"other"``, another folder must be chosen.
    """

    kind: str
    text: str


def obstacle(out: Path) -> Obstacle | None:
    """Return what stands in the way of a new catalogue folder, None where nothing does."""
    if not out.is_absolute() or not out.name:
        return Obstacle("other", "Choose a folder for the catalogue.")
    if out.with_name(f"{out.name}.unfinished").is_dir():
        return Obstacle("resume", "The work on this catalogue was begun before and not finished.")
    if (out / "manifest.json").is_file():
        return Obstacle("replace", "A catalogue is there already.")
    if os.path.lexists(out) and not (out.is_dir() and not any(out.iterdir())):
        return Obstacle("other", "Something else is there already; choose another name.")
    parent = out.parent
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        return Obstacle("other", f"You may not write to {parent}; choose another folder.")
    return None

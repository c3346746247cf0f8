"""What all events share; the events themselves are in `radgalgui.jobs.events`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

__all__ = ["Event", "NoteText"]


class NoteText(TypedDict):
    """A warning beside a picture: `radgalgui.sky.image.Note` as JSON."""

    code: str
    text: str


@dataclass(frozen=True)
class Event:
    """The base: ``job`` is the name that the asker gave the request."""

    job: str

"""The job that makes a catalogue's likelihoods, where it has none yet."""

from __future__ import annotations

import math

import radgalgui_resources
from radgalgui.gui.names import encoder_title
from radgalgui.gui.sources import Sources
from radgalgui.jobs.likelihood.effort import judging_seconds
from radgalgui.jobs.work.orders import Order

__all__ = ["FEWEST", "minutes", "obstacle", "order", "words"]

#: Fewer sources tell nothing of what is usual among them.
FEWEST = 50


def obstacle(sources: Sources) -> str:
    """Return why no likelihoods can be made for a catalogue, in a sentence; "" where they can."""
    if not sources.encoder:
        return sources.obstacle
    if len(sources) < FEWEST:
        return (
            f"With {len(sources)} sources a catalogue is too small to tell what is usual in it;"
            f" it takes {FEWEST}."
        )
    if sources.path.absolute().is_relative_to(radgalgui_resources.path("catalogs")):
        return (
            f"The catalogue that comes with the program has no likelihoods of"
            f" {encoder_title(sources.encoder)}, and cannot be changed."
        )
    return ""


def minutes(sources: int) -> int:
    """Return about how many minutes it takes to make the likelihoods of so many sources."""
    return max(math.ceil(judging_seconds(sources) / 60), 1)


def words(sources: Sources) -> str:
    """Return the words of the button that starts the job."""
    return f"Make likelihoods (about {minutes(len(sources))} min)"


def order(sources: Sources) -> Order:
    """Return the job that makes the likelihoods of the encoder in use."""
    folder = sources.path.absolute()
    arguments = ["catalog", "likelihood", str(folder), "--encoder", sources.encoder]
    title = f"Likelihoods of {folder.name}, {encoder_title(sources.encoder)}"
    return Order("likelihood", title, arguments, folder, resumable=True)

"""What the classifiers say of a galaxy, in words and numbers: the same wherever it is shown."""

from __future__ import annotations

import html
from collections.abc import Sequence

from radgalgui.gui.names import classifier_words, set_title
from radgalgui.jobs.events import Classes, ClassRow, LabelledRow

__all__ = [
    "OWN",
    "agreement",
    "coverage_words",
    "leading",
    "measured_words",
    "origin_words",
    "own_words",
    "percent",
    "row_words",
    "set_words",
    "speaker_words",
    "summary",
]


OWN = "network"  # the code of the note that says which classifier of the user's own answers


def percent(share: float) -> str:
    """Return a share in whole per cent, or tenths where it has any: 0.9 is "90 %"."""
    return f"{100 * share:.3g} %"


def leading(classes: Sequence[str], probabilities: Sequence[float]) -> tuple[str, float]:
    """Return the most probable class and its probability; ("", 0.0) of none."""
    if not classes:
        return "", 0.0
    best = max(range(len(classes)), key=lambda i: probabilities[i])
    return classes[best], float(probabilities[best])


def agreement(told: Classes) -> str:
    """Return how many classifiers have the leading class of the mean, and if others follow."""
    if len(told.rows) == 1 and told.complete:
        return "by one classifier"
    text = f"{told.votes} of {len(told.rows)} agree"
    return text if told.complete else f"{text}, others still learning"


def set_words(told: Classes) -> str:
    """Return the conformal set in words; "" while it is not known."""
    members = told.members
    if told.coverage is None:
        return "" if told.complete else "…"
    if not members:
        none = "neither" if len(told.classes) == 2 else "none of the classes"
        return f"{none}: unlike the labelled sources"
    if len(members) == 1:
        return members[0]
    listed = f"{', '.join(members[:-1])} or {members[-1]}"
    return f"{listed}: cannot tell apart"


def coverage_words(told: Classes) -> str:
    """Return how the set came about, and what was measured of it."""
    text = (
        "The classes that cannot be ruled out (a conformal set). Sets made in this way are to\n"
        f"hold the true class of {percent(told.level)} of sources like the labelled ones."
    )
    if told.coverage is not None:
        text += f"\nMeasured by cross-validation: {percent(round(told.coverage, 3))}."
    return text


def measured_words(told: Classes) -> tuple[str, ...]:
    """Return which share of sets held the true class, in fewer and fewer words; () if unknown."""
    if told.coverage is None:
        return ()
    share = percent(round(told.coverage, 3))
    held = f"such sets held the true class of {share}"
    return f"{held} of labelled sources", held, f"measured {share}"


def row_words(told: Classes, row: ClassRow) -> str:
    """Return what a classifier is, and all its probabilities, most probable first."""
    pairs = sorted(zip(told.classes, row["probabilities"], strict=True), key=lambda p: -p[1])
    lines = "\n".join(f"{name}  {value:.2f}" for name, value in pairs)
    words = classifier_words(row["classifier"])
    return f"{words[0].upper()}{words[1:]}\n{lines}"


def speaker_words(row: LabelledRow) -> str:
    """Return a labelled neighbour in a sentence."""
    name = row["name"] or "A labelled source"
    text = f"{name}: {row['label']}, similarity {row['similarity']:.3f}"
    if row["index"] is not None:
        text += "\nClick to see it"
    return text


def origin_words(told: Classes, own: str = "") -> tuple[str, ...]:
    """Return what was learned from, in fewer and fewer words.

    ``own`` says so of a classifier of the user's, where one is among them.
    """
    if not own:
        return f"from {told.sources:,} labelled sources", f"{told.sources:,} labelled"
    both = f"net {own}; others from {told.sources:,}"
    return (own,) if len(told.rows) == 1 else (both, f"net {own}", own.partition(",")[0])


def own_words(told: Classes) -> str:
    """Return as HTML which classifier of the user's own answers, "" for none."""
    texts = [note["text"] for note in told.notes if note["code"] == OWN]
    return "".join(f"<p>{html.escape(text)}</p>" for text in texts)


def summary(told: Classes) -> str:
    """Return everything in one sentence, for a screen reader."""
    name, chance = leading(told.classes, told.mean)
    parts = [f"{name}, {chance:.2f}", agreement(told)]
    if words := set_words(told):
        parts.append(f"possible at {percent(told.level)}: {words}")
    if measured := measured_words(told):
        parts.append(measured[0])
    parts.append(f"learned from {told.sources} labelled sources, {set_title(told.label_set)}")
    parts += [note["text"] for note in told.notes]
    return "; ".join(parts)

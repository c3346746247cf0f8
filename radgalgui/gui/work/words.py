"""What is said of a job: its state, how fast it goes, when it will be there."""

from __future__ import annotations

import math
import time
from datetime import datetime

from radgalgui.gui.work.job import Job

__all__ = [
    "ago",
    "brief",
    "clock",
    "duration",
    "facts",
    "figure",
    "full",
    "outcome",
    "share",
    "span",
    "state_icon",
    "state_words",
    "value_title",
]

STATES = {
    "waiting": "Waiting for its turn",
    "running": "Running",
    "stopping": "Stopping…",
    "done": "Done",
    "failed": "Failed",
    "cancelled": "Stopped",
    "vanished": "Interrupted",
}

#: The sign beside each state; those without one are shown by their bar.
ICONS = {
    "waiting": "clock",
    "running": "play",
    "stopping": "play",
    "done": "check",
    "failed": "failure",
    "cancelled": "stop",
    "vanished": "warning",
}

#: What the values of a training are called, in the order in which they are drawn.
VALUES = {
    "loss": "Loss",
    "held_out_likelihood": "Likelihood, sources held out",
    "learned_likelihood": "Likelihood, sources learned from",
    "knn_accuracy": "Neighbours right",
    "learning_rate": "Learning rate",
    "images_per_second": "Images a second",
    "accuracy": "Accuracy",
}

MINUTE, HOUR, DAY = 60, 3600, 86400


def state_words(job: Job) -> str:
    """Return what a job is doing, in a word or two."""
    return STATES.get(job.state, job.state)


def state_icon(job: Job) -> str:
    """Return the name of the icon of a job's state."""
    return ICONS.get(job.state, "info")


def duration(seconds: float) -> str:
    """Return a time span as people say it: ``40 s``, ``4 min``, ``1 h 20 min``, ``2 d 3 h``.

    Spans are rounded up, so that nothing that still runs has no time left.
    """
    if seconds < MINUTE:
        return f"{max(math.ceil(seconds), 1)} s"
    minutes = math.ceil(seconds / MINUTE)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def clock(moment: float) -> str:
    """Return a time of day, ``12:04:33``; ``moment`` in unix seconds."""
    return f"{datetime.fromtimestamp(moment):%H:%M:%S}"


def ago(moment: float, now: float | None = None) -> str:
    """Return when something was: ``at 12:04``, ``yesterday at 12:04``, ``on 3 May at 12:04``."""
    when = datetime.fromtimestamp(moment)
    today = datetime.fromtimestamp(time.time() if now is None else now)
    days = (today.date() - when.date()).days
    at = f"at {when:%H:%M}"
    if days == 0:
        return at
    if days == 1:
        return f"yesterday {at}"
    year = f" {when.year}" if when.year != today.year else ""
    return f"on {when.day} {when:%B}{year} {at}"


def share(job: Job) -> str:
    """Return how much of its present step is done, "" where unknown."""
    part = job.pace.share
    return "" if part is None else f"{math.floor(100 * part)} %"


def left(job: Job) -> str:
    """Return how long the present step will still take, "" where unknown."""
    seconds = job.pace.seconds_left
    return "" if seconds is None else f"{duration(seconds)} left"


def rate(job: Job) -> str:
    """Return how fast the present step goes, "" where unknown."""
    per_second = job.pace.rate
    if per_second is None:
        return ""
    if per_second >= 1:
        return f"{figure(per_second)} a second"
    return f"{figure(per_second * MINUTE)} a minute"


def brief(job: Job) -> str:
    """Return the line below a job's title in the list."""
    if job.state == "running":
        known = ", ".join(part for part in (share(job), left(job)) if part)
        return known or doing(job) or "Starting…"
    words = state_words(job)
    return f"{words} {ago(job.ended)}" if job.ended is not None else words


def doing(job: Job) -> str:
    """Return what a running job is at, "" before it has told."""
    last = job.pace.last
    return "" if last is None else last.what[:1].upper() + last.what[1:]


def full(job: Job) -> str:
    """Return in a line how a running job goes; "" for one that does not run, or is silent."""
    last = job.pace.last
    if not job.alive or last is None:
        return ""
    count = f"{last.done:,} of {last.total:,}" if last.total else f"{last.done:,}"
    parts = (doing(job), count if last.done or last.total else "", rate(job))
    return "  ·  ".join(part for part in parts if part)


def facts(job: Job) -> str:
    """Return how a job goes, or how long it took, and what it runs on; "" where unknown."""
    parts = [full(job), job.device]
    if job.state == "done" and job.began is not None and job.ended is not None:
        parts[0] = f"Took {duration(max(job.ended - job.began, 0))}"
    return "  ·  ".join(part for part in parts if part)


def outcome(job: Job) -> str:
    """Return what came of a job that is done: what was counted, and where it was written."""
    if job.done is None:
        return ""
    told, words = job.done.result, f"Written to {job.done.path}"
    sources, rejected, report = (told.get(key) for key in ("sources", "rejected", "report"))
    if isinstance(sources, int):
        words = f"{sources:,} sources written to {job.done.path}"
    if isinstance(rejected, int) and rejected:
        named = f", each with its reason in {report}" if report else ""
        words += f"; {rejected:,} left out{named}"
    return words


def span(job: Job) -> str:
    """Return how long a running job has been at it."""
    return duration(max(time.time() - (job.began or time.time()), 0))


def figure(value: float) -> str:
    """Return a number to three digits, without more zeros than it needs."""
    if not math.isfinite(value):
        return "–"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        digits = 2 - math.floor(math.log10(abs(value))) if value else 0
        return f"{value:,.{min(max(digits, 0), 5)}f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} × 10{_raised(int(exponent))}"


def _raised(number: int) -> str:
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def value_title(name: str) -> str:
    """Return what a value of a training is called."""
    words = name.replace("_", " ")
    return VALUES.get(name, words[:1].upper() + words[1:])

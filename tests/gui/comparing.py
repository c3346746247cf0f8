"""What an engine without an encoder tells of one catalogue laid over another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.events import Covered, Done, Event, Overlaid


def compared(job: str, path: Path, mine: Catalog, encoder: str) -> Iterator[Event]:
    """Lay the other's sources on those of the same row, in two parts; the last tenth is new."""
    with Catalog.open(path) as other:
        n, title = len(other), other.manifest.title
    methods = list(mine.maps(encoder))
    rows = np.arange(n) % len(mine)
    where = np.stack([mine.map(encoder, m)[rows] for m in methods], 1)
    novelty = np.where(np.arange(n) < 0.9 * n, 40.0, 99.5).astype(np.float32)
    alike = np.full(n, 0.9, np.float32)
    for part in (slice(0, n // 2), slice(n // 2, n)):
        told = (methods, where[part], novelty[part], rows[part], alike[part])
        yield Overlaid(job, str(path), part.start, n, *told)
    share = float(np.mean(novelty < 99))
    counts = (encoder, n, len(mine), 20, share, share - 0.04, share + 0.03, 0.98)
    yield Covered(job, str(path), title, *counts, stored=False)
    yield Done(job, 0.1)

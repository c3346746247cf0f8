"""What components hold, over the bundled catalogue: until the first answer, a tree, and the end.

Times are of the processor, so that other work on the machine does not count.  A tree is
the longest that a search has to wait for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.events import Understanding
from radgalgui.jobs.understand import DEFAULT_COLUMN, understand
from radgalgui_resources import FIRST_ENCODER, catalog_path
from tests.benchmarks.figures import Figure


def measure() -> Iterator[Figure]:
    """Yield seconds, how many trees it took, and how well the column is told."""
    with Catalog.open(catalog_path()) as catalog:
        catalog.column(DEFAULT_COLUMN)
        catalog.embeddings(FIRST_ENCODER)
        started, steps, told = time.process_time(), [], None
        for event in understand(catalog, FIRST_ENCODER, DEFAULT_COLUMN):
            steps.append(time.process_time())
            told = event if isinstance(event, Understanding) else told
        assert told is not None
    gaps = np.diff([started, *steps])
    yield Figure(f"variance of 20,000 x {len(told.mean)}", gaps[0], "s CPU", 2.0)
    yield Figure("first tree, with the import of scikit-learn", gaps[1], "s CPU", 5.0)
    yield Figure("a tree from 1000 sources, median", float(np.median(gaps[gaps > 0.02])), "s CPU")
    yield Figure("the longest of the others", float(gaps[2:].max()), "s CPU", 0.5)
    yield Figure("until the importance settled", steps[-1] - started, "s CPU", 60.0)
    yield Figure("trees that it took", told.trees, "")
    yield Figure("R² out of bag", told.score or 0.0, "", 0.7, at_least=True)

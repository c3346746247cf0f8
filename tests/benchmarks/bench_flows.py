"""How likely vectors are: scoring 20,000, scoring one, an epoch of the bundled preset, and sizes.

Times of training are of the processor, so that other work on the machine does not count; a
whole training takes as many epochs as held-out sources want, at most those of the preset.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from radgalgui.catalog.catalog import Catalog
from radgalgui.models.devices import Device
from radgalgui.models.flows.density import Density
from radgalgui_resources import FIRST_ENCODER, catalog_path
from radgalgui_training.flows.member import MemberTraining
from radgalgui_training.flows.parts import parts_of
from radgalgui_training.flows.presets import PRESETS
from tests.benchmarks.figures import Figure, median_of

_EPOCHS = 2


def measure() -> Iterator[Figure]:
    """Yield seconds, megabytes, and what all epochs of all flows would take."""
    with Catalog.open(catalog_path()) as catalog:
        vectors = np.asarray(catalog.embeddings(FIRST_ENCODER))
    preset = PRESETS["bundled"]
    parts = parts_of(len(vectors), preset.members, seed=0)
    with Device(threads=1).at_work():  # as a fit does
        started = time.process_time()
        training = MemberTraining(
            vectors, parts[0], preset, number=0, members=preset.members, seed=0
        )
        start = training.advance()
        first = time.process_time() - started
        for _ in range(_EPOCHS):
            last = training.advance()
        epoch = (time.process_time() - started - first) / _EPOCHS
    whole = preset.members * (first + preset.epochs * epoch)
    density = Density([training.finished()] * preset.members, training.shape, stored="float16")
    count, size = vectors.shape
    yield Figure(f"mixture that a flow starts from, {count} x {size}", first, "s CPU")
    yield Figure("an epoch of one flow", epoch, "s CPU")
    yield Figure("all epochs of all flows", whole, "s CPU", 900.0)
    gain = last.held_out - start.held_out
    yield Figure(f"what {_EPOCHS} epochs add, nats per dimension", gain, "", 0.0, at_least=True)
    arrays, card = density.arrays(), density.card()
    megabytes = sum(array.nbytes for array in arrays.values()) / 1e6
    yield Figure("what is kept", megabytes, "MB", 5.5)
    yield Figure("loading it", median_of(5, lambda: Density.from_arrays(arrays, card)), "s", 0.5)
    everything = median_of(3, lambda: density.log_likelihood(vectors))
    yield Figure(f"scoring {count} vectors", everything, "s", 5.0)
    one = median_of(50, lambda: density.log_likelihood(vectors[:1]))
    yield Figure("scoring one vector", 1000 * one, "ms", 20.0)

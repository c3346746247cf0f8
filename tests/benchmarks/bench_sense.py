"""Do neighbours make sense?  The share of the same class, in a catalogue of the RGD's images.

The Radio Galaxy Dataset's 1,858 real sources in four classes become a catalogue; each is left
out in turn, and the mean share of its class among its 10 nearest is compared with the class
shares, with principal components of the pixels, and with an untrained network.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from radgalgui.analysis.metrics import neighbour_share
from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.build import build_from_arrays
from radgalgui.models.encoder import Encoder
from radgalgui_resources import catalog_path, weights_path
from radgalgui_training.datasets.rgd import read_rgd
from radgalgui_training.evaluate import rgd_neighbours
from tests.benchmarks.figures import Figure, shared_data


def measure() -> Iterator[Figure]:
    """Yield the table's column of means, and the same from a catalogue on disk."""
    root = shared_data()
    if root is None:
        print("  skipped: the real images are not here")
        return
    with Catalog.open(catalog_path()) as bundled:
        encoders = [Encoder.load(weights_path(name)) for name in bundled.encoders]
    for row in rgd_neighbours(root, *encoders):
        yield Figure(f"same class among the 10 nearest: {row.what}", row.mean, "")
        yield Figure("  each class counting alike", row.balanced, "")
    for encoder in encoders:
        share = _from_a_catalogue(root, encoder)
        yield Figure(f"{encoder.name}: the same from a catalogue of those images", share, "")


def _from_a_catalogue(root: Path, encoder: Encoder) -> float:
    data = read_rgd(root)
    labels = np.array([data.classes[int(label)] for label in data.labels])
    columns = {
        "name": np.array([f"RGD {k}" for k in range(len(data))]),
        "ra": data.ra,
        "dec": data.dec,
        "label": labels,
    }
    with tempfile.TemporaryDirectory() as folder:
        catalog = build_from_arrays(
            Path(folder) / "rgd",
            data.seen(encoder.preprocessing),
            columns,
            preprocessing=encoder.preprocessing,
            title="Radio Galaxy Dataset",
            encoders={encoder.name: weights_path(encoder.name)},
        )
        vectors = np.asarray(catalog.embeddings(encoder.name), dtype=np.float32)
        return neighbour_share(vectors, catalog.column("label").astype(str), 10)["all"]

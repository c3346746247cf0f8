"""A catalogue of a million sources made in seconds: its images and vectors are holes in files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.files import write_manifest
from radgalgui.catalog.manifest import Manifest, Part
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["CLASSES", "make_large_catalog"]

SIDE, DIMENSION = 64, 128
CLASSES = ("FRI", "FRII", "compact", "bent")
SURVEYS = ("FIRST", "LoTSS", "VLASS")
UNKNOWN = 0.3  # share of the labels, and of the fluxes, that nobody knows


def make_large_catalog(folder: Path, count: int, *, encoder: str = "byol") -> Path:
    """Write a catalogue of ``count`` sources with two maps; return its folder.

    Table and maps are real, of clustered sources.  Images (uint8, 64 x 64) and vectors
    (float16, 128) are files of their full length that hold nothing but zeros, which a disk
    does not store.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    groups = rng.integers(0, 60, count)
    _write_table(folder / "sources.parquet", _columns(rng, groups))
    _hole(folder / "images.npy", (count, 1, SIDE, SIDE), np.uint8)
    _hole(folder / f"{encoder}.npy", (count, DIMENSION), np.float16)
    made = {"umap": 0.6, "pca": 1.4}
    for method, width in made.items():
        centres = rng.normal(0, 3, (60, 2))
        places = centres[groups] + rng.normal(0, width, (count, 2))
        np.save(folder / f"{encoder}-{method}.npy", places.astype(np.float32))
    write_manifest(
        folder,
        Manifest(
            title=f"{count:,} made-up sources",
            count=count,
            preprocessing=Preprocessing(size=SIDE),
            sources=_part(folder, "sources.parquet"),
            images=_part(folder, "images.npy"),
            vectors={encoder: _part(folder, f"{encoder}.npy", dimension=DIMENSION)},
            maps={encoder: {m: _part(folder, f"{encoder}-{m}.npy") for m in made}},
        ),
    )
    return folder


def _columns(rng: np.random.Generator, groups: NDArray[np.int64]) -> dict[str, Any]:
    count = len(groups)
    flux = np.exp(rng.normal(-4, 1.5, count))
    flux[rng.random(count) < UNKNOWN] = np.nan
    label = rng.choice(np.array(CLASSES, dtype=object), count)
    label[rng.random(count) < UNKNOWN] = None
    fields = np.array([f"field_{i:04d}.fits" for i in range(2000)], dtype=object)
    surveys = np.array(SURVEYS, dtype=object)
    ra, dec = rng.uniform(0, 360, count), np.degrees(np.arcsin(rng.uniform(-0.6, 1, count)))
    return {
        "name": [f"J{a * 1e4:010.2f}{d * 1e4:+09.1f}" for a, d in zip(ra / 15, dec, strict=True)],
        "ra": ra,
        "dec": dec,
        "label": label,
        "angular_size": np.exp(rng.normal(3, 0.6, count)) * (1 + groups / 60),
        "flux": flux,
        "peak_flux": flux * rng.uniform(0.2, 1, count),
        "position_angle": rng.uniform(0, 180, count).astype(np.float32),
        "noise": rng.normal(1.4e-4, 1e-5, count).astype(np.float32),
        "components": rng.integers(1, 9, count).astype(np.int32),
        "survey": surveys[rng.integers(0, len(surveys), count)],
        "origin": fields[rng.integers(0, len(fields), count)],
    }


def _write_table(path: Path, columns: dict[str, Any]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    parquet.write_table(table, path, compression="zstd", row_group_size=100_000)


def _hole(path: Path, shape: tuple[int, ...], dtype: type) -> None:
    made = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
    del made


def _part(folder: Path, name: str, *, dimension: int = 0) -> Part:
    weights = "" if name in ("sources.parquet", "images.npy") else "0" * 64
    size = (folder / name).stat().st_size
    return Part(file=name, bytes=size, weights_sha256=weights, dimension=dimension)


if __name__ == "__main__":  # python -m tests.benchmarks.large_catalog FOLDER COUNT
    make_large_catalog(Path(sys.argv[1]), int(sys.argv[2]))

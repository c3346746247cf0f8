"""A small catalogue, and an engine that answers from it without a child process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import Any, ClassVar

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.jobs.events import (
    Done,
    Event,
    NeighbourRow,
    Neighbours,
    Picture,
    Place,
    Ready,
    Refused,
    Seen,
)
from radgalgui.jobs.supervisor import Outcome
from radgalgui.sky.preprocess import Preprocessing

ENCODER = "simclr"
KINDS = ("FRI", "FRII", "compact", "bent")


def galaxies(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return images (n, 1, 64, 64) in [0, 1] of two blobs, their separation and direction."""
    size = np.exp(rng.normal(2.6, 0.7, n)).clip(3, 100)
    angle = rng.uniform(0, np.pi, n)
    y, x = np.mgrid[:64, :64] - 31.5
    images = np.empty((n, 1, 64, 64), np.float32)
    for i in range(n):
        dx, dy = np.cos(angle[i]) * size[i] / 3.6, np.sin(angle[i]) * size[i] / 3.6
        image = sum(
            np.exp(-((x - s * dx) ** 2 + (y - s * dy) ** 2) / (2 * 1.8**2)) for s in (-1, 1)
        )
        images[i, 0] = np.arcsinh(image / image.max() * 10) / np.arcsinh(10)
    return images.clip(0, 1), size, angle


def make_catalog(path: Path, n: int = 300, seed: int = 1) -> Path:
    """Write a catalogue of ``n`` simulated sources with two maps."""
    rng = np.random.default_rng(seed)
    images, size, angle = galaxies(n, rng)
    columns = {
        "name": np.array([f"SIM J{i:06d}+0000" for i in range(n)], dtype=object),
        "ra": rng.uniform(110, 260, n),
        "dec": rng.uniform(-8, 60, n),
        "label": np.array(KINDS, dtype=object)[rng.integers(0, len(KINDS), n)],
        "angular_size": size,
        "position_angle": np.degrees(angle),
        "flux": np.exp(rng.normal(-4, 1, n)),
    }
    prep = Preprocessing()
    with CatalogWriter(path, prep, title="Simulated sources for tests", simulated=True) as writer:
        writer.append(columns, images)
    vectors = rng.normal(size=(n, 16)).astype(np.float32)
    place = np.stack([np.log(size) * 3 + rng.normal(0, 0.4, n), angle * 2], 1)
    with CatalogUpdate(path) as update:
        update.add_embeddings(ENCODER, vectors, weights_sha256="0" * 64)
        update.add_map(ENCODER, "umap", place.astype(np.float32))
        update.add_map(ENCODER, "pca", rng.normal(size=(n, 2)).astype(np.float32))
    return path


def make_image(path: Path, *, size: int = 120, wcs: bool = True) -> Path:
    """Write a FITS image of a double source."""
    y, x = np.mgrid[:size, :size] - size / 2
    data = np.exp(-((x - 9) ** 2 + y**2) / 12) + np.exp(-((x + 9) ** 2 + y**2) / 12)
    data = data + np.random.default_rng(3).normal(0, 0.01, data.shape)
    header = celestial(size) if wcs else fits.Header()
    header["BUNIT"] = "JY/BEAM"
    fits.writeto(path, data.astype(np.float32), header, overwrite=True)
    return path


def celestial(size: int) -> fits.Header:
    """Return the header of a TAN image at RA 180, Dec 30, 1.8 arcsec a pixel."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix = [180.0, 30.0], [size / 2 + 1, size / 2 + 1]
    wcs.wcs.cdelt = [-1.8 / 3600, 1.8 / 3600]
    return wcs.to_header()


class FakeEngine:
    """Has the methods of `radgalgui.jobs.supervisor.Engine`, and a reader thread as it has.

    A file called ``refused*`` is refused; one called ``crash*`` ends the engine, once for
    ``crash-once*``.
    """

    crashed: ClassVar[set[str]] = set()
    made: ClassVar[list[FakeEngine]] = []

    def __init__(self, on_event: Callable[[Event], None], on_end: Callable[[Any], None]) -> None:
        self._on_event, self._on_end = on_event, on_end
        self._requests: Queue[Callable[[], None] | None] = Queue()
        self._thread: threading.Thread | None = None
        self._catalog: Catalog | None = None
        self.asked: list[tuple[str, Any]] = []
        self.stopped = False
        FakeEngine.made.append(self)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._work, name="fake-engine", daemon=True)
        self._thread.start()

    def open(self, job: str, catalog: Path, encoder: str) -> None:
        self._requests.put(lambda: self._open(job, catalog, encoder))

    def search(self, job: str, path: Path, *, top=20, ignore_orientation=False, position=None):
        self.asked.append((str(path), ignore_orientation))
        self._requests.put(lambda: self._search(job, Path(path), top))

    def neighbours(self, job: str, index: int, *, top: int = 20) -> None:
        self.asked.append((str(index), False))
        self._requests.put(lambda: self._neighbours(job, index, top))

    def cancel(self, job: str) -> None:
        self.asked.append(("cancel", job))

    def stop(self) -> Outcome:
        self.stopped = True
        self._requests.put(None)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        return Outcome("ended")

    def _work(self) -> None:
        while (request := self._requests.get()) is not None:
            try:
                request()
            except ChildProcessError:
                self._on_end(Outcome("killed", 9))
                return
        self._on_end(Outcome("ended"))

    def _open(self, job: str, catalog: Path, encoder: str) -> None:
        self._catalog = Catalog.open(catalog)
        self._on_event(Ready(job, str(catalog), encoder, 16, len(self._catalog), "cpu", 2))

    def _search(self, job: str, path: Path, top: int) -> None:
        self._maybe_crash(path)
        if path.name.startswith("refused") or not path.exists():
            self._on_event(Refused(job, f"{path}: holds no image; give a FITS image of the sky."))
            return
        data, header = fits.getdata(path).astype(np.float32), fits.getheader(path)
        wcs = WCS(header)
        text = wcs.to_header(relax=True).tostring() if wcs.has_celestial else ""
        notes = [] if text else [{"code": "no-wcs", "text": "The header has no sky coordinates."}]
        if path.name.startswith("warn"):
            notes += [
                {
                    "code": f"w{i}",
                    "text": f"Warning number {i}: the image differs from "
                    f"those the encoder knows by a factor of {i + 2}.",
                }
                for i in range(5)
            ]
        unit = str(header.get("BUNIT", ""))
        self._on_event(
            Picture(
                job, path.name.split(".")[0], str(path), data, 1, text, unit, (5.4, 5.4, 0.0), notes
            )
        )
        middle = data.shape[0] // 2
        cut = data[middle - 32 : middle + 32, middle - 32 : middle + 32][None]
        seen = Preprocessing().see(cut, 0.01)
        ra, dec = (180.0, 30.0) if text else (None, None)
        self._on_event(
            Seen(
                job,
                cut,
                seen,
                (middle - 0.5, middle - 0.5),
                64.0,
                1.8,
                "",
                ra,
                dec,
                0.01,
                100.0,
                40.0,
                notes,
            )
        )
        self._answer(job, self._alike(cut), top)

    def _neighbours(self, job: str, index: int, top: int) -> None:
        self._answer(job, index, top, itself=False)

    def _maybe_crash(self, path: Path) -> None:
        if path.name.startswith("crash"):
            known = path.name in FakeEngine.crashed
            FakeEngine.crashed.add(path.name)
            if not (known and path.name.startswith("crash-once")):
                raise ChildProcessError

    def _alike(self, cut: np.ndarray) -> int:
        return int(np.abs(cut).sum() * 7) % len(self._catalog)

    def _answer(self, job: str, index: int, top: int, *, itself: bool = True) -> None:
        catalog = self._catalog
        places = catalog.map(ENCODER, "umap")
        order = np.argsort(((places - places[index]) ** 2).sum(axis=1), kind="stable")
        order = [int(i) for i in order if itself or i != index][:top]
        rows = [self._row(i, rank) for rank, i in enumerate(order, start=1)]
        self._on_event(Neighbours(job, rows))
        where = {
            m: (*(float(v) for v in catalog.map(ENCODER, m)[index]), 0.1) for m in ("umap", "pca")
        }
        if itself:
            self._on_event(Place(job, where))
        self._on_event(Done(job, 0.1))

    def _row(self, index: int, rank: int) -> NeighbourRow:
        source = self._catalog.row(index)
        return {
            "index": index,
            "rank": rank,
            "name": source["name"],
            "ra": source["ra"],
            "dec": source["dec"],
            "similarity": 1 - rank / 100,
            "label": source["label"],
            "angular_size_arcsec": source["angular_size"],
        }

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
from comparing import compared
from scipy.ndimage import uniform_filter
from telling import PUBLISHED, told_classes

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.jobs.events import (
    CatalogClasses,
    Done,
    Event,
    NeighbourRow,
    Neighbours,
    Overlaid,
    Picture,
    Place,
    Ready,
    Reconstruction,
    Refused,
    Seen,
)
from radgalgui.jobs.supervisor import Outcome
from radgalgui.sky.celestial import section
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


def make_catalog(
    path: Path,
    n: int = 300,
    seed: int = 1,
    encoders: tuple[str, ...] = (ENCODER,),
    kinds: tuple[str, ...] = KINDS,
) -> Path:
    """Write a catalogue of ``n`` simulated sources with two maps an encoder."""
    rng = np.random.default_rng(seed)
    images, size, angle = galaxies(n, rng)
    columns = {
        "name": np.array([f"SIM J{i:06d}+0000" for i in range(n)], dtype=object),
        "ra": rng.uniform(110, 260, n),
        "dec": rng.uniform(-8, 60, n),
        "label": np.array(kinds, dtype=object)[rng.integers(0, len(kinds), n)],
        "angular_size": size,
        "position_angle": np.degrees(angle),
        "flux": np.exp(rng.normal(-4, 1, n)),
    }
    prep = Preprocessing()
    with CatalogWriter(path, prep, title="Simulated sources for tests", simulated=True) as writer:
        writer.append(columns, images)
    place = np.stack([np.log(size) * 3 + rng.normal(0, 0.4, n), angle * 2], 1)
    with CatalogUpdate(path) as update:
        for number, encoder in enumerate(encoders):
            vectors = rng.normal(size=(n, 16)).astype(np.float32)
            update.add_embeddings(encoder, vectors, weights_sha256="0" * 64)
            layout = (place + number * rng.normal(0, 1, place.shape)).astype(np.float32)
            update.add_map(encoder, "umap", layout)
            update.add_map(encoder, "pca", rng.normal(size=(n, 2)).astype(np.float32))
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


def told_reconstruction(
    job: str, seen: np.ndarray, cutout: np.ndarray | None = None, noise: float = 0.0
) -> Reconstruction:
    """Return the view of an encoder (C, S, S) drawn again, a little blurred, and what is left."""
    image = uniform_filter(np.asarray(seen, np.float32), size=(1, 3, 3))
    linear = np.sinh(image * np.arcsinh(10)) / 10  # the inverse of the encoders' stretch
    if cutout is None:
        shares = np.sinh(np.asarray(seen) * np.arcsinh(10)) / 10 - linear
        return Reconstruction(job, image, shares.astype(np.float32), None, None, noise_known=False)
    residual = ((cutout - linear * cutout.max()) / noise).astype(np.float32)
    source = seen > 0
    return Reconstruction(
        job,
        image,
        residual,
        float(np.mean(residual**2)),
        float(np.mean(residual[source] ** 2)),
        noise_known=True,
    )


class FakeEngine:
    """Has the methods of `radgalgui.jobs.supervisor.Engine`, and a reader thread as it has.

    A file called ``refused*`` is refused; one called ``crash*`` ends the engine, once for
    ``crash-once*``.
    """

    crashed: ClassVar[set[str]] = set()
    missing: ClassVar[set[str]] = set()
    refused_sets: ClassVar[set[str]] = set()
    made: ClassVar[list[FakeEngine]] = []
    #: Whether a network that draws is installed, so that reconstructions are told.
    reconstructs: ClassVar[bool] = False
    #: Cleared, a comparison of catalogues waits after each part until it is set again.
    held: ClassVar[threading.Event] = threading.Event()

    def __init__(self, on_event: Callable[[Event], None], on_end: Callable[[Any], None]) -> None:
        self._on_event, self._on_end = on_event, on_end
        self._requests: Queue[Callable[[], None] | None] = Queue()
        self._thread: threading.Thread | None = None
        self._catalog: Catalog | None = None
        self._encoder, self._label_set, self._level = "", "", 0.9
        self.asked: list[tuple[str, Any]] = []
        self.classed: list[tuple[str, Any]] = []
        self.stopped = False
        self.opened: tuple[Path, str] | None = None
        FakeEngine.made.append(self)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._work, name="fake-engine", daemon=True)
        self._thread.start()

    def open(self, job: str, catalog: Path, encoder: str) -> None:
        self._requests.put(lambda: self._open(job, catalog, encoder))

    def close_catalog(self, job: str) -> None:
        self._requests.put(lambda: self._close(job))

    def search(self, job: str, path: Path, *, top=20, ignore_orientation=False, position=None):
        self.asked.append((str(path), ignore_orientation))
        self._requests.put(lambda: self._search(job, Path(path), top))

    def neighbours(self, job: str, index: int, *, top: int = 20) -> None:
        self.asked.append((str(index), False))
        self._requests.put(lambda: self._neighbours(job, index, top))

    def classes_of(self, job: str, label_set: str, level: float) -> None:
        self.classed.append((label_set, level))
        self._requests.put(lambda: self._classes_of(job, label_set, level))

    def predict_catalog(self, job: str) -> None:
        self.classed.append(("predict", self._encoder))
        self._requests.put(lambda: self._predict(job))

    def overlay(self, job: str, catalog: Path) -> None:
        self.asked.append(("overlay", str(catalog)))
        self._requests.put(lambda: self._overlay(job, Path(catalog)))

    def cancel(self, job: str) -> None:
        self.asked.append(("cancel", job))

    def stop(self) -> Outcome:
        self.stopped = True
        self._requests.put(None)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        return Outcome("ended")

    def hold(self, until: threading.Event) -> None:
        """Say nothing more before a test sets an event, however late, or the engine is stopped."""
        while not (self.stopped or until.wait(0.02)):
            pass

    def _work(self) -> None:
        while (request := self._requests.get()) is not None:
            try:
                request()
            except ChildProcessError:
                self._on_end(Outcome("killed", 9))
                return
        self._on_end(Outcome("ended"))

    def _open(self, job: str, catalog: Path, encoder: str) -> None:
        if encoder in FakeEngine.missing:
            self._on_event(Refused(job, f"The weights of {encoder} are missing; install them."))
            return
        self._catalog, self._encoder = Catalog.open(catalog), encoder
        self.opened = (catalog, encoder)
        self._on_event(Ready(job, str(catalog), encoder, 16, len(self._catalog), "cpu", 2))

    def _close(self, job: str) -> None:
        self._catalog = None
        self._on_event(Done(job, 0.0))

    def _classes_of(self, job: str, label_set: str, level: float) -> None:
        if label_set in FakeEngine.refused_sets:
            self._label_set = ""
            self._on_event(Refused(job, f"{label_set}: has no vectors of {self._encoder}."))
            return
        self._label_set, self._level = label_set, level

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
                *(job, path.name.split(".")[0], str(path), data, 1, text, unit),
                *((5.4, 5.4, 0.0), notes, 0.01),
            )
        )
        middle = data.shape[0] // 2
        cut = data[middle - 32 : middle + 32, middle - 32 : middle + 32][None]
        seen = Preprocessing().see(cut, 0.01)
        own = section(wcs, middle - 32, middle - 32).to_header(relax=True).tostring()
        ra, dec = (180.0, 30.0) if text else (None, None)
        self._on_event(
            Seen(
                job,
                cut,
                seen,
                (middle - 0.5, middle - 0.5),
                64.0,
                1.8,
                own if text else "",
                ra,
                dec,
                0.01,
                100.0,
                40.0,
                notes,
            )
        )
        self._answer(job, self._alike(cut), top, told_reconstruction(job, seen, cut, 0.01))

    def _neighbours(self, job: str, index: int, top: int) -> None:
        stored = self._catalog.images[index]
        self._answer(job, index, top, told_reconstruction(job, stored), itself=False)

    def _maybe_crash(self, path: Path) -> None:
        if path.name.startswith("crash"):
            known = path.name in FakeEngine.crashed
            FakeEngine.crashed.add(path.name)
            if not (known and path.name.startswith("crash-once")):
                raise ChildProcessError

    def _alike(self, cut: np.ndarray) -> int:
        return int(np.abs(cut).sum() * 7) % len(self._catalog)

    def _answer(
        self, job: str, index: int, top: int, drawn: Reconstruction, *, itself: bool = True
    ) -> None:
        catalog = self._catalog
        places = catalog.map(self._encoder, "umap")
        order = np.argsort(((places - places[index]) ** 2).sum(axis=1), kind="stable")
        order = [int(i) for i in order if itself or i != index][:top]
        rows = [self._row(i, rank) for rank, i in enumerate(order, start=1)]
        self._on_event(Neighbours(job, rows))
        where = {
            m: (*(float(v) for v in catalog.map(self._encoder, m)[index]), 0.1)
            for m in catalog.maps(self._encoder)
        }
        if itself:
            vector = np.asarray(catalog.embeddings(self._encoder)[index], dtype=np.float32)
            self._on_event(Place(job, where, vector / np.linalg.norm(vector)))
        if FakeEngine.reconstructs:
            self._reconstruct(drawn)
        self._classify(job, rows)
        self._on_event(Done(job, 0.1))

    def _reconstruct(self, drawn: Reconstruction) -> None:
        self._on_event(drawn)

    def _classify(self, job: str, rows: list[NeighbourRow]) -> None:
        if self._label_set:
            for told in told_classes(
                job, self._label_set, self._level, self._encoder, self._names(), rows
            ):
                self._on_event(told)

    def _overlay(self, job: str, path: Path) -> None:
        self._maybe_crash(path)
        for event in compared(job, path, self._catalog, self._encoder):
            self._on_event(event)
            if isinstance(event, Overlaid):
                self.hold(FakeEngine.held)

    def _names(self) -> list[str]:
        if self._label_set in PUBLISHED:
            return PUBLISHED[self._label_set]
        return sorted({v for v in self._catalog.column(self._label_set) if v})

    def _predict(self, job: str) -> None:
        if not self._label_set:
            self._on_event(Refused(job, "There are no labels to learn from."))
            return
        names, n = self._names(), len(self._catalog)
        chances = np.random.default_rng(5).dirichlet(np.full(len(names), 0.4), n)
        chances[:3] = np.nan
        self._on_event(
            CatalogClasses(
                job, self._label_set, self._encoder, names, ["lr"], chances.astype(np.float32)
            )
        )

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

"""What is installed, what runs on what, what is missing, and what to do about it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from radgalgui import __version__
from radgalgui.errors import RadGalError
from radgalgui.files import sha256
from radgalgui.jobs.draw import GENERATOR
from radgalgui.jobs.work.library import encoders, encoders_folder
from radgalgui_resources import catalog_path, path, weights_path

__all__ = ["Finding", "examine"]

_PACKAGES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "numpy",
    "scipy",
    "astropy",
    "pillow",
    "contourpy",
    "torch",
    "denmarf",
    "zuko",
    "lightly",
    "pytorch-lightning",
    "scikit-learn",
    "hnswlib",
    "umap-learn",
    "openTSNE",
    "pyarrow",
    "duckdb",
    "h5py",
    "safetensors",
    "pydantic",
    "tqdm",
)
_INSTALL = "run 'make install' in the project's folder"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report.

    ``state`` is "missing" only for what the program cannot run without.
    """

    state: Literal["ok", "warning", "missing"]
    what: str
    found: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Yield the findings, cheap ones first; the last ones import torch and start Qt."""
    yield Finding("ok", "RadGalGUI", __version__)
    yield _python()
    for package in _PACKAGES:
        yield _package(package)
    yield _catalog()
    yield _display()
    yield _qt()
    yield _devices()
    yield from _encoders()
    yield from _label_sets()
    yield from _published_sets()
    yield from _likelihoods()
    yield from _networks()


def _python() -> Finding:
    found = f"{platform.python_version()} on {platform.platform()}, {os.cpu_count()} cores"
    return Finding("ok", "Python", found)


def _package(name: str) -> Finding:
    try:
        return Finding("ok", name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding("missing", name, "not installed", _INSTALL)


def _catalog() -> Finding:
    """Open the bundled catalogue and compare its vectors with the weights beside it."""
    try:
        from radgalgui.catalog.catalog import Catalog

        catalog = Catalog.open(catalog_path())
        for encoder in catalog.encoders:
            catalog.check_weights(encoder, sha256(weights_path(encoder)))
    except (RadGalError, OSError, ImportError) as error:
        return Finding("missing", "bundled catalogue", str(error), "reinstall, or 'make catalog'")
    encoders = ", ".join(catalog.encoders) or "no encoder"
    return Finding("ok", "bundled catalogue", f"{len(catalog):,} simulated sources, {encoders}")


def _display() -> Finding:
    if not sys.platform.startswith("linux"):
        return Finding("ok", "display", platform.system())
    for variable in ("WAYLAND_DISPLAY", "DISPLAY"):
        if value := os.environ.get(variable):
            return Finding("ok", "display", f"{variable}={value}")
    remedy = "the command line works; 'radgalgui --snapshot DIR FILE' draws the window to a file"
    return Finding("warning", "display", "none", remedy)


def _qt() -> Finding:
    """Start Qt offscreen in a process of its own: a missing library would end this one."""
    program = "from PySide6.QtWidgets import QApplication; QApplication([])"
    try:
        result = subprocess.run(  # noqa: S603  our own interpreter, no shell
            [sys.executable, "-c", program],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding("missing", "Qt", "does not start within a minute", _INSTALL)
    if result.returncode == 0:
        return Finding("ok", "Qt", "starts")
    words = (result.stderr.strip().splitlines() or [f"status {result.returncode}"])[-1]
    remedy = "install the libraries in packaging/debian-packages.txt ('make install' as root does)"
    return Finding("missing", "Qt", words, remedy)


def _devices() -> Finding:
    try:
        import torch
    except (ImportError, OSError) as error:
        return Finding("missing", "torch", str(error), _INSTALL)
    if torch.cuda.is_available():
        cards = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        return Finding("ok", "device", ", ".join(cards))
    if torch.backends.mps.is_available():
        return Finding("ok", "device", "Apple GPU (MPS)")
    return Finding("ok", "device", f"CPU, {torch.get_num_threads()} threads; no GPU found")


def _encoders() -> Iterator[Finding]:
    """Load each encoder that is installed, and each of the user's own."""
    if not _installed("weights"):
        yield Finding("missing", "encoders", "none", "reinstall, or 'radgalgui train'")
    own = encoders_folder()
    for name, file in encoders().items():
        whose = "own encoder" if file.parent == own else "encoder"
        yield _loaded(f"{whose} {name}", file, _encoder)


def _encoder(file: Path) -> tuple[str, str]:
    from radgalgui.models.encoder import Encoder

    encoder = Encoder.load(file)
    eyes = encoder.preprocessing
    sees = f'{eyes.size} x {eyes.size} px of {eyes.pixel_scale:g}"'
    found = f"{encoder.dimension}-d, sees {sees}, sha256 {encoder.sha256[:12]}"
    return found, "" if encoder.name == file.stem else f"calls itself {encoder.name!r}"


def _loaded(what: str, file: Path, load: Callable[[Path], tuple[str, str]]) -> Finding:
    """Load a file of weights, which tells what it holds, and what speaks against its name."""
    try:
        found, against = load(file)
    except (RadGalError, OSError, ImportError) as error:
        return Finding("warning", what, str(error), "reinstall, or train it again")
    if against:
        remedy = "give the file its name, or fetch it again"
        return Finding("warning", what, f"{found}; {against}", remedy)
    return Finding("ok", what, found)


def _label_sets() -> Iterator[Finding]:
    """Compare what each label set was made with to what is installed."""
    from radgalgui.analysis.labelled import LabelledVectors
    from radgalgui.sky.look import look_words

    if not (files := _installed("labels")):
        yield Finding(
            "warning", "label sets", "none", "'make labels', or learn from a column of a catalogue"
        )
    hashes = {file.stem: sha256(file) for file in _installed("weights")}
    for file in files:
        what = f"label set {file.stem}"
        try:
            labelled = LabelledVectors.load(file)
        except RadGalError as error:
            yield Finding("warning", what, str(error))
            continue
        fits = [name for name, made in labelled.weights.items() if hashes.get(name) == made]
        seen = f"seen by {', '.join(fits)}" if fits else "seen by no encoder as it is installed"
        found = f"{len(labelled):,} sources, {', '.join(labelled.classes)}; {seen}"
        if how := look_words(labelled.looks):
            found += f", {how}"
        others = sorted(hashes.keys() - set(fits))
        if labelled.network != _hash_of(path("classifiers", file.name)):
            others.append("the fine-tuned network")
        if others:
            found += f"; made without {', '.join(others)} as installed"
        yield Finding("warning" if others else "ok", what, found, "'make labels'" if others else "")


def _published_sets() -> Iterator[Finding]:
    """Compare what sets of images as they lie were made with to what is installed."""
    from radgalgui.analysis.labelled import LabelledVectors

    hashes = {file.stem: sha256(file) for file in _installed("weights")}
    for file in _installed("sets"):
        what = f"published set {file.stem}"
        try:
            published = LabelledVectors.load(file)
        except RadGalError as error:
            yield Finding("warning", what, str(error))
            continue
        others = [name for name in sorted(hashes) if published.weights.get(name) != hashes[name]]
        found = f"{len(published):,} images as they lie"
        if others:
            found += f"; made without {', '.join(others)} as installed"
        yield Finding("warning" if others else "ok", what, found, "'make labels'" if others else "")


def _likelihoods() -> Iterator[Finding]:
    """Open what the bundled catalogue judges by, and look by which generator it was made."""
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.likelihood.stored import read_scores

    what, drew = "likelihoods", _hash_of(weights_path(GENERATOR))
    try:
        told = Catalog.open(catalog_path()).manifest.likelihoods
        scores = {encoder: read_scores(catalog_path(), encoder) for encoder in told}
    except (RadGalError, OSError, ImportError) as error:
        yield Finding("warning", what, str(error), "'make catalog'")
        return
    if not scores:
        yield Finding("warning", what, "none of the bundled catalogue", "'make catalog'")
        return
    found = f"of the bundled catalogue by {', '.join(scores)}"
    cards = [stored.card for stored in scores.values() if stored is not None]
    if any(card.get("generator_sha256", "") != drew for card in cards):
        found += f"; sources were drawn again by another {GENERATOR} than is installed"
        yield Finding("warning", what, found, "'make catalog'")
        return
    yield Finding("ok", what, found)


def _networks() -> Iterator[Finding]:
    """Load each fine-tuned network that is installed."""
    for file in _installed("classifiers"):
        yield _loaded(f"fine-tuned network {file.stem}", file, _network)


def _network(file: Path) -> tuple[str, str]:
    from radgalgui.models.network_classifier import NetworkClassifier

    network = NetworkClassifier.load(file)
    found = f"{', '.join(network.classes)}, sha256 {network.sha256[:12]}"
    named = network.label_set == file.stem
    return found, "" if named else f"was taught the labels {network.label_set!r}"


def _installed(folder: str) -> list[Path]:
    return sorted(path(folder).glob("*.safetensors"))


def _hash_of(file: Path) -> str:
    return sha256(file) if file.is_file() else ""

"""What a form for a recipe calls its fields, in words of the field, with their units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["METHODS", "SECTIONS", "Section", "title_of", "unit_of"]


@dataclass(frozen=True)
class Section:
    """A group of a form: its title, the table of the recipe, and which keys stand at once.

    Parameters
    ----------
    title : str
        For people.
    table : str
        Of the recipe; "" for what stands in no table.
    first : tuple of str
        Keys that stand first and are always shown; the others are advanced.
    left_out : tuple of str
        Keys that stand in no form.
    """

    title: str
    table: str
    first: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


#: In the order of the form; a recipe has those tables that its model has.
SECTIONS: Final = (
    Section(
        "Result",
        "",
        ("name", "label_set", "start_from", "init"),
        ("description", "network", "method", "kinds", "baseline"),
    ),
    Section("Labels to learn", "labels", ("set",), ("extra",)),
    Section(
        "Images to learn from",
        "data",
        ("catalogs", "fields", "islands", "mirabest", "rgd", "frdeep", "simulated"),
    ),
    Section("Length and device", "training", ("epochs", "batch_size", "device", "threads")),
    Section("How images are varied", "augment"),
    Section("What the network sees", "preprocessing"),
    Section("Method", "method"),
    Section("How labels are learned", "learning"),
    Section("Optimiser", "optimizer", ("learning_rate",)),
)

METHODS: Final = {
    "simclr": "SimCLR",
    "byol": "BYOL",
    "simsiam": "SimSiam",
    "elbo": "Variational autoencoder",
}

_TITLES: Final = {
    "name": "Name of the result",
    "label_set": "Name of the classes",
    "start_from": "Start from",
    "init": "Start from",
    "whitening": "Whitening of the vectors",
    "evaluate": "Measure on published data at the end",
    "members": "Networks that answer together",
    "folds": "Folds of the cross-validation",
    "final": "Train on all labels in the end",
    "labels.set": "Labelled images",
    "labels.side": "Kept around a source",
    "data.catalogs": "Your catalogues",
    "data.side": "Kept around a source",
    "data.fields": "FIRST fields, the source in the middle",
    "data.islands": "FIRST fields, other sources",
    "data.mirabest": "MiraBest",
    "data.rgd": "Radio Galaxy Dataset",
    "data.frdeep": "FR-DEEP (NVSS)",
    "data.sdss": "SDSS galaxies (optical, three bands)",
    "data.simulated": "Simulated sources",
    "data.size_cut": "Smallest angular size",
    "data.sizes": "Measure angular sizes",
    "data.held_out": "FIRST fields kept away",
    "training.epochs": "Passes over the images",
    "training.batch_size": "Images a step",
    "training.precision": "Precision",
    "training.checkpoint_every": "Save progress every",
    "training.devices": "Number of devices",
    "training.nodes": "Number of machines",
    "training.threads": "Processor threads",
    "training.knn": "Watch the classes of",
    "training.knn_every": "Watch every",
    "augment.rotate": "Turn and mirror",
    "augment.whole": "Keep sources whole",
    "augment.soften": "Change of the stretch",
    "augment.gain": "Over-exposure",
    "augment.blur": "Additional beam",
    "augment.blur_probability": "Images with a wider beam",
    "augment.noise": "Additional noise",
    "augment.shift": "Shift",
    "augment.zoom": "Change of size",
    "preprocessing.size": "Side of a cutout",
    "preprocessing.channels": "Bands",
    "preprocessing.survey_scale": "Pixels of the survey's own images",
    "optimizer.name": "Optimiser",
    "learning.average": "Running mean of the weights",
}
_UNITS: Final = {
    "labels.size": "pixels",
    "labels.side": "pixels",
    "labels.field": "arcsec",
    "labels.beam": "arcsec",
    "data.side": "pixels",
    "data.simulated": "sources",
    "data.size_cut": "arcsec",
    "training.epochs": "passes",
    "training.batch_size": "images",
    "training.checkpoint_every": "passes",
    "training.knn_every": "passes",
    "augment.zoom": "ln of the size",
    "augment.shift": "pixels",
    "augment.blur": "pixels",
    "augment.noise": "of the peak",
    "augment.gain": "ln of brightness",
    "augment.soften": "ln of softening",
    "augment.blur_probability": "share",
    "preprocessing.size": "pixels",
    "preprocessing.pixel_scale": "arcsec",
    "preprocessing.beam": "arcsec",
    "preprocessing.clip_sigma": "times the noise",
    "preprocessing.survey_scale": "arcsec",
    "optimizer.warmup": "of the training",
    "optimizer.plateau_patience": "passes",
}
_SHARES: Final = frozenset(
    f"data.{name}" for name in ("fields", "islands", "mirabest", "rgd", "frdeep", "sdss")
) | {"data.held_out"}


def title_of(key: str) -> str:
    """Return what a field is called: "Passes over the images" for ``training.epochs``."""
    return _TITLES.get(key) or key.rpartition(".")[2].replace("_", " ").capitalize()


def unit_of(key: str) -> str:
    """Return the unit of a field, "" where it has none."""
    return "of the set" if key in _SHARES else _UNITS.get(key, "")

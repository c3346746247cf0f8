"""What encoders, classifiers and label sets are called in words."""

from __future__ import annotations

from radgalgui.gui.sources import column_title
from radgalgui.jobs.networks.kept import NETWORK_SET

__all__ = [
    "CLASSIFIERS",
    "NETWORK_SET",
    "class_words",
    "classifier_brief",
    "classifier_words",
    "encoder_title",
    "expected_classifiers",
    "learned_words",
    "own_network",
    "set_brief",
    "set_title",
]

ENCODERS = {"simclr": "SimCLR", "byol": "BYOL", "simsiam": "SimSiam", "vdvae": "VDVAE"}

#: Short name and what it is, in the order in which they are shown.
CLASSIFIERS = {
    "knn": ("knn", "the 20 nearest labelled neighbours"),
    "rf": ("rf", "random forest of 260 trees"),
    "svc": ("svc", "support-vector machine with a radial kernel"),
    "lr": ("lr", "logistic regression"),
    "grad": ("gr", "gradient boosting, 250 rounds"),
    "ext": ("ext", "400 extremely randomised trees"),
    "finetuned": ("net", "the network fine-tuned on labelled images, mean of eight orientations"),
    "supervised": ("sup", "a network trained on labelled images from scratch"),
}

SETS = {
    "mirabest": ("MiraBest", "FRI and FRII (Porter & Scaife 2023)"),
    "rgd": ("Radio Galaxy Dataset", "FRI, FRII, Compact, Bent (Griese et al. 2023)"),
    "frdeep": ("FR-DEEP", "FRI and FRII seen by NVSS (Tang et al. 2019)"),
}


def encoder_title(name: str) -> str:
    """Return an encoder's name as its authors write it."""
    return ENCODERS.get(name, name)


def classifier_brief(name: str) -> str:
    """Return the few letters that stand above a classifier's bar."""
    return CLASSIFIERS[name][0] if name in CLASSIFIERS else name


def classifier_words(name: str) -> str:
    """Return what a classifier is."""
    return CLASSIFIERS[name][1] if name in CLASSIFIERS else name


def expected_classifiers(label_set: str) -> tuple[str, ...]:
    """Return the classifiers that a label set may be answered by; a column has no network."""
    if own_network(label_set):
        return ("finetuned",)  # whether the others can learn its classes, the engine knows
    six = ("knn", "rf", "svc", "lr", "grad", "ext")
    return (*six, "finetuned") if label_set in SETS else six


def set_title(name: str) -> str:
    """Return what a label set is called: published, a network of the user's own, or a column."""
    if own := own_network(name):
        return f"Classifier: {own}"
    return SETS[name][0] if name in SETS else f"Column: {column_title(name)}"


def set_brief(name: str) -> str:
    """Return what a label set is called where a heading says of what kind it is."""
    return set_title(name).removeprefix("Classifier: ").removeprefix("Column: ")


def learned_words(name: str) -> str:
    """Return by what classes are told, to stand after them: "by MiraBest"."""
    if own := own_network(name):
        return f"by “{own}”"
    return f"by {SETS[name][0]}" if name in SETS else f"by the column {column_title(name)}"


def own_network(label_set: str) -> str:
    """Return the name of the network of the user's own that a label set means, "" for none."""
    return label_set.removeprefix(NETWORK_SET) if label_set.startswith(NETWORK_SET) else ""


def class_words(name: str) -> str:
    """Return the classes and the source of a label set, "" for a column."""
    return SETS[name][1] if name in SETS else ""

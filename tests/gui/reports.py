"""Evaluation reports of the form that ``radgalgui evaluate --json`` writes, of random scores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

PUBLISHED = [
    {"encoder": "vdvae", "classifier": "ext", "accuracy": 0.82, "roc_auc": 0.90}
    | {"specificity": 0.82, "recall": 0.82},
    {"encoder": "simclr", "classifier": "svc", "accuracy": 0.72, "roc_auc": 0.82}
    | {"specificity": None, "recall": None},
]


def make_report(
    path: Path,
    dataset: str = "mirabest-confident",
    classes: tuple[str, ...] = ("FRI", "FRII"),
    encoders: tuple[str, ...] = ("simclr", "byol", "simsiam"),
    classifiers: tuple[str, ...] = ("knn", "rf", "svc", "lr", "grad", "ext", "finetuned"),
    seed: int = 1,
    drops: bool = False,
) -> Path:
    """Write a report whose scores, matrices and curves come of the same random sources."""
    rng = np.random.default_rng(seed)
    results = [result(rng, e, c, len(classes)) for e in encoders for c in classifiers]
    report = {
        "dataset": dataset,
        "protocol": "stratified 5-fold cross-validation of the training part, repeated 5 times "
        "(the published test part is not present)",
        "classes": list(classes),
        "positive": "FRII" if "FRII" in classes else "",
        "ignore_orientation": True,
        "scaling": "none",
        "seed": 0,
        "results": results,
        "conformal": [
            {"encoder": encoder, "level": level, "coverage": level + 0.004, "per_class": {}}
            for encoder in encoders
            for level in (0.8, 0.9)
        ],
        "published": PUBLISHED if dataset == "mirabest-confident" else [],
    }
    if drops:
        abroad = [result(rng, e, c, len(classes)) for e in encoders for c in classifiers]
        for away, own in zip(abroad, results, strict=True):
            away["how"], own["how"] = "fitted on mirabest-confident", f"fitted on {dataset}"
        report["drops"] = [drop(away, own) for away, own in zip(abroad, results, strict=True)]
        results[:] = [row for pair in zip(abroad, results, strict=True) for row in pair]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report), encoding="utf-8")
    return path


def result(rng: np.random.Generator, encoder: str, classifier: str, kinds: int) -> dict[str, Any]:
    """Return one result over 400 made-up sources."""
    truth = rng.integers(0, kinds, 400)
    logits = rng.normal(0, 1, (400, kinds))
    logits[np.arange(400), truth] += rng.uniform(1.2, 2.6)
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    taken = chances.argmax(axis=1)
    confusion = np.zeros((kinds, kinds), int)
    np.add.at(confusion, (truth, taken), 1)
    positive, score = truth == kinds - 1, chances[:, -1]
    cuts = np.quantile(score, np.linspace(1, 0, 41))
    tpr = [float((score[positive] >= cut).mean()) for cut in cuts]
    fpr = [float((score[~positive] >= cut).mean()) for cut in cuts]
    accuracy = float((truth == taken).mean())
    return {
        "encoder": encoder,
        "classifier": classifier,
        "accuracy": accuracy,
        "roc_auc": float(np.trapezoid([0, *tpr], [0, *fpr])),
        "specificity": float((taken[~positive] != kinds - 1).mean()),
        "recall": float((taken[positive] == kinds - 1).mean()),
        "calibration_error": 0.05,
        "intervals": {"accuracy": [accuracy - 0.03, accuracy + 0.03]},
        "confusion": confusion.tolist(),
        "n_train": 583,
        "n_test": 400,
        "roc": {"fpr": [0.0, *fpr], "tpr": [0.0, *tpr]},
        "reliability": reliability(chances, truth == taken),
        "how": "on the folds that left each source out" if classifier == "finetuned" else "",
    }


def drop(away: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return what is lost from one result to another."""
    names = ("accuracy", "roc_auc", "specificity", "recall", "calibration_error")
    scores = {name: own[name] - away[name] for name in names}
    ends = {name: [value - 0.03, value + 0.03] for name, value in scores.items()}
    told = {name: own[name] for name in ("encoder", "classifier")}
    return {**told, "scores": scores, "intervals": ends}


def reliability(chances: np.ndarray, right: np.ndarray) -> dict[str, list[float]]:
    """Return ten bins of the highest probability, empty ones left out."""
    top = chances.max(axis=1)
    bins = np.minimum((top * 10).astype(int), 9)
    kept = [b for b in range(10) if (bins == b).any()]
    return {
        "confidence": [float(top[bins == b].mean()) for b in kept],
        "accuracy": [float(right[bins == b].mean()) for b in kept],
        "count": [int((bins == b).sum()) for b in kept],
    }

"""What an engine without classifiers tells of classes."""

from __future__ import annotations

import numpy as np

from radgalgui.jobs.events import Classes, NeighbourRow

PUBLISHED = {"mirabest": ["FRI", "FRII"], "rgd": ["Bent", "Compact", "FRI", "FRII"]}
#: What each classifier gives the last class.
LEANING = {
    "knn": 0.90,
    "rf": 0.83,
    "svc": 0.97,
    "lr": 0.95,
    "grad": 0.42,
    "ext": 0.88,
    "finetuned": 0.99,
}


def told_classes(
    job: str,
    label_set: str,
    level: float,
    encoder: str,
    names: list[str],
    rows: list[NeighbourRow],
    members: list[str] | None = None,
) -> list[Classes]:
    """Return what the engine tells: some classifiers first, then all of them."""
    told = []
    for count in (3, len(LEANING)):
        said = []
        for classifier, chance in list(LEANING.items())[:count]:
            others = [(1 - chance) / (len(names) - 1)] * (len(names) - 1)
            said.append({"classifier": classifier, "probabilities": [*others, chance]})
        mean = np.mean([row["probabilities"] for row in said], axis=0)
        best = [int(np.argmax(row["probabilities"])) for row in said]
        labelled = [
            {
                "label": names[-1 - i % 2],
                "similarity": 0.95 - i / 50,
                "name": row["name"] if label_set not in PUBLISHED else "",
                "index": row["index"] if label_set not in PUBLISHED else None,
            }
            for i, row in enumerate(rows[:8])
        ]
        told.append(
            Classes(
                job,
                label_set,
                encoder,
                names,
                said,
                mean.tolist(),
                sum(b == int(mean.argmax()) for b in best),
                729,
                level,
                ([names[-1]] if members is None else members) if count > 3 else [],
                level + 0.011 if count > 3 else None,
                labelled,
                count > 3,
            )
        )
    return told

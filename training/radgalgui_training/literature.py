"""What the literature reports on the published sets, to stand beside what we measure.

Of Table 2 of Andrianomena & Tang (arXiv 2311.08331) the best classifier of each encoder is
here; the other rows could not be looked up where this was written, and none is made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["PUBLISHED_RESULTS", "PublishedResult"]

_TABLE_2: Final = "arXiv 2311.08331, Table 2"


@dataclass(frozen=True)
class PublishedResult:
    """A number from the literature, on the published test part; None where it is not told.

    Parameters
    ----------
    encoder, classifier : str
        By our names where it is what we have too.
    accuracy, roc_auc, specificity, recall : float or None
        As published, FRII positive.
    source : str
        Where it is published.
    """

    encoder: str
    classifier: str
    accuracy: float
    roc_auc: float | None = None
    specificity: float | None = None
    recall: float | None = None
    source: str = _TABLE_2


PUBLISHED_RESULTS: Final[dict[str, tuple[PublishedResult, ...]]] = {
    "mirabest-confident": (
        PublishedResult("vdvae", "ext", 0.82, 0.90, 0.82, 0.82),
        PublishedResult("simclr", "svc", 0.72, 0.82),
        PublishedResult("byol", "svc", 0.73, 0.77),
        PublishedResult("simsiam", "ext", 0.73, 0.80),
        # Slijepcevic et al.: a frozen BYOL, and a network of its shape trained on labels alone.
        PublishedResult("byol", "knn", 0.8525, source="arXiv 2207.08666"),
        PublishedResult("none", "supervised", 0.9242, source="arXiv 2207.08666"),
        # Slijepcevic et al.: about 98 %.
        PublishedResult("byol", "finetuned", 0.98, source="arXiv 2305.16127"),
        # Scaife & Porter, an E(2)-equivariant network: about 96.6 %.
        PublishedResult("none", "E(2)-equivariant", 0.966, source="arXiv 2102.08252"),
    ),
    "frdeep-nvss": (
        PublishedResult("vdvae", "ext", 0.80, 0.87),
        PublishedResult("simclr", "lr", 0.86, 0.84),
        PublishedResult("byol", "svc", 0.84, 0.88),
        PublishedResult("simsiam", "lr", 0.82, 0.83),
    ),
}
"""By data set; a set that is not here has no number that is measured the same way."""

"""What a flow has to beat: one Gaussian, and a mixture of ten, on sources they have not seen."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_training.flows.moments import fitted_whitening, gaussian_log_likelihood
from radgalgui_training.flows.parts import Parts, parts_of
from radgalgui_training.flows.presets import PRESETS

__all__ = ["COMPONENTS", "Baselines", "measure_baselines"]

COMPONENTS: Final = 10
_ADDED: Final = (1e-4, 1e-3)  # to variances; more makes mixtures of the bundled encoders worse
_ROUNDS: Final = 60
_BETTER: Final = 1e-2  # nats: a smaller gain in a round ends the fit
Vectors = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Baselines:
    """Mean log-likelihoods of sources that were not fitted, in nats per dimension.

    ``gaussian`` is one with a full covariance, ``mixture`` one of `COMPONENTS` such; ``sources``
    is how many were scored.
    """

    gaussian: float
    mixture: float
    sources: int

    def card(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def measure_baselines(
    vectors: Vectors,
    *,
    members: int = PRESETS["bundled"].members,
    folds: int = 1,
    seed: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Baselines:
    """Fit scikit-learn's Gaussian mixtures to the parts that flows are fitted to.

    Both see the sources whitened by their own mean and covariance, which their likelihoods
    are corrected for; what is added to variances is chosen by the held-out part, as the
    stopping of a flow is; so is the mixture that it is compared with the better of two.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        As for `radgalgui_training.flows.fit.fit_density`.
    members : int
        Parts that the sources are divided into.
    folds : int
        How many of these are scored; each takes minutes of 20,000 x 256.
    seed : int
        That of the flows, for the same parts.
    progress, cancel
        Told and looked at between fits.

    Raises
    ------
    UsageError
        If there are too few sources, or they are all the same.
    """
    parts = parts_of(len(vectors), members, seed=seed)[:folds]
    single, several, sources = 0.0, 0.0, 0
    for number, part in enumerate(parts):
        progress(number, len(parts), "fitting Gaussians to compare with")
        if cancel is not None:
            cancel.check()
        told = _of_part(vectors, part, seed, cancel)
        single, several = single + told[0].sum(), several + told[1].sum()
        sources += len(part.unseen)
    count = sources * vectors.shape[1]
    return Baselines(float(single / count), float(several / count), sources)


def _of_part(
    vectors: Vectors, part: Parts, seed: int, cancel: CancelToken | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the log-likelihoods of the unseen sources of a part, by both."""
    whitening = fitted_whitening(vectors, part.learned, part.held, kind="pca")
    unseen = np.asarray(vectors[part.unseen])
    learned, held, others = (
        whitening.forward(np.asarray(vectors[rows]))
        for rows in (part.learned, part.held, part.unseen)
    )
    fits = []
    for added in _ADDED:
        if cancel is not None:
            cancel.check()
        fits.append(_mixture(learned, added, seed))
    best = max(fits, key=lambda one: float(one.score(held)))
    several = best.score_samples(others) + whitening.log_jacobian
    return gaussian_log_likelihood(whitening, unseen), np.asarray(several)


def _mixture(learned: NDArray[np.float64], added: float, seed: int) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    mixture = GaussianMixture(
        min(COMPONENTS, len(learned)),
        reg_covar=added,
        max_iter=_ROUNDS,
        tol=_BETTER,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mixture.fit(learned)

"""The six classifiers that are published on frozen vectors, as scikit-learn pipelines by name.

The settings are those of Table 1 of Andrianomena & Tang (arXiv 2311.08331).  A classifier is
fitted from labelled vectors when it is needed, in seconds, and never unpickled; what was learned
can be kept as plain arrays (`radgalgui.analysis.fitted`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CLASSIFIERS",
    "SCALINGS",
    "Classifier",
    "Fitting",
    "fit_classifier",
    "import_classifiers",
]

CLASSIFIERS: Final[dict[str, str]] = {
    "knn": "20 nearest neighbours",
    "rf": "random forest of 260 trees",
    "svc": "support vectors, radial kernel, gamma 0.2, C 100",
    "lr": "logistic regression, 1000 iterations",
    "grad": "gradient boosting, 250 stages",
    "ext": "400 extremely randomised trees",
}

SCALINGS: Final[dict[str, str]] = {
    "none": "vectors as the encoder gives them, as published",
    "standard": "each component to mean 0 and variance 1",
    "unit": "each vector to unit length",
}

_AT_ONCE: Final = 50  # trees: some tenths of a second on two thousand vectors
_FEWEST: Final = 2  # sources of a class: one to fit, one to calibrate with
_CALIBRATION_FOLDS: Final = 5


class Classifier:
    """A fitted classifier; made by `fit_classifier`.

    Parameters
    ----------
    name : str
        One of `CLASSIFIERS`.
    pipeline : sklearn.pipeline.Pipeline, or what answers as one does
        Fitted on labels that are text.
    dimension : int
        Width of the vectors that it was fitted on.

    Attributes
    ----------
    model : sklearn estimator, or what answers as one does
        What follows the scaling.
    classes : tuple of str
        In the order of the columns of `probabilities`, sorted.
    """

    def __init__(self, name: str, pipeline: Any, *, dimension: int) -> None:
        self.name = name
        self.classes: tuple[str, ...] = tuple(str(label) for label in pipeline.classes_)
        self.model = pipeline[-1] if hasattr(pipeline, "steps") else pipeline
        self._pipeline = pipeline
        self._dimension = dimension

    def probabilities(self, vectors: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the probability of each class.

        Parameters
        ----------
        vectors : ndarray, shape (N, D)
            N may be 0.

        Returns
        -------
        ndarray, shape (N, K), float64
            Rows add up to 1; columns as in `classes`.

        Raises
        ------
        UsageError
            If the vectors have another width, or hold NaN or infinity.
        """
        values = _checked(vectors)
        if values.shape[1] != self._dimension:
            raise UsageError(
                f"the classifier {self.name!r} takes vectors of {self._dimension} numbers, "
                f"not {values.shape[1]}",
                remedy="use the encoder whose vectors it was fitted on",
            )
        if len(values) == 0:
            return np.empty((0, len(self.classes)))
        return np.asarray(self._pipeline.predict_proba(values), dtype=np.float64)

    def predict(self, vectors: NDArray[np.floating]) -> NDArray[np.str_]:
        """Return the most probable class of each vector, (N,); the first where two are even."""
        best = self.probabilities(vectors).argmax(axis=1)
        classes: NDArray[np.str_] = np.asarray(self.classes)[best]
        return classes


class Fitting:
    """A classifier being fitted, in steps short enough for others to be served in between.

    Trees are grown some at a time, and are the same as if all had been grown at once.

    Parameters
    ----------
    name, vectors, labels, scaling, seed
        As for `fit_classifier`, which raises what is raised.

    Attributes
    ----------
    vectors : ndarray, shape (N, D), float32
    labels : ndarray of str, shape (N,)
    """

    def __init__(
        self,
        name: str,
        vectors: NDArray[np.floating],
        labels: ArrayLike,
        *,
        scaling: str = "none",
        seed: int = 0,
    ) -> None:
        _known(name, CLASSIFIERS, "classifier")
        _known(scaling, SCALINGS, "scaling")
        self.name = name
        self.vectors, self.labels = _checked(vectors), np.asarray(labels).astype(str)
        if self.labels.shape != (len(self.vectors),):
            raise UsageError(
                f"{len(self.vectors)} vectors and labels of shape {self.labels.shape} do not fit"
            )
        self._smallest = _smallest_class(self.labels)
        self._scaling, self._seed = scaling, seed
        self._pipeline: Any = None  # made in the first step: scikit-learn takes a second to import
        self._left = [0]
        if name in _TREES:
            self._left = [*range(_AT_ONCE, _TREES[name], _AT_ONCE), _TREES[name]]

    @property
    def left(self) -> int:
        """How many steps are left."""
        return len(self._left)

    def step(self) -> None:
        """Fit the next part; nothing where none is left."""
        if not self._left:
            return
        trees = self._left.pop(0)
        if self._pipeline is None:
            self._pipeline = self.unfitted()
        if self.name in _TREES:
            self._pipeline[-1].set_params(n_estimators=trees)
        self._pipeline.fit(self.vectors, self.labels)

    def run(self) -> Classifier:
        """Do all that is left and return the fitted classifier."""
        while self._left:
            self.step()
        return Classifier(self.name, self._pipeline, dimension=self.vectors.shape[1])

    def unfitted(self) -> Any:
        """Return the pipeline that is to be fitted, with all its settings."""
        from sklearn.pipeline import make_pipeline

        model = _MODELS[self.name](len(self.vectors), self._smallest, self._seed)
        return make_pipeline(*_scaler(self._scaling), model)


def fit_classifier(
    name: str,
    vectors: NDArray[np.floating],
    labels: ArrayLike,
    *,
    scaling: str = "none",
    seed: int = 0,
) -> Classifier:
    """Fit one of the six classifiers.

    Parameters
    ----------
    name : str
        One of `CLASSIFIERS`.
    vectors : ndarray, shape (N, D)
        Of labelled sources.
    labels : array-like, shape (N,)
        Two or more classes; compared as text.
    scaling : str
        One of `SCALINGS`; what is done to vectors first.  Published: none.  Gamma 0.2 suits
        unit length: ``svc`` then gains most, the others nothing to speak of.
    seed : int
        Of trees, stages and folds.

    Returns
    -------
    Classifier

    Raises
    ------
    UsageError
        If the name or the scaling is unknown, a vector is not finite, shapes do not fit, there
        are fewer than two classes, or a class has fewer than two sources.
    """
    return Fitting(name, vectors, labels, scaling=scaling, seed=seed).run()


def _knn(count: int, _smallest: int, _seed: int) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(min(20, count))


def _random_forest(_count: int, _smallest: int, seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(_TREES["rf"], random_state=seed, warm_start=True)


def _support_vectors(_count: int, smallest: int, seed: int) -> Any:
    """Return support vectors with Platt's probabilities, from folds as libsvm makes them."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedKFold
    from sklearn.svm import SVC

    folds = StratifiedKFold(min(_CALIBRATION_FOLDS, smallest), shuffle=True, random_state=seed)
    # SVC(probability=True) does the same, but leaves scikit-learn with version 1.11.
    return CalibratedClassifierCV(SVC(kernel="rbf", gamma=0.2, C=100), cv=folds, ensemble=False)


def _logistic_regression(_count: int, _smallest: int, _seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000)


def _gradient_boosting(_count: int, _smallest: int, seed: int) -> Any:
    """Return boosted trees of which each split looks at a random sqrt(D) components.

    Looking at all takes ten times as long and is no better: cross-validated on MiraBest
    Confident, accuracy 0.875 and AUC 0.943 against 0.883 and 0.951.
    """
    from sklearn.ensemble import GradientBoostingClassifier

    return GradientBoostingClassifier(
        n_estimators=_TREES["grad"], max_features="sqrt", random_state=seed, warm_start=True
    )


def _extra_trees(_count: int, _smallest: int, seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(_TREES["ext"], random_state=seed, warm_start=True)


_TREES: Final = {"rf": 260, "grad": 250, "ext": 400}

_MODELS: Final[dict[str, Callable[[int, int, int], Any]]] = {
    "knn": _knn,
    "rf": _random_forest,
    "svc": _support_vectors,
    "lr": _logistic_regression,
    "grad": _gradient_boosting,
    "ext": _extra_trees,
}


def import_classifiers() -> None:
    """Import what fits them, before several threads do: imports that meet may find half a module.

    Otherwise it is imported by the first fit, which takes a second longer.
    """
    import sklearn.pipeline  # noqa: F401

    for model in _MODELS.values():
        model(_FEWEST, _FEWEST, 0)


def _scaler(scaling: str) -> list[Any]:
    from sklearn.preprocessing import Normalizer, StandardScaler

    return {"none": [], "standard": [StandardScaler()], "unit": [Normalizer()]}[scaling]


def _known(name: str, names: dict[str, str], what: str) -> None:
    if name not in names:
        raise UsageError(f"no {what} {name!r}", remedy=f"choose among {', '.join(names)}")


def _checked(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    values = np.asarray(vectors, dtype=np.float32)
    if values.ndim != 2:
        raise UsageError(f"vectors of shape (N, D) are needed, not {values.shape}")
    bad = ~np.isfinite(values).all(axis=1)
    if bad.any():
        raise UsageError(f"vector {int(np.flatnonzero(bad)[0])} holds NaN or infinity")
    return values


def _smallest_class(names: NDArray[np.str_]) -> int:
    """Return how many sources the rarest class has, which must be enough."""
    found, counts = np.unique(names, return_counts=True)
    if len(found) < 2:
        raise UsageError("a classifier needs two classes or more", remedy="label other sources too")
    rarest = int(counts.argmin())
    if counts[rarest] < _FEWEST:
        raise UsageError(
            f"the class {str(found[rarest])!r} has one source only",
            remedy="label more of it, or leave it out",
        )
    return int(counts[rarest])

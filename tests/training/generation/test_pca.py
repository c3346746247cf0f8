"""Principal components of images against scikit-learn's, and of turned images against turning."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from radgalgui.errors import UsageError
from radgalgui.models.encoder import orientations
from radgalgui_training.generation.contestants import best_pca
from radgalgui_training.generation.pca import PixelPca


def _images(count: int = 40) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.clip(0.5 + 0.1 * rng.standard_normal((count, 1, 6, 6)), 0, 1).astype(np.float32)


@pytest.mark.parametrize("turned", [False, True])
def test_reconstructions_are_those_of_scikit_learn(turned: bool) -> None:
    images = _images()
    every = orientations(images).reshape(-1, 1, 6, 6) if turned else images
    theirs = PCA(7).fit(every.reshape(len(every), -1))
    flat = every.reshape(len(every), -1)
    expected = theirs.inverse_transform(theirs.transform(flat)).reshape(every.shape)
    ours = PixelPca.fit(images, 7, turned=turned)
    # Turned images have pairs of axes of one variance, of which either may be the seventh.
    errors = [np.square(drawn - every).sum() for drawn in (ours.reconstruct(every), expected)]
    assert errors[0] == pytest.approx(errors[1], rel=1e-4)
    if not turned:
        np.testing.assert_allclose(ours.reconstruct(every), expected, atol=2e-4)
    scale = (len(every) - 1) / len(every)
    np.testing.assert_allclose(ours.variances, theirs.explained_variance_ * scale, rtol=1e-3)


def test_samples_have_the_spread_of_the_images() -> None:
    images = _images(200)
    pca = PixelPca.fit(images, 30)
    drawn = np.concatenate(list(pca.sample(600, (1, 6, 6), seed=1)))
    assert drawn.shape == (600, 1, 6, 6)
    np.testing.assert_allclose(drawn.mean(axis=0), images.mean(axis=0), atol=0.03)
    kept = pca.reconstruct(images).std()
    assert drawn.std() == pytest.approx(float(kept), rel=0.1)
    again = np.concatenate(list(pca.sample(600, (1, 6, 6), seed=1)))
    assert np.array_equal(drawn, again)


def test_the_better_of_both_is_taken() -> None:
    upright = np.zeros((30, 1, 6, 6), np.float32)
    upright[:, 0, 2, :] = np.random.default_rng(0).random((30, 6))
    assert best_pca(upright, upright, components=4)[1] is False
    assert best_pca(upright, np.rot90(upright, axes=(2, 3)), components=4)[1] is True


def test_more_components_than_images_are_refused() -> None:
    with pytest.raises(UsageError, match="50 principal components of 40 images"):
        PixelPca.fit(_images(), 50)

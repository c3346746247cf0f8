"""Classifiers are fitted once, and read the next time; what cannot be read is fitted again."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radgalgui.analysis import classifiers
from radgalgui.analysis.classifiers import Fitting
from radgalgui.errors import Cancelled
from radgalgui.jobs import kept_fits
from radgalgui.jobs.fitting import Fits
from radgalgui.progress import CancelToken

SLOW = ("svc", "ext")


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grow a small forest, in two steps."""
    monkeypatch.setitem(classifiers._TREES, "ext", 60)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where classifiers are kept; nothing is there."""
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "cache" / "classifiers"


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of what is fitted, step by step."""
    done: list[str] = []
    sound = Fitting.step

    def step(self: Fitting) -> None:
        done.append(self.name)
        sound(self)

    monkeypatch.setattr(Fitting, "step", step)
    return done


def told(labelled, encoder) -> dict[str, np.ndarray]:
    """Make some classifiers ready and return what they say."""
    fits = Fits(labelled, encoder, classifiers=SLOW)
    fits.prepare()
    assert not fits.failed
    return {name: fits.fitted[name].probabilities(fits.vectors) for name in SLOW}


@pytest.fixture
def brought(labelled):
    """Return labels that bring what was held out, so that no fold is fitted."""
    even = np.full((len(labelled), len(labelled.classes)), 1 / len(labelled.classes))
    return replace(labelled, held_out={"small": dict.fromkeys(SLOW, even)})


def test_what_is_read_says_what_was_fitted(brought, small_encoder, folder, steps) -> None:
    first = told(brought, small_encoder)
    assert set(steps) == set(SLOW)
    assert sorted(path.name.split("-")[0] for path in folder.iterdir()) == ["ext", "svc"]
    steps.clear()
    second = told(brought, small_encoder)
    assert steps == []
    for name in SLOW:
        np.testing.assert_allclose(second[name], first[name], atol=1e-12)


def test_one_that_is_read_is_one_step_and_its_folds_stay(labelled, small_encoder, folder) -> None:
    bare = replace(labelled, held_out={})
    first = Fits(bare, small_encoder, classifiers=["ext"])
    assert first.left == 7
    first.prepare()
    again = Fits(bare, small_encoder, classifiers=["ext"])
    again.step()
    assert again.left == 5
    assert "ext" in again.fitted
    again.prepare()
    np.testing.assert_array_equal(again.held_out["ext"], first.held_out["ext"])


def test_fitting_side_by_side_gives_what_one_by_one_gives(
    brought, small_encoder, folder, monkeypatch
) -> None:
    together = told(brought, small_encoder)
    monkeypatch.setenv("RADGALGUI_HOME", str(folder / "elsewhere"))
    fits = Fits(brought, small_encoder, classifiers=SLOW)
    while fits.left:
        fits.step()
    for name in SLOW:
        chances = fits.fitted[name].probabilities(fits.vectors)
        np.testing.assert_array_equal(chances, together[name])


def test_whoever_cancels_waits_for_no_more_than_a_step(
    brought, small_encoder, folder, steps
) -> None:
    token = CancelToken()
    token.cancel()
    fits = Fits(brought, small_encoder, classifiers=SLOW)
    left = fits.left
    with pytest.raises(Cancelled):
        fits.prepare(cancel=token)
    assert (steps, fits.fitted, fits.failed) == ([], {}, {})
    assert fits.left == left
    fits.prepare()  # goes on where it was stopped
    assert set(fits.fitted) == set(SLOW)
    assert fits.left == 0


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x05\x06" + bytes(18), None])
def test_a_damaged_file_is_made_again(
    brought, small_encoder, folder, steps, content: bytes | None
) -> None:
    first = told(brought, small_encoder)
    for path in folder.iterdir():
        sound = path.read_bytes()
        middle = len(sound) // 2
        flipped = sound[:middle] + bytes([sound[middle] ^ 1]) + sound[middle + 1 :]
        path.write_bytes(flipped if content is None else content)
    steps.clear()
    second = told(brought, small_encoder)
    assert "ext" in steps
    np.testing.assert_array_equal(second["ext"], first["ext"])
    steps.clear()
    told(brought, small_encoder)
    assert steps == []


def test_a_pickle_in_its_place_is_never_read(brought, small_encoder, folder, steps) -> None:
    told(brought, small_encoder)
    for path in folder.iterdir():
        np.savez(path, feature=np.array([print], dtype=object))
    steps.clear()
    told(brought, small_encoder)
    assert set(steps) == set(SLOW)


def test_where_nothing_can_be_written_nothing_is_kept(
    brought, small_encoder, folder, steps
) -> None:
    folder.parent.parent.write_text("a file where the folder should be")
    assert set(told(brought, small_encoder)) == set(SLOW)
    assert folder.parent.parent.is_file()


def test_the_oldest_go_when_there_is_too_much(folder, monkeypatch) -> None:
    folder.mkdir(parents=True)
    for age, name in enumerate(("new", "middle", "old")):
        path = folder / f"{name}.npz"
        path.write_bytes(bytes(100))
        os.utime(path, (10**9 - age, 10**9 - age))
    monkeypatch.setattr(kept_fits, "_LARGEST", 200)
    kept_fits._remove_oldest(folder)
    assert sorted(path.stem for path in folder.iterdir()) == ["middle", "new"]

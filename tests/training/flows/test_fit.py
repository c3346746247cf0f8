"""Fits find densities that are known, score each source by a flow that has not seen it, go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radgalgui.errors import Cancelled, UsageError
from radgalgui.progress import CancelToken
from radgalgui_training.flows.fit import Epoch, Fitted, fit_density
from radgalgui_training.flows.parts import parts_of
from radgalgui_training.flows.presets import Preset, find_preset

SIZE = 4
TINY = Preset(
    "tiny",
    blocks=2,
    hidden=16,
    components=1,
    members=2,
    epochs=4,
    learning_rate=2e-3,
    average=0.9,
    patience=4,
)


@pytest.mark.parametrize("engine", ["denmarf", "zuko"])
def test_a_gaussian_has_its_entropy(gaussian: np.ndarray, turned: np.ndarray, engine: str) -> None:
    """To 2 %, with trained weights (patience as long as the training), not the start alone."""
    fitted = fit_density(gaussian, preset=replace(TINY, engine=engine, components=1, epochs=3))
    entropy = 0.5 * SIZE * np.log(2 * np.pi * np.e) + np.linalg.slogdet(turned).logabsdet
    assert -fitted.own.mean() == pytest.approx(entropy, rel=0.02)
    drawn = fitted.density.sample(4000, seed=1)
    assert -fitted.density.log_likelihood(drawn).mean() == pytest.approx(entropy, rel=0.02)


def test_a_flow_learns_what_no_gaussian_describes(bananas: np.ndarray) -> None:
    fitted = fit_density(bananas, preset=replace(TINY, components=1, epochs=15, learning_rate=1e-2))
    starts = [epoch.held_out for epoch in fitted.curve if epoch.number == 0]
    assert len(starts) == 2
    assert fitted.held_out_per_dimension > np.mean(starts) + 0.1
    apart = bananas.copy()
    apart[:, 1] = -apart[:, 1]  # as far from the mean, and where no source is
    far = np.abs(apart[:, 0]) > 1
    assert (fitted.density.log_likelihood(apart[far]) < fitted.own[far]).mean() > 0.95


def test_each_source_is_scored_by_the_flow_that_has_not_seen_it(bananas: np.ndarray) -> None:
    fitted = fit_density(bananas, preset=TINY, seed=3)
    told = fitted.density.member_log_likelihoods(bananas)
    for number, part in enumerate(parts_of(len(bananas), TINY.members, seed=3)):
        np.testing.assert_allclose(fitted.own[part.unseen], told[number, part.unseen])
    assert fitted.held_out_per_dimension == pytest.approx(fitted.own.mean() / SIZE)


def test_all_flows_see_the_same_islands() -> None:
    """In the same order, so that the likelihoods of their unseen sources can be compared."""
    rng = np.random.default_rng(2)
    middles = rng.normal(size=(3, SIZE)) * 5
    vectors = (middles[rng.integers(3, size=1500)] + rng.normal(size=(1500, SIZE))).astype("f4")
    fitted = fit_density(vectors, preset=replace(TINY, components=3, epochs=1))
    first, *others = (
        member.whitening.inverse(member.base.means.numpy()) for member in fitted.density.members
    )
    assert len(others) == 4
    nearest = np.linalg.norm(first[:, None] - middles, axis=2)
    assert sorted(nearest.argmin(axis=1)) == [0, 1, 2]
    for other in others:
        np.testing.assert_allclose(other, first, atol=0.3)


def test_parts_are_apart_and_cover_all() -> None:
    for count, members in ((5000, 3), (300, 5)):
        parts = parts_of(count, 3, seed=1)
        assert len(parts) == members
        assert np.array_equal(np.sort(np.concatenate([p.unseen for p in parts])), np.arange(count))
        for part in parts:
            rows = np.concatenate([part.learned, part.held, part.unseen])
            assert np.array_equal(np.sort(rows), np.arange(count))


def test_few_sources_get_a_sensible_density() -> None:
    """60 vectors of length 100: their own covariance is singular."""
    rng = np.random.default_rng(0)
    scales = np.geomspace(10, 0.01, 100)
    few, others = (rng.normal(size=(n, 100)) * scales for n in (60, 500))
    fitted = fit_density(few.astype(np.float16), preset=TINY)
    assert len(fitted.density.members) == 5
    usual = fitted.density.log_likelihood(others)
    strange = fitted.density.log_likelihood(others * 5)
    assert np.isfinite(fitted.own).all()
    assert np.median(usual) == pytest.approx(np.median(fitted.own), abs=3 * fitted.own.std())
    assert (strange < np.quantile(usual, 0.02)).mean() > 0.95


def test_a_direction_without_variance_does_no_harm(bananas: np.ndarray) -> None:
    flat = np.hstack([bananas[:400], np.full((400, 1), 3.0, np.float32)])
    fitted = fit_density(flat, preset=replace(TINY, epochs=1))
    assert np.isfinite(fitted.own).all()
    off = flat[:5].copy()
    off[:, -1] += 1.0
    assert (fitted.density.log_likelihood(off) < fitted.own.min() - 1000).all()


@pytest.mark.parametrize(
    ("vectors", "words"),
    [
        (np.zeros((49, 4)), "49 sources are too few"),
        (np.ones((80, 4)), "all the same"),
        (np.full((80, 4), np.nan), "row 0 holds NaN"),
        (np.zeros((80, 1)), "cannot be scored"),
    ],
)
def test_what_cannot_be_fitted_is_refused(vectors: np.ndarray, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fit_density(vectors, preset=TINY)


def test_presets_are_found_by_name() -> None:
    assert find_preset("published").blocks == 48
    assert find_preset("published").hidden == 512
    assert find_preset("bundled", engine="zuko").engine == "zuko"
    assert find_preset("bundled").engine == "denmarf"
    with pytest.raises(UsageError, match="'big'; choose of bundled, published"):
        find_preset("big")
    with pytest.raises(UsageError, match="no flow engine"):
        find_preset("bundled", engine="x")
    with pytest.raises(UsageError, match="1 member"):
        Preset("one", members=1)


def test_progress_and_the_curve_tell_of_each_epoch(bananas: np.ndarray) -> None:
    heard: list[Epoch] = []
    steps: list[tuple[int, int | None]] = []
    fitted = fit_density(
        bananas,
        preset=TINY,
        listener=heard.append,
        progress=lambda done, total, what="", /: steps.append((done, total)),
    )
    assert tuple(heard) == fitted.curve
    assert [epoch.number for epoch in heard if epoch.member == 1] == [0, 1, 2, 3, 4]
    assert steps[-1] == (8, 8)
    assert steps == sorted(steps)
    assert Epoch.from_card(heard[-1].card()) == heard[-1]


def test_it_stops_when_held_out_sources_become_no_likelier(gaussian: np.ndarray) -> None:
    """Of few sources a large network soon knows each by heart."""
    greedy = replace(
        TINY, components=1, hidden=128, epochs=60, learning_rate=1e-2, patience=3, falling=False
    )
    fitted = fit_density(gaussian[:200], preset=greedy)
    assert len([epoch for epoch in fitted.curve if epoch.member == 1]) < 40
    best = [epoch.best for epoch in fitted.curve if epoch.member == 1]
    assert best == sorted(best)
    assert best[-1] >= fitted.curve[0].held_out


class _StopAfter(CancelToken):
    """Asks to stop once an epoch has been told."""

    def __init__(self, member: int, number: int) -> None:
        super().__init__()
        self._after = (member, number)

    def hear(self, epoch: Epoch) -> None:
        if (epoch.member, epoch.number) == self._after:
            self.cancel()


@pytest.fixture(scope="module")
def whole(bananas: np.ndarray) -> Fitted:
    return fit_density(bananas, preset=TINY)


@pytest.mark.parametrize("after", [(1, 2), (2, 1)])
def test_a_cancelled_fit_goes_on_to_the_same_result(
    tmp_path: Path,
    bananas: np.ndarray,
    whole: Fitted,
    after: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("radgalgui_training.flows.fit._EVERY", 0.0)
    monkeypatch.setattr("radgalgui_training.flows.fit._SHARE", 0)
    token = _StopAfter(*after)
    with pytest.raises(Cancelled):
        fit_density(bananas, preset=TINY, folder=tmp_path, cancel=token, listener=token.hear)
    trained: list[float] = []
    monkeypatch.setattr(
        "radgalgui_training.flows.member.MemberTraining._set_rate",
        _counting(trained),
    )
    resumed = fit_density(bananas, preset=TINY, folder=tmp_path, resume=True)
    np.testing.assert_array_equal(resumed.own, whole.own)
    assert [e.held_out for e in resumed.curve] == [e.held_out for e in whole.curve]
    done = (after[0] - 1) * TINY.epochs + after[1]
    steps_per_epoch = len(parts_of(len(bananas), 2, seed=0)[0].learned) // 168
    assert len(trained) == (2 * TINY.epochs - done) * steps_per_epoch


def _counting(taken: list[float]) -> object:
    from radgalgui_training.flows.member import MemberTraining

    original = MemberTraining._set_rate

    def counted(self: MemberTraining, steps: int) -> float:
        taken.append(original(self, steps))
        return taken[-1]

    return counted


def test_checkpoints_of_other_vectors_are_not_gone_on_from(
    tmp_path: Path, bananas: np.ndarray
) -> None:
    short = replace(TINY, epochs=1)
    first = fit_density(bananas, preset=short, folder=tmp_path)
    moved = fit_density(bananas + 1, preset=short, folder=tmp_path, resume=True)
    np.testing.assert_allclose(moved.own, first.own, atol=0.05)
    assert not np.array_equal(moved.own, first.own)
    fresh = fit_density(bananas + 1, preset=short)
    np.testing.assert_array_equal(moved.own, fresh.own)


#: Ends like a process that is killed in the midst of the second epoch of the second flow.
PROGRAM = """
import os, signal, sys
from pathlib import Path
import numpy as np
import radgalgui_training.flows.fit as fit
from radgalgui_training.flows.member import MemberTraining
from tests_flows_tiny import TINY

told, left, set_rate = [], [3], MemberTraining._set_rate

def counted(self, steps):
    if told[-1:] == [(2, 1)]:
        left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return set_rate(self, steps)

MemberTraining._set_rate = counted
fit._EVERY = fit._SHARE = 0
fit.fit_density(np.load(sys.argv[1]), preset=TINY, folder=Path(sys.argv[2]),
                listener=lambda epoch: told.append((epoch.member, epoch.number)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_fit_goes_on_to_the_same_result(
    tmp_path: Path, bananas: np.ndarray, whole: Fitted
) -> None:
    np.save(tmp_path / "vectors.npy", bananas)
    fields = {**TINY.card()}
    (tmp_path / "tests_flows_tiny.py").write_text(
        f"from radgalgui_training.flows.presets import Preset\nTINY = Preset(**{fields!r})\n"
    )
    paths = os.pathsep.join([str(tmp_path), *(p for p in sys.path if p)])
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "vectors.npy"), str(tmp_path / "kept")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert (tmp_path / "kept" / "member-0.safetensors").is_file()
    resumed = fit_density(bananas, preset=TINY, folder=tmp_path / "kept", resume=True)
    np.testing.assert_array_equal(resumed.own, whole.own)

"""Likelihoods told for a catalogue: what is stored, what a kill costs, what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.files import sha256
from radgalgui.jobs.likelihood import fit, redrawn
from radgalgui.jobs.likelihood.fit import Way, judge_catalog, ways_of
from radgalgui.jobs.likelihood.judge import Judge
from radgalgui.jobs.survey.unfinished import unfinished_folder
from radgalgui.models.weights import load_weights, save_weights
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.flows import fit as fitting
from radgalgui_training.flows.presets import PRESETS, Preset

COUNT, DIMENSION = 80, 6


def vectors(count: int = COUNT, *, seed: int = 0) -> np.ndarray:
    """Return vectors (N, 6) of a lopsided cloud."""
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((count, DIMENSION)) @ rng.standard_normal((DIMENSION, DIMENSION))
    return (rows + 0.1 * rows**2).astype(np.float16)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let flows be small, and keep them after every epoch."""
    tiny = Preset("bundled", blocks=2, hidden=8, members=2, epochs=3)
    monkeypatch.setitem(PRESETS, "bundled", tiny)
    monkeypatch.setattr(fitting, "_EVERY", 0.0)


@pytest.fixture(scope="module")
def plain(
    write_catalog: Callable[..., Path],
    draw_blobs: Callable[..., np.ndarray],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return a catalogue with the vectors of two encoders, as the bundled generator sees it."""
    path: Path = tmp_path_factory.mktemp("plain") / "survey"
    eyes = Preprocessing(pixel_scale=2.7, survey_scale=1.8)
    write_catalog(path, draw_blobs(COUNT), preprocessing=eyes)
    with CatalogUpdate(path) as update:
        update.add_embeddings("one", vectors(), weights_sha256="1" * 64)
        update.add_embeddings("two", vectors(seed=2), weights_sha256="2" * 64)
    return path


@pytest.fixture
def survey(plain: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(plain, tmp_path / "survey"))


@pytest.fixture
def generator(drawing_weights: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let a small generator stand for the bundled one."""
    monkeypatch.setattr(redrawn, "weights_path", lambda _: drawing_weights)
    return drawing_weights


def no_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redrawn, "weights_path", lambda _: Path("nowhere.safetensors"))


def files(path: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (path / "likelihood").iterdir()}


def test_every_source_and_any_other_is_judged(survey, generator):
    heard: list[tuple[int, dict[str, Any]]] = []
    card = judge_catalog(survey, "one", listener=lambda n, v: heard.append((n, dict(v))))
    with Catalog.open(survey) as catalog:
        scores = np.array(catalog.likelihood("one"))
        judge = Judge.load(catalog, "one")
    assert scores.shape == (COUNT, 5)
    assert np.isfinite(scores).all()
    assert card["held_out_per_dimension"] == pytest.approx(scores[:, 0].mean() / DIMENSION)
    assert card["generator_sha256"] == judge.generator_sha256 == sha256(generator)
    assert [n for n, _ in heard] == list(range(1, len(heard) + 1))
    assert all(np.isfinite(list(v.values())).all() and v["held_out_likelihood"] for _, v in heard)
    usual, far = vectors(seed=0)[:20] + np.float16(0.01), vectors(seed=0)[:20] + np.float16(200)
    told = judge.percentiles(judge.scores(np.concatenate([usual, far])))
    assert np.isnan(told[:, 4]).all()  # nobody drew them again
    assert told[:20, [0, 1, 2, 3, 5]].mean() > 25
    assert told[20:, [0, 2, 3, 5]].max() < 2
    assert judge.outside(judge.scores(far)).all()


def test_own_sources_are_judged_as_if_they_were_others(survey, monkeypatch):
    no_generator(monkeypatch)
    judge_catalog(survey, "one")
    with Catalog.open(survey) as catalog:
        judge, own = Judge.load(catalog, "one"), np.array(catalog.likelihood("one"))
        again = judge.scores(catalog.embeddings("one"))
    assert (again[:, 3] > own[:, 3]).all()  # asked again each finds itself, at no distance
    assert again[:, 0].mean() > own[:, 0].mean()  # and most flows have seen it


def test_the_images_are_drawn_again_once_for_all_encoders(survey, generator, monkeypatch):
    judge_catalog(survey, "one")
    monkeypatch.setattr("radgalgui.models.encoder.Encoder.load", None)
    judge_catalog(survey, "two")
    with Catalog.open(survey) as catalog:
        one, two = (catalog.likelihood(name)[:, 4] for name in ("one", "two"))
        assert len(set(np.array(one).tolist())) > COUNT // 2
        np.testing.assert_array_equal(one, two)
        known, sha = redrawn.drawn_before(catalog, np.array([3, 5]))
        np.testing.assert_array_equal(known, one[[3, 5]])
        assert sha == sha256(generator)


def test_what_another_generator_drew_is_not_gone_on_from(survey, generator, tmp_path):
    other, folder = tmp_path / "other.safetensors", tmp_path / "kept"
    folder.mkdir()
    tensors, card = load_weights(generator)
    save_weights(other, tensors, {**card, "recipe": "another"})
    with Catalog.open(survey) as catalog:
        told, _ = redrawn.redrawn(catalog, weights=generator, folder=folder)
        (kept,) = folder.iterdir()
        np.save(kept, np.zeros_like(told))
        again, _ = redrawn.redrawn(catalog, weights=generator, folder=folder)
        np.testing.assert_array_equal(again, 0)  # so it is what was kept
        others, sha = redrawn.redrawn(catalog, weights=other, folder=folder)
    np.testing.assert_array_equal(others, told)
    assert sha == sha256(other)


def test_without_a_generator_the_rest_is_told(survey, monkeypatch):
    no_generator(monkeypatch)
    notes: list[str] = []
    card = judge_catalog(survey, "one", note=lambda level, text: notes.append(f"{level}: {text}"))
    assert notes == ["warning: Nothing is told of reconstructions: no generator is installed."]
    assert card["generator_sha256"] == ""
    with Catalog.open(survey) as catalog:
        assert np.isnan(catalog.likelihood("one")[:, 4]).all()
        assert np.isfinite(Judge.load(catalog, "one").reference.own[:, 5]).all()


def test_drawing_again_can_be_left_out(survey, monkeypatch):
    monkeypatch.setattr(fit, "redrawn", None)
    assert judge_catalog(survey, "one", way=Way(redraw=False))["generator_sha256"] == ""
    with Catalog.open(survey) as catalog:
        assert np.isnan(catalog.likelihood("one")[:, 4]).all()
        assert ways_of(catalog) == {"one": Way(redraw=False)}


def test_stopped_anywhere_it_goes_on_and_ends_with_the_same_bytes(survey, plain, generator):
    whole = survey.with_name("whole")
    shutil.copytree(plain, whole)
    judge_catalog(whole, "one")
    before = (survey / "manifest.json").read_bytes()
    for stop in ("flow 2", "flow 4", "drawing", "second opinions"):
        cancel = CancelToken()

        def look(_: int, __: int | None, what: str = "", /, stop=stop, cancel=cancel) -> None:
            if stop in what:
                cancel.cancel()

        with pytest.raises(Cancelled):
            judge_catalog(survey, "one", resume=True, progress=look, cancel=cancel)
        assert (survey / "manifest.json").read_bytes() == before
        with pytest.raises(CatalogError, match="--resume"):
            judge_catalog(survey, "one")
    judge_catalog(survey, "one", resume=True)
    assert files(survey) == files(whole)
    assert not unfinished_folder(survey).exists()


def test_what_is_told_is_not_told_again(survey, monkeypatch):
    no_generator(monkeypatch)
    card = judge_catalog(survey, "one")
    with monkeypatch.context() as patch:
        patch.setattr(fitting, "fit_density", None)
        assert judge_catalog(survey, "one", resume=True)["made_of"] == card["made_of"]
    other = judge_catalog(survey, "one", way=Way(seed=1), resume=True)
    assert other["made_of"] != card["made_of"]
    with Catalog.open(survey) as catalog:
        assert ways_of(catalog) == {"one": Way(seed=1)}


def test_what_cannot_be_told_is_refused_in_a_sentence(survey, tmp_path, write_catalog, draw_blobs):
    few = write_catalog(tmp_path / "few", draw_blobs(12))
    with CatalogUpdate(few) as update:
        update.add_embeddings("one", vectors(12), weights_sha256="1" * 64)
    with pytest.raises(UsageError, match=r"few: with 12 sources .* 50 sources or more"):
        judge_catalog(few, "one")
    with pytest.raises(CatalogError, match="three"):
        judge_catalog(survey, "three")
    with pytest.raises(UsageError, match="no preset 'huge'"):
        judge_catalog(survey, "one", way=Way("huge"))
    with pytest.raises(UsageError, match="no flow engine 'x'"):
        judge_catalog(survey, "one", way=Way(engine="x"))
    assert not unfinished_folder(survey).exists()


def test_settings_of_a_damaged_judge_are_the_usual_ones(survey, make_judge):
    make_judge(survey, "one")  # tells none
    with Catalog.open(survey) as catalog:
        assert ways_of(catalog) == {"one": fit.USUAL}
        catalog.judge_path("one").write_bytes(b"?")
        assert ways_of(catalog) == {"one": fit.USUAL}

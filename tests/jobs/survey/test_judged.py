"""Likelihoods in a catalogue that is built, changed, embedded anew or mended."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError
from radgalgui.jobs.describe import describe_catalog
from radgalgui.jobs.likelihood.fit import Way, ways_of
from radgalgui.jobs.likelihood.judge import Judge
from radgalgui.jobs.survey.build import build
from radgalgui.jobs.survey.change import append, remove
from radgalgui.jobs.survey.embed import embed_catalog
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Plan
from radgalgui.jobs.survey.refresh import refresh, stale
from radgalgui.models.weights import load_weights, save_weights
from radgalgui_training.flows.presets import PRESETS, Preset

TINY = Preset("bundled", blocks=1, hidden=8, members=2, epochs=1)


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let flows be small."""
    monkeypatch.setitem(PRESETS, "bundled", TINY)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, stack: Path, small_weights: Path) -> Path:
    """Return a catalogue of sixty sources, built with likelihoods."""
    out: Path = tmp_path_factory.mktemp("judged") / "survey"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("radgalgui.jobs.survey.parts.umap_map", lambda v, **_: v[:, :2].astype("f4"))
        patch.setitem(PRESETS, "bundled", TINY)
        plan = recognise([stack]).plan.with_options(pixels="ready")
        build(plan, out, encoders={"small": small_weights}, likelihood=True)
    return out


@pytest.fixture
def survey(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "survey"))


@pytest.fixture
def more(tmp_path: Path, stack: Path, plan_of: Callable[..., Plan]) -> Plan:
    np.save(tmp_path / "more.npy", np.load(stack)[:5, :, ::-1])
    return plan_of(tmp_path / "more.npy", pixels="ready")


def count_judged(path: Path) -> int:
    """Return of how many sources likelihoods are told, by a judge that fits them."""
    with Catalog.open(path) as catalog:
        Judge.load(catalog, "small")
        return int(np.isfinite(catalog.likelihood("small")[:, 0]).sum())


def test_a_build_tells_them_where_it_is_asked_to(survey):
    assert count_judged(survey) == 60
    told = describe_catalog(survey)
    assert "flow of denmarf" in told["likelihoods"]["small"]
    assert told["encoders"] == {"small": "64-d"}


def test_sources_come_and_go_and_all_are_told_again(survey, more, small_weights):
    before = np.array(Catalog.open(survey).likelihood("small"))
    append(survey, more, encoders={"small": small_weights})
    assert count_judged(survey) == 65
    after = np.array(Catalog.open(survey).likelihood("small"))
    assert not np.array_equal(after[:60, 0], before[:, 0])
    remove(survey, ["more_0003", "simulated_0007"])
    assert count_judged(survey) == 63


def test_too_few_that_are_left_are_said(survey):
    with Catalog.open(survey) as catalog:
        names = catalog.names[:15].tolist()
    notes: list[str] = []
    remove(survey, names, note=lambda _, text: notes.append(text))
    assert notes == ["Of 45 sources no likelihoods are told: that needs 50."]
    with Catalog.open(survey) as catalog, pytest.raises(CatalogError, match="not been told"):
        catalog.likelihood("small")


def test_an_encoder_embedded_again_is_told_again(survey, small_weights, tmp_path):
    tensors, card = load_weights(small_weights)
    tensors["centre"] = tensors["centre"] + np.float32(0.01)
    save_weights(tmp_path / "other.safetensors", tensors, card)
    before = np.array(Catalog.open(survey).likelihood("small"))
    embed_catalog(survey, tmp_path / "other.safetensors", maps=())
    assert count_judged(survey) == 60
    assert not np.array_equal(Catalog.open(survey).likelihood("small"), before)


def test_they_can_be_told_with_another_encoder(survey, small_weights, tmp_path):
    tensors, card = load_weights(small_weights)
    save_weights(tmp_path / "second.safetensors", tensors, {**card, "name": "second"})
    second = tmp_path / "second.safetensors"
    embed_catalog(survey, second, maps=())
    with Catalog.open(survey) as catalog:
        assert set(ways_of(catalog)) == {"small"}
    embed_catalog(survey, second, maps=(), likelihood=True, resume=True)  # the vectors are there
    with Catalog.open(survey) as catalog:
        assert ways_of(catalog) == {"small": Way(), "second": Way()}


@pytest.mark.parametrize("file", ["small.npy", "small.safetensors"])
def test_damaged_ones_are_stale_and_told_again(survey, small_weights, file):
    encoders = {"small": small_weights}
    assert stale(survey, encoders) == []
    path = survey / "likelihood" / file
    path.write_bytes(bytes(path.stat().st_size))
    (found,) = stale(survey, encoders)
    assert found.what == "likelihoods of small"
    refresh(survey, encoders)
    assert stale(survey, encoders) == []
    assert count_judged(survey) == 60


def test_none_are_told_where_there_were_none(small_weights, stack, tmp_path, plan_of):
    plan = plan_of(stack, pixels="ready")
    build(plan, tmp_path / "plain", encoders={"small": small_weights}, maps=())
    with Catalog.open(tmp_path / "plain") as catalog:
        assert not catalog.manifest.likelihoods
    assert all(each.part != "likelihood" for each in stale(tmp_path / "plain", {}))

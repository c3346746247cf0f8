"""What judges others: there and back, far-off points, and files that are damaged."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError
from radgalgui.jobs.likelihood.judge import Judge
from radgalgui.jobs.likelihood.judge_file import read_card, read_judge, write_judge
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS
from radgalgui.jobs.likelihood.standing import Standing
from radgalgui.jobs.likelihood.stored import read_scores


@pytest.fixture
def survey(judged: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(judged, tmp_path / "survey"))


def test_scores_are_finite_and_in_order_however_far_a_vector_is(judged, small_encoder):
    with Catalog.open(judged) as catalog:
        judge = Judge.load(catalog, "small")
        start = np.array(catalog.embeddings("small")[:1], dtype=np.float32)
    rows = start + np.array([[0], [10], [1e3], [1e9], [1e30]], dtype=np.float32)
    scores = judge.scores(rows)
    assert scores.dtype == np.float32
    assert np.isfinite(scores[:, 0]).all()
    assert (np.diff(scores[:, 0]) <= 0).all()
    assert not np.isinf(scores).any()
    assert judge.scores(rows[:0]).shape == (0, 5)
    assert judge.verdict(scores[-1]).outside
    assert judge.verdict(scores[-1]).below


def test_a_verdict_tells_what_is_not_known(judged):
    with Catalog.open(judged) as catalog:
        judge = Judge.load(catalog, "small")
        own = np.array(catalog.likelihood("small"))
    middle = np.argsort(own[:, 0])[len(own) // 2]
    told = judge.verdict(np.append(own[middle, :4], np.nan))
    assert list(told.percentiles) == list(METHODS)
    assert told.percentiles["log_likelihood"] == pytest.approx(50, abs=1)
    assert told.percentiles["reconstruction"] is None
    assert not told.outside
    nothing = judge.verdict(np.full(5, np.nan))
    assert nothing.log_likelihood is nothing.combined is None
    assert not nothing.outside


def test_what_was_written_judges_alike(survey, small_encoder, draw_static):
    seen = small_encoder.embed(draw_static(5))
    with Catalog.open(survey) as catalog:
        judge, path = Judge.load(catalog, "small"), catalog.judge_path("small")
        judge.save(path)
        again = Judge.load(catalog, "small")
    np.testing.assert_array_equal(judge.scores(seen), again.scores(seen))
    assert again.card["encoder"] == "small"


def damaged(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def foreign(path: Path) -> None:
    save_file({"x": np.zeros(3)}, path, metadata={"other": "{}"})


def changed(path: Path, **values: object) -> None:
    arrays, card = read_judge(path)
    write_judge(path, arrays, {**card, **values})
    if "format" in values:  # which write_judge does not let one choose
        with safe_open(path, framework="np") as file:
            card = json.loads(file.metadata()["radgalgui"])
        save_file(arrays, path, metadata={"radgalgui": json.dumps({**card, **values})})


def lacking(path: Path, part: str) -> None:
    arrays, card = read_judge(path)
    write_judge(path, {k: v for k, v in arrays.items() if not k.startswith(part)}, card)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda p: p.write_bytes(b""), "cannot be read"),
        (lambda p: p.write_bytes(b"\x80\x04pickle"), "cannot be read"),
        (damaged, "cannot be read"),
        (foreign, "cannot be read"),
        (lambda p: changed(p, format=2), "newer"),
        (lambda p: changed(p, density=3), "cannot be read"),
        (lambda p: changed(p, count=199), "other vectors"),
        (lambda p: changed(p, encoder="byol"), "other vectors"),
        (lambda p: changed(p, density={}), "cannot be used"),
        (lambda p: lacking(p, "density/"), "cannot be used"),
        (lambda p: lacking(p, "opinions/"), "cannot be used"),
    ],
)
def test_damaged_files_are_refused_in_one_sentence(survey, spoil, words):
    with Catalog.open(survey) as catalog:
        spoil(catalog.judge_path("small"))
        with pytest.raises(CatalogError, match=words) as caught:
            Judge.load(catalog, "small")
    assert "\n" not in str(caught.value)
    assert "radgalgui catalog likelihood" in str(caught.value) or "update" in str(caught.value)


def test_scores_of_other_methods_are_refused(survey):
    with Catalog.open(survey) as catalog:
        file = catalog.path / catalog.manifest.likelihoods["small"].file
    np.save(file, np.load(file)[:, :4])
    text = json.loads((survey / "manifest.json").read_text())
    text["likelihoods"]["small"].update(bytes=file.stat().st_size, dimension=4)
    (survey / "manifest.json").write_text(json.dumps(text))
    with pytest.raises(CatalogError, match="not by the 5 methods"):
        read_scores(survey, "small")


def test_what_is_stored_is_read_without_torch(judged):
    program = (
        "import sys; from radgalgui.jobs.likelihood.stored import read_scores;"
        f"told = read_scores({str(judged)!r}, 'small'); told.percentiles, told.combined;"
        "heavy = {'torch', 'matplotlib', 'sklearn', 'scipy.stats'} & set(sys.modules);"
        "print(len(told), sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split(maxsplit=1) == ["200", "[]\n"]


def test_percentiles_are_shares_of_the_own_sources(judged):
    told = read_scores(judged, "small")
    assert read_scores(judged, "byol") is None
    for number, method in enumerate(METHODS[:4]):
        column = told.scores[:, number]
        slow = [100 * ((column < x).mean() + (column == x).mean() / 2) for x in column]
        np.testing.assert_allclose(told.column(method), slow, rtol=1e-5)
    np.testing.assert_array_equal(told.column(COMBINED), told.combined)
    assert np.isnan(told.column("reconstruction")).all()
    assert told.combined.mean() == pytest.approx(50, abs=1e-3)
    low, high = told.central
    assert ((told.scores[:, 0] < low) | (told.scores[:, 0] > high)).mean() == pytest.approx(0.01)
    assert read_card(judged / "likelihood" / "small.safetensors")["count"] == 200


def test_no_own_source_known_is_no_failure():
    standing = Standing(np.full((3, 5), np.nan, np.float32))
    assert np.isnan(standing.own).all()
    assert np.isnan(standing.central).all()
    assert not standing.outside(np.zeros((2, 5))).any()

"""The log, the neighbours that watch a training, and sweeps over a value."""

from __future__ import annotations

import csv
import pickle
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from radgalgui.errors import Cancelled, DataError, RecipeError
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import simulate
from radgalgui_training.monitor import Labelled, NeighbourAccuracy, knn_accuracy, read_log
from radgalgui_training.run import train
from radgalgui_training.sweep import full_key, sweep

SMALL: dict[str, Any] = {"data.simulated": 24, "training.batch_size": 12}


@pytest.fixture(scope="module")
def labelled_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published folder whose images are simulated: two classes, and a test batch never read."""
    root = tmp_path_factory.mktemp("published")
    folder = root / "mirabest" / "F_batches"
    folder.mkdir(parents=True)
    drawn = simulate(40, seed=9, size=150, pixel_scale=1.8, kinds=["FRI", "FRII"])
    noise = np.asarray(drawn.truth["noise"])[:, None, None]
    clipped = np.where(drawn.images > 3 * noise, drawn.images, 0)
    pixels = (255 * clipped / clipped.max(axis=(1, 2), keepdims=True)).astype(np.uint8)
    classes = [5 if kind == "FRII" else 0 for kind in drawn.truth["label"]]
    batch = {"data": list(pixels), "labels": classes, "filenames": ["a.png"] * 40}
    (folder / "data_batch_1").write_bytes(pickle.dumps(batch))
    return root


def _naive(vectors: np.ndarray, classes: np.ndarray, known: np.ndarray, asked: np.ndarray) -> float:
    """The share that the weighted votes of the 20 nearest tell rightly, one by one."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    right = 0
    for query in asked:
        cosines = unit[known] @ unit[query]
        nearest = np.argsort(-cosines)[:20]
        votes = np.zeros(classes.max() + 1)
        for place in nearest:
            votes[classes[known[place]]] += np.exp(cosines[place] / 0.1)
        right += votes.argmax() == classes[query]
    return right / len(asked)


def test_neighbours_vote_as_a_slow_reference_does() -> None:
    from sklearn.model_selection import StratifiedKFold

    rng = np.random.default_rng(0)
    classes = rng.integers(0, 3, 150)
    vectors = rng.normal(size=(150, 8)) + 0.8 * np.eye(3, 8)[classes]
    folds = StratifiedKFold(5, shuffle=True, random_state=0).split(vectors, classes)
    shares = [_naive(vectors, classes, known, asked) for known, asked in folds]
    accuracy, error = knn_accuracy(vectors, classes)
    assert accuracy == pytest.approx(np.mean(shares))
    assert error == pytest.approx(np.std(shares, ddof=1) / np.sqrt(5))
    assert 0.4 < accuracy < 0.95


def test_neighbours_know_nothing_of_noise_and_all_of_clusters() -> None:
    rng = np.random.default_rng(1)
    classes = np.arange(400) % 2
    assert knn_accuracy(rng.normal(size=(400, 6)), classes)[0] == pytest.approx(0.5, abs=0.08)
    clusters = np.eye(2)[classes] + 0.01 * rng.normal(size=(400, 2))
    assert knn_accuracy(clusters, classes) == (1.0, 0.0)


def _log(folder: Path) -> list[dict[str, str]]:
    with (folder / "log.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module", params=["simclr", "byol", "simsiam"])
def watched(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, labelled_root: Path
) -> tuple[str, Path, dict[str, Any], list[str]]:
    """A training of three epochs that is watched every second, and what it told."""
    recipe, out = f"{request.param}-smoke", tmp_path_factory.mktemp(request.param)
    told: list[str] = []
    overrides = {
        **SMALL, "training.epochs": 3, "training.knn": "mirabest-confident",
        "training.knn_every": 2,
    }  # fmt: skip

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        told.append(what)

    path = train(recipe, data=labelled_root, out=out, overrides=overrides, progress=progress)
    return recipe, path, overrides, told


def test_every_epoch_has_a_line(watched: tuple[str, Path, dict[str, Any], list[str]]) -> None:
    _, path, _, told = watched
    rows = _log(path.parent)
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert [row["step"] for row in rows] == ["2", "4", "6"]
    assert [row["knn_accuracy"] != "" for row in rows] == [False, True, True]
    for row in rows:
        assert np.isfinite(float(row["loss"]))
        assert float(row["images_per_second"]) > 0
    assert float(rows[-1]["learning_rate"]) == pytest.approx(0, abs=1e-9)
    assert f"neighbours right {float(rows[1]['knn_accuracy']):.3f}" in told[-1]
    assert not any("neighbours" in what for what in told[:5])


def test_the_last_value_is_that_of_the_encoder(
    watched: tuple[str, Path, dict[str, Any], list[str]], labelled_root: Path
) -> None:
    """Measured again on the finished network, and watching has not changed its mode."""
    _, path, _, _ = watched
    encoder = Encoder.load(path)
    labelled = Labelled.read("mirabest-confident", labelled_root, encoder.preprocessing)
    assert np.bincount(labelled.classes).min() >= 5
    watcher = NeighbourAccuracy(labelled, every=1, whitening=0.5)
    logged = float(_log(path.parent)[-1]["knn_accuracy"])
    assert watcher.measured(encoder._network)[0] == pytest.approx(logged, abs=0.026)
    assert not encoder._network.training


def test_a_resumed_training_is_the_same_and_logs_each_epoch_once(
    watched: tuple[str, Path, dict[str, Any], list[str]], labelled_root: Path, tmp_path: Path
) -> None:
    recipe, path, overrides, _ = watched
    token = CancelToken()

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        if total == 6 and done == 5:
            token.cancel()

    with pytest.raises(Cancelled):
        train(
            recipe, data=labelled_root, out=tmp_path, overrides=overrides, progress=progress,
            cancel=token, cache=path.parent / "cache",
        )  # fmt: skip
    assert len(_log(tmp_path)) == 2
    with (tmp_path / "log.csv").open("a") as stream:  # as if it had ended before the checkpoint
        stream.write("3,6,0.5,0.1,10,0.5\n")
    resumed = train(
        recipe, data=labelled_root, out=tmp_path, overrides=overrides, resume=True,
        cache=path.parent / "cache",
    )  # fmt: skip
    again, whole = _log(tmp_path), _log(path.parent)
    for column in ("epoch", "step", "learning_rate"):
        assert [row[column] for row in again] == [row[column] for row in whole], column
    for first, second in zip(again, whole, strict=True):
        assert float(first["loss"]) == pytest.approx(float(second["loss"]), abs=1e-3)
        right = [float(row["knn_accuracy"] or -1) for row in (first, second)]
        assert right[0] == pytest.approx(right[1], abs=0.026)  # one of forty, a tie by rounding
    drawn = np.random.default_rng(0).random((4, 1, 64, 64), dtype=np.float32) ** 8
    np.testing.assert_allclose(
        Encoder.load(resumed).embed(drawn), Encoder.load(path).embed(drawn), rtol=1e-3, atol=1e-3
    )


def test_vectors_do_not_collapse(watched: tuple[str, Path, dict[str, Any], list[str]]) -> None:
    """Unit vectors spread evenly have a standard deviation of 1 / sqrt(D) a component; with one
    vector for all it would be 0."""
    encoder = Encoder.load(watched[1])
    drawn = simulate(32, seed=4, size=64, pixel_scale=1.8)
    noise = np.asarray(drawn.truth["noise"])
    seen = [
        encoder.preprocessing.see(i, float(n)) for i, n in zip(drawn.images, noise, strict=True)
    ]
    vectors = encoder.embed(np.stack(seen)[:, None])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert unit.std(axis=0).mean() * np.sqrt(encoder.dimension) > 0.3


@pytest.mark.parametrize("content", ["", "other,columns\n1,2\n", "epoch,step\n1", "\x00\xff"])
def test_a_damaged_log_is_begun_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / "log.csv").write_bytes(content.encode("latin-1"))
    assert read_log(tmp_path / "log.csv") == []
    assert read_log(tmp_path / "absent.csv") == []


def test_a_set_to_watch_that_is_not_there_is_told(tmp_path: Path, labelled_root: Path) -> None:
    with pytest.raises(DataError, match="--data DIR"):
        Labelled.read("mirabest-confident", None, Preprocessing())
    with pytest.raises(DataError):
        Labelled.read("rgd", tmp_path, Preprocessing())
    with pytest.raises(RecipeError, match=r"channels = 3, and .*'mirabest-confident' have 1"):
        Labelled.read("mirabest-confident", labelled_root, Preprocessing(channels=3))
    with pytest.raises(RecipeError, match=r"training.knn = 'mirabest' .*mirabest-confident"):
        train("byol-smoke", data=None, out=tmp_path, overrides={"training.knn": "mirabest"})


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("size_cut", "data.size_cut"),
        ("data.size_cut", "data.size_cut"),
        ("learning_rate", "optimizer.learning_rate"),
        ("whitening", "whitening"),
        ("method.temperature", "method.temperature"),
    ],
)
def test_a_short_key_is_completed(typed: str, key: str) -> None:
    assert full_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "says"),
    [("size_cat", "did you mean 'data.size_cut'"), ("softening", None), ("nonsense", "unknown")],
)
def test_a_key_that_is_not_there_is_told(typed: str, says: str | None) -> None:
    if says is None:
        assert full_key(typed) == "preprocessing.softening"
        return
    with pytest.raises(RecipeError, match=says):
        full_key(typed)


def test_a_sweep_trains_each_value_once_and_draws_the_curve(
    labelled_root: Path, tmp_path: Path
) -> None:
    told: list[str] = []
    epochs: list[int] = []
    listener = SimpleNamespace(
        device=told.append, pictures=print, point=lambda step, _: epochs.append(step)
    )

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        told.append(what)

    def swept(*values: str, epochs: int = 1) -> list[dict[str, str]]:
        told.clear()
        table = sweep(
            "simclr-smoke", "size_cut", values, data=labelled_root, out=tmp_path,
            overrides={**SMALL, "training.epochs": epochs, "training.batch_size": 4},
            progress=progress, listener=listener,
        )  # fmt: skip
        with table.open(newline="") as stream:
            return list(csv.DictReader(stream))

    rows = swept("0", "20")
    assert [row["data.size_cut"] for row in rows] == ["0", "20"]
    assert int(rows[1]["images"]) < int(rows[0]["images"]) == 24
    for row in rows:
        assert 0 < float(row["knn_accuracy"]) <= 1
        assert Encoder.load(tmp_path / row["weights"]).name == "simclr-smoke"
    assert any(what.startswith("data.size_cut = 20, epoch 1 of 1") for what in told)
    assert epochs == [1, 2]  # of one training after the other
    assert swept("0", "20") == rows
    assert told == []  # nothing was trained again
    with pytest.raises(RecipeError, match=r"trained with other values.*choose another --out"):
        swept("0", "20", epochs=2)
    svg = ElementTree.parse(tmp_path / "sweep.svg").getroot()
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}circle"))) == 2


def test_a_sweep_is_checked_before_the_first_training(tmp_path: Path, labelled_root: Path) -> None:
    with pytest.raises(RecipeError, match=r"data.size_cut = 'many' does not do"):
        sweep("simclr-smoke", "size_cut", ["0", "many"], data=labelled_root, out=tmp_path / "a")
    with pytest.raises(DataError, match=r"neighbours.*mirabest-confident; .*--data DIR\)\.$"):
        sweep("simclr-smoke", "size_cut", ["0"], data=None, out=tmp_path / "b")
    assert list(tmp_path.iterdir()) == []

"""What the form for trainings asks: starting points, trials in a process, results."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.errors import Cancelled, EngineError, WeightsError
from radgalgui.jobs.recipes import check, recipe_info, set_arguments
from radgalgui.jobs.training import (
    Trial,
    catalogues_only,
    look_at,
    starting_points,
    wants_data,
)
from radgalgui.jobs.work.orders import Order


def _order(out: Path, **changed: Any) -> Order:
    words = ["train", "simclr-smoke", "--out", str(out), *set_arguments(changed)]
    return Order("train", "a trial", words, out, resumable=True)


def test_encoders_start_from_the_same_network_and_classes_from_any() -> None:
    values = [each.value for each in starting_points(recipe_info("simclr-bundled"))]
    assert values[0] == ""
    assert "byol" in values
    assert "vdvae" not in values
    classes = starting_points(recipe_info("finetune-mirabest"))
    assert classes[0].value == "none"
    assert ("vdvae", "encoder") in [(each.value, each.kind) for each in classes]
    assert ("rgd", "classifier") in [(each.value, each.kind) for each in classes]


@pytest.mark.parametrize("name", ["simclr-bundled", "byol-rgz", "vdvae-paper"])
def test_published_images_can_be_left_out(name: str, tmp_path: Path) -> None:
    assert wants_data(name, {})
    (tmp_path / "manifest.json").write_text("{}")
    own = {**catalogues_only(name), "data.catalogs": [str(tmp_path)]}
    assert not wants_data(name, own)
    assert check(name, own) == {}


def test_a_trial_tells_how_long_it_takes(tmp_path: Path) -> None:
    told: list[tuple[int, int | None, str]] = []
    changed = {"data.simulated": 16, "training.batch_size": 8}
    text = Trial(_order(tmp_path, **changed)).run(lambda *step: told.append(step))
    assert text.startswith("about ")
    assert "4 steps of" in text
    assert told[-1] == (4, 4, "first steps")


def test_a_trial_that_cannot_begin_says_why(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"training\.epochs = 0"):
        Trial(_order(tmp_path, **{"training.epochs": 0})).run()


def test_a_trial_ends_when_it_is_stopped(tmp_path: Path) -> None:
    """By another thread, at whatever it is then: left alone it would go on for hours."""
    trial = Trial(_order(tmp_path, **{"data.simulated": 100_000}))
    threading.Timer(0.5, trial.stop).start()
    with pytest.raises(Cancelled):
        trial.run()


def test_a_result_is_told_from_its_card(
    tmp_path: Path, make_untaught: Callable[[], tuple[Any, dict[str, Any]]]
) -> None:
    from radgalgui.models.encoder import pack
    from radgalgui.models.weights import save_weights

    network, card = make_untaught()
    card["training_data"] = {"rgd": 1000, "simulated": 234}
    path = tmp_path / "small.safetensors"
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    found = look_at(path)
    assert (found.kind, found.name) == ("encoder", "small")
    assert found.facts["Learned from"] == "1,234 images"
    assert found.facts["Sees"] == "115″ of sky in 64 pixels"
    assert look_at(tmp_path / "comparison.html").kind == "page"
    with pytest.raises(WeightsError):
        look_at(tmp_path / "none.safetensors")


def test_a_classifier_tells_how_sure_it_is() -> None:
    from radgalgui_resources import path

    found = look_at(path("classifiers") / "mirabest.safetensors")
    assert (found.kind, found.name) == ("classifier", "mirabest")
    assert found.facts["Classes"] == "FRI, FRII"
    assert found.facts["Cross-validated"].startswith("accuracy 0.9")

"""What a training tells as it goes: points of curves, what it runs on, and pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from radgalgui_training.listening import later
from radgalgui_training.monitor import read_log
from radgalgui_training.run import train


class Heard:
    """Keeps all that it is told."""

    def __init__(self) -> None:
        self.devices: list[str] = []
        self.points: list[tuple[int, dict[str, float]]] = []
        self.shown: list[tuple[Path, str]] = []

    def device(self, text: str, /) -> None:
        self.devices.append(text)

    def point(self, step: int, values: Mapping[str, float], /) -> None:
        self.points.append((step, dict(values)))

    def pictures(self, path: str, text: str, /) -> None:
        self.shown.append((Path(path), text))


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Heard]:
    """A network that draws, trained for three epochs, and what it told."""
    out, heard = tmp_path_factory.mktemp("drawing"), Heard()
    small: dict[str, Any] = {"training.epochs": 3, "training.threads": 1}
    train("vdvae-smoke", data=None, out=out, overrides=small, listener=heard)
    return out, heard


def test_each_epoch_is_a_point_as_it_stands_in_the_log(taught: tuple[Path, Heard]) -> None:
    out, heard = taught
    log = read_log(out / "log.csv")
    assert [step for step, _ in heard.points] == [1, 2, 3]
    for (_, values), row in zip(heard.points, log, strict=True):
        assert "knn_accuracy" not in values  # nobody watched
        for name in ("loss", "learning_rate", "images_per_second"):
            assert values[name] == pytest.approx(float(row[name]), rel=1e-3)


def test_what_the_method_tells_of_itself_comes_along(taught: tuple[Path, Heard]) -> None:
    for _, values in taught[1].points:
        assert {"told", "missed", "vector"} <= set(values)
        assert all(math.isfinite(value) for value in values.values())


def test_the_device_is_told_once_before_the_first_epoch(taught: tuple[Path, Heard]) -> None:
    (device,) = taught[1].devices
    assert "32-bit" in device


def test_pictures_show_images_and_below_them_what_is_drawn(taught: tuple[Path, Heard]) -> None:
    from PySide6.QtGui import QImage

    out, heard = taught
    assert [path.name for path, _ in heard.shown] == [f"epoch-000{n}.png" for n in (1, 2, 3)]
    assert heard.shown[-1][1].endswith("epoch 3 of 3")
    picture = QImage(str(out / "pictures" / "epoch-0003.png"))
    side, gap = 2 * 64, 4
    assert (picture.width(), picture.height()) == (8 * side + 9 * gap, 2 * side + 3 * gap)
    for column in range(8):
        rows = [_square(picture, column, row, side, gap) for row in (0, 1)]
        assert rows[0] != rows[1]


def test_listening_changes_no_bit_of_what_is_learned(
    taught: tuple[Path, Heard], tmp_path: Path
) -> None:
    small: dict[str, Any] = {"training.epochs": 3, "training.threads": 1}
    path = train("vdvae-smoke", data=None, out=tmp_path, overrides=small)
    from radgalgui.models.weights import load_weights

    alone, heard = load_weights(path)[0], load_weights(taught[0] / path.name)[0]
    assert all((alone[name] == heard[name]).all() for name in alone)


def test_the_epochs_of_a_later_training_count_on() -> None:
    heard = Heard()
    second = later(heard, 20)
    second.point(1, {"loss": 0.5})
    second.device("CPU")
    assert heard.points == [(21, {"loss": 0.5})]
    assert heard.devices == ["CPU"]


def _square(picture: Any, column: int, row: int, side: int, gap: int) -> Any:
    return picture.copy(gap + column * (side + gap), gap + row * (side + gap), side, side)

"""Broken, foreign and hostile weights files: refused in one sentence that names the file."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch_file

from radgalgui.errors import CatalogError, UsageError, WeightsError
from radgalgui.jobs.build import build_from_arrays
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.weights import FORMAT, load_weights, save_weights
from radgalgui.sky.preprocess import Preprocessing

Tensors = dict[str, Any]
Spoil = Callable[[Tensors, dict[str, Any]], object]

STEM = "network.stem.0.weight"
ARCHITECTURE = {"name": "resnet", "width": 0.125}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    network = registry.build(ARCHITECTURE)
    card = {
        "name": "small",
        "architecture": ARCHITECTURE,
        "preprocessing": Preprocessing().to_dict(),
        "dimension": network.dimension,
    }
    path = tmp_path_factory.mktemp("good") / "small.safetensors"
    centre = np.zeros(network.dimension)
    save_weights(path, pack(network, centre=centre, whitening=np.eye(len(centre))), card)
    return path


def _spoilt(good: Path, folder: Path, spoil: Spoil) -> Path:
    """Write what `save_weights` would refuse to write."""
    tensors, card = load_weights(good)
    spoil(tensors, card)
    path = folder / "spoilt.safetensors"
    save_file(tensors, path, metadata={"radgalgui": json.dumps(card)})
    return path


def _refusal(path: Path) -> str:
    with pytest.raises(WeightsError) as caught:
        Encoder.load(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert message.endswith(".")
    assert len(message) < 350 + len(str(path))
    return message


def _card(**values: Any) -> Spoil:
    return lambda _, card: card.update(values)


def _part(key: str, **values: Any) -> Spoil:
    return lambda _, card: card[key].update(values)


CARDS: dict[str, tuple[Spoil, str]] = {
    "newer": (_card(format=FORMAT + 1), "update RadGalGUI"),
    "format as text": (_card(format="1"), "no RadGalGUI card"),
    "format of zero": (_card(format=0), "no RadGalGUI card"),
    "format true": (_card(format=True), "no RadGalGUI card"),
    "format infinite": (_card(format=float("inf")), "no RadGalGUI card"),
    "without a name": (lambda _, card: card.pop("name"), "without 'name'"),
    "name of nothing": (_card(name=""), "'name' is ''"),
    "name of a number": (_card(name=7), "'name' is 7, not a text"),
    "architecture a text": (_card(architecture="resnet"), "'architecture' is 'resnet'"),
    "architecture a list": (_card(architecture=["resnet"] * 99), "'architecture' is ['resnet'"),
    "preprocessing a number": (_card(preprocessing=64), "'preprocessing' is 64"),
    "dimension a text": (_card(dimension="64"), "'dimension' is '64'"),
    "dimension true": (_card(dimension=True), "'dimension' is True"),
    "dimension negative": (_card(dimension=-64), "'dimension' is -64"),
    "dimension of another": (_card(dimension=65), "differ in width"),
    "unknown network": (_part("architecture", name="vgg"), "unknown network 'vgg'"),
    "network a list": (_part("architecture", name=["resnet"]), "unknown network ['resnet']"),
    "unknown option": (_part("architecture", colour=1), "cannot be built"),
    "width a text": (_part("architecture", width="wide"), "cannot be built"),
    "width infinite": (_part("architecture", width=float("inf")), "cannot be built"),
    "width not a number": (_part("architecture", width=float("nan")), "cannot be built"),
    "depth a list": (_part("architecture", depth=[18]), "cannot be built"),
    "other depth": (_part("architecture", depth=34), "is missing"),
    "other width": (_part("architecture", width=0.5), "its network wants (32, 1, 7, 7)"),
    "stride a half": (_part("architecture", stem_stride=0.5), "holds no encoder that works"),
    "three bands of one": (_part("preprocessing", channels=3), "takes 1 bands"),
    "three-band network": (_part("architecture", channels=3), "wants (8, 3, 7, 7)"),
    "size of zero": (_part("preprocessing", size=0), "'size' cannot be 0"),
    "size a text": (_part("preprocessing", size="64"), "'size' cannot be '64'"),
    "size true": (_part("preprocessing", size=True), "'size' cannot be True"),
    "size a fraction": (_part("preprocessing", size=64.5), "'size' cannot be 64.5"),
    "size beyond memory": (_part("preprocessing", size=10**9), "'size' cannot be 1000000000"),
    "no bands": (_part("preprocessing", channels=0), "'channels' cannot be 0"),
    "scale of nothing": (_part("preprocessing", pixel_scale=0), "'pixel_scale' cannot be 0"),
    "scale infinite": (_part("preprocessing", pixel_scale=float("inf")), "cannot be inf"),
    "beam a list": (_part("preprocessing", beam=[5.4]), "'beam' cannot be [5.4]"),
    "clip not a number": (_part("preprocessing", clip_sigma=float("nan")), "cannot be nan"),
    "softening of zero": (_part("preprocessing", softening=0.0), "'softening' cannot be 0.0"),
    "unknown setting": (_part("preprocessing", colour=1), "unknown preprocessing setting"),
}


def _set(name: str, array: np.ndarray) -> Spoil:
    return lambda tensors, _: tensors.update({name: array})


def _nan(tensors: Tensors, _: Any) -> None:
    tensors[STEM][3, 0, 2, 2] = np.nan


def _negative_variance(tensors: Tensors, _: Any) -> None:
    tensors["network.stem.1.running_var"][:] = -1.0


TENSORS: dict[str, tuple[Spoil, str]] = {
    "none at all": (lambda tensors, _: tensors.clear(), "'centre' is missing"),
    "a part missing": (lambda tensors, _: tensors.pop(STEM), "'stem.0.weight' is missing"),
    "one too many": (_set("network.x", np.ones(2, np.float32)), "'x' belongs to no part"),
    "a foreign one": (_set("other", np.ones(2, np.float32)), "'other' belongs to no network"),
    "another shape": (_set(STEM, np.ones((2, 2), np.float32)), "has the shape (2, 2)"),
    "an empty one": (_set(STEM, np.ones((0, 1, 7, 7), np.float32)), "has the shape (0, 1, 7, 7)"),
    "whole numbers": (_set(STEM, np.ones((8, 1, 7, 7), np.int64)), "holds torch.int64"),
    "a NaN": (_nan, f"{STEM!r} holds NaN"),
    "an infinity": (_set("centre", np.full(64, np.inf, np.float32)), "'centre' holds NaN or inf"),
    "beyond float32": (_set("centre", np.full(64, 1e300)), "'centre' holds NaN or inf"),
    "a short centre": (_set("centre", np.zeros(63, np.float32)), "differ in width"),
    "a narrow whitening": (_set("whitening", np.eye(3, dtype=np.float32)), "of another width"),
    "a negative variance": (_negative_variance, "NaN or infinite values of an empty image"),
}


def test_the_file_that_is_spoilt_is_good(good: Path, tmp_path: Path) -> None:
    encoder = Encoder.load(_spoilt(good, tmp_path, lambda *_: None))
    assert encoder.dimension == 64


@pytest.mark.parametrize(("spoil", "says"), CARDS.values(), ids=CARDS)
def test_a_wrong_card_is_refused(good: Path, tmp_path: Path, spoil: Spoil, says: str) -> None:
    assert says in _refusal(_spoilt(good, tmp_path, spoil))


@pytest.mark.parametrize(("spoil", "says"), TENSORS.values(), ids=TENSORS)
def test_wrong_tensors_are_refused(good: Path, tmp_path: Path, spoil: Spoil, says: str) -> None:
    assert says in _refusal(_spoilt(good, tmp_path, spoil))


def test_numbers_that_numpy_has_not_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "half.safetensors"
    card = {"format": 1, "name": "a", "architecture": {}, "preprocessing": {}, "dimension": 1}
    tensors = {"centre": torch.zeros(1, dtype=torch.float8_e4m3fn)}
    save_torch_file(tensors, path, metadata={"radgalgui": json.dumps(card)})
    assert "cannot be read" in _refusal(path)


class _Planted:
    """Runs a command when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.trace}",)


def _zip(path: Path, good: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(good, "weights.safetensors")


def _checkpoint(path: Path, _: Path) -> None:
    torch.save({"state_dict": {}, "planted": _Planted(path.with_name("trace"))}, path)


def _deep_card(path: Path, _: Path) -> None:
    save_file({"a": np.ones(1)}, path, metadata={"radgalgui": "[" * 100_000})


FILES: dict[str, Callable[[Path, Path], object]] = {
    "missing": lambda _path, _good: None,
    "pickle": lambda path, _: path.write_bytes(pickle.dumps(_Planted(path.with_name("trace")))),
    "checkpoint": _checkpoint,
    "zip": _zip,
    "truncated": lambda path, good: path.write_bytes(good.read_bytes()[:9000]),
    "truncated header": lambda path, good: path.write_bytes(good.read_bytes()[:40]),
    "longer": lambda path, good: path.write_bytes(good.read_bytes() + bytes(100)),
    "random": lambda path, _: path.write_bytes(np.random.default_rng(0).bytes(5000)),
    "header beyond the file": lambda path, _: path.write_bytes(b"\0" * 7 + b'\x40{"a":1}'),
    "deep card": _deep_card,
    "folder": lambda path, _: path.mkdir(),
    "pipe": lambda path, _: os.mkfifo(path),
    "device": lambda path, _: path.symlink_to("/dev/zero"),
    "dangling link": lambda path, _: path.symlink_to(path.with_name("nowhere")),
    "loop": lambda path, _: path.symlink_to(path),
}


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "is not there"),
        ("pickle", "is a pickle"),
        ("checkpoint", "is a ZIP archive"),
        ("zip", "is a ZIP archive"),
        ("truncated", "not a safetensors file"),
        ("truncated header", "not a safetensors file"),
        ("longer", "not a safetensors file"),
        ("random", "not a safetensors file"),
        ("header beyond the file", "not a safetensors file"),
        ("deep card", "no RadGalGUI card"),
        ("folder", "is a folder"),
        ("pipe", "is a pipe or a device"),
        ("device", "is a pipe or a device"),
        ("dangling link", "is not there"),
        ("loop", "cannot be read"),
    ],
)
def test_what_is_no_weights_file_is_refused(
    good: Path, tmp_path: Path, kind: str, says: str
) -> None:
    path = tmp_path / "weights.safetensors"
    FILES[kind](path, good)
    assert says in _refusal(path)
    assert not (tmp_path / "trace").exists()


def test_a_path_that_no_system_has_is_refused() -> None:
    for path in ("weights\0.safetensors", "x" * 5000):
        with pytest.raises(WeightsError, match="cannot be read"):
            Encoder.load(path)


@pytest.mark.parametrize("seed", range(20))
def test_random_damage_never_gets_out_as_anything_else(
    good: Path, tmp_path: Path, seed: int
) -> None:
    """Overwrite bytes of the header at random: refused, or an encoder that works."""
    rng = np.random.default_rng(seed)
    held = bytearray(good.read_bytes())
    length = int.from_bytes(held[:8], "little")
    for at in rng.integers(0 if seed % 5 == 0 else 8, 8 + length, 3):
        held[at] = rng.integers(32, 127)
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(held)
    message = ""
    try:
        vector = Encoder.load(path).embed(np.zeros((1, 1, 64, 64), np.float32))
    except (WeightsError, UsageError) as error:
        message = str(error)
    assert "\n" not in message
    assert message or np.isfinite(vector).all()


def test_a_network_of_absurd_size_takes_no_memory(good: Path, tmp_path: Path) -> None:
    """Each would take 60 GB or more; the process may take 1 GB on top of what imports take."""
    options: list[dict[str, Any]] = [
        {"width": 1e9}, {"width": 1e4}, {"channels": 10**12}, {"output": 10**12},
        {"stem_kernel": 10**6 + 1},
    ]  # fmt: skip
    paths = []
    for number, option in enumerate(options):
        (tmp_path / str(number)).mkdir()
        path = _spoilt(good, tmp_path / str(number), _part("architecture", **option))
        paths.append(str(path))
    code = f"""
import resource
from radgalgui.errors import WeightsError
from radgalgui.models.encoder import Encoder
Encoder.load({str(good)!r})
taken = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 2**30,) * 2)
for path in {paths!r}:
    try:
        Encoder.load(path)
    except WeightsError as error:
        print(error)
Encoder.load({str(good)!r})
"""
    one = {"OMP_NUM_THREADS": "1"}  # each thread, of which a machine may have many, takes some
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **one},
        check=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(paths)
    assert all(line.startswith(path) for line, path in zip(lines, paths, strict=True))


def test_laying_out_a_network_draws_no_random_numbers(good: Path) -> None:
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    Encoder.load(good)
    torch.testing.assert_close(torch.rand(4), expected, rtol=0, atol=0)


def test_a_catalogue_is_not_begun_with_bad_weights(good: Path, tmp_path: Path) -> None:
    images = np.zeros((2, 1, 64, 64), np.uint8)
    columns = {"name": np.array(["a", "b"]), "ra": np.zeros(2), "dec": np.zeros(2)}
    out, eyes = tmp_path / "catalogue", Preprocessing()
    for size, kind, says in ((0, WeightsError, "'size' cannot be 0"), (32, CatalogError, "wants")):
        bad = {"small": _spoilt(good, tmp_path, _part("preprocessing", size=size))}
        with pytest.raises(kind, match=says):
            build_from_arrays(out, images, columns, preprocessing=eyes, title="t", encoders=bad)
        assert not out.exists()

"""Classes by an encoder and labelled images of one's own, in three bands."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from astropy.io import fits

from radgalgui.entry import main
from radgalgui.models import registry
from radgalgui.models.encoder import pack
from radgalgui.models.weights import save_weights
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import example_path

SIDE = 64


def galaxy(rng: np.random.Generator, *, double: bool) -> np.ndarray:
    """Return one blob or two in three bands, (3, S, S)."""
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    angle, apart = rng.uniform(0, np.pi), 12 if double else 0
    plane = sum(
        np.exp(-((x - s * apart * np.cos(angle)) ** 2 + (y - s * apart * np.sin(angle)) ** 2) / 40)
        for s in (-1, 1)
    )
    return np.stack([plane, 0.7 * plane, 0.4 * plane]).astype(np.float32)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an encoder of three bands, labelled images, and a cube to be told."""
    folder, rng = tmp_path_factory.mktemp("own"), np.random.default_rng(0)
    architecture = {"name": "resnet", "width": 0.125, "channels": 3}
    torch.manual_seed(0)
    network = registry.build(architecture)
    card = {
        "name": "optical",
        "architecture": architecture,
        "preprocessing": Preprocessing(channels=3, clip_sigma=0.0, beam=0.0).to_dict(),
        "dimension": network.dimension,
    }
    tensors = pack(network, centre=np.zeros(network.dimension))
    save_weights(folder / "optical.safetensors", tensors, card)
    images = np.stack([galaxy(rng, double=bool(k % 2)) for k in range(60)])
    labels = np.asarray(["single", "double"])[np.arange(60) % 2]
    groups = np.r_[np.arange(58), 0, 1]
    np.savez(folder / "mine.npz", images=images, labels=labels, groups=groups)
    header = fits.Header(
        {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 30.0}
        | {"CRPIX1": SIDE / 2 + 1, "CRPIX2": SIDE / 2 + 1, "CDELT1": -0.0005, "CDELT2": 0.0005}
    )
    cube = galaxy(rng, double=True) + rng.normal(0, 1e-3, (3, SIDE, SIDE)).astype(np.float32)
    fits.writeto(folder / "cube.fits", cube, header)
    return folder


def test_a_cube_is_told_by_an_encoder_and_images_of_ones_own(own: Path, capsys) -> None:
    command = ["classify", own / "cube.fits", "--encoder", own / "optical.safetensors"]
    command += ["--labels", own / "mine.npz", "--csv", "-"]
    assert main([str(word) for word in command]) == 0
    captured = capsys.readouterr()
    rows = list(csv.DictReader(captured.out.splitlines()))
    assert [row["classifier"] for row in rows][:-1] == ["knn", "rf", "svc", "lr", "grad", "ext"]
    assert {row["encoder"] for row in rows} == {"optical"}
    assert {row["label_set"] for row in rows} == {"mine"}
    assert rows[-1]["class"] == "double"
    assert float(rows[-1]["probability_double"]) > 0.6
    assert "3 planes were taken for the encoder's 3 bands" in captured.err


def test_images_of_one_source_are_learned_from_once(own: Path, capsys) -> None:
    command = ["classify", own / "cube.fits", "--encoder", own / "optical.safetensors"]
    command += ["--labels", own / "mine.npz", "--classifier", "knn"]
    assert main([str(word) for word in command]) == 0
    assert "learned from 58 sources of mine, seen by optical" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{own}/cube.fits", "--encoder", "{own}/optical.safetensors"], "give labelled images"),
        (["{own}/cube.fits", "--labels", "{own}/mine.npz"], "images have 3 bands, and the network"),
        (["{own}/cube.fits", "--labels", "{own}/gone.npz"], "gone.npz"),
        (["{own}/cube.fits", "--encoder", "{own}/gone.safetensors"], "gone.safetensors"),
        (
            ["{example}", "--encoder", "{own}/optical.safetensors", "--labels", "{own}/mine.npz"],
            "the encoder takes 3 bands",
        ),
    ],
)
def test_what_does_not_fit_together_is_told_in_a_line(
    own: Path, arguments: list[str], words: str, capsys
) -> None:
    typed = [word.format(own=own, example=example_path()) for word in arguments]
    assert main(["classify", *typed]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line

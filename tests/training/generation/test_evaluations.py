"""The whole measurement of networks that draw, on small networks and made-up fields."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from astropy.io import fits

from radgalgui.entry import main
from radgalgui.errors import DataError, UsageError
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.weights import save_weights
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import simulate
from radgalgui_training.generation.reconstruction import evaluate_reconstruction
from radgalgui_training.generation.reconstruction_page import reconstruction_page
from radgalgui_training.generation.samples import evaluate_samples
from radgalgui_training.generation.samples_page import samples_page

_EYES = Preprocessing(size=16, pixel_scale=2.7, survey_scale=1.8)
_NETWORKS: dict[str, dict[str, Any]] = {
    "deep": {
        "name": "vdvae", "resolutions": [16, 8, 4, 1], "widths": [4, 4, 8, 8],
        "encoder_blocks": [1, 1, 1, 1], "decoder_blocks": [1, 1, 1, 1], "latents": [2, 2, 2, 6],
        "conditioned": True,
    },
    "plain": {"name": "vae", "size": 16, "widths": [4, 8, 8], "latent": 6},
    "eye": {"name": "resnet", "width": 0.125},
}  # fmt: skip


def _weights(folder: Path, name: str, **data: Any) -> Path:
    torch.manual_seed(0)
    network = registry.build(_NETWORKS[name])
    card = {
        "name": name,
        "architecture": _NETWORKS[name],
        "preprocessing": _EYES.to_dict(),
        "dimension": network.dimension,
        "recipe": {"data": {"side": 32, "simulated": 40, "held_out": 0.6, **data}},
    }
    path = folder / "weights" / f"{name}.safetensors"
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with made-up FIRST fields, a made-up RGD, and weights."""
    root = tmp_path_factory.mktemp("published")
    (root / "first_fields").mkdir()
    (root / "rgd").mkdir()
    drawn = simulate(12, seed=5, size=100, pixel_scale=1.8)
    for number, image in enumerate(drawn.images):
        ra = 150.0 + number
        header = fits.Header({
            "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": ra, "CRVAL2": 30.0,
            "CRPIX1": 50.5, "CRPIX2": 50.5, "CDELT1": -5e-4, "CDELT2": 5e-4,
        })  # fmt: skip
        name = f"100_{ra:07.3f}+030.000_0.1000_0040.00.fits.fz"
        fits.CompImageHDU(image.astype(np.float32), header).writeto(root / "first_fields" / name)
    rng = np.random.default_rng(0)
    with h5py.File(root / "rgd" / "galaxy_data_h5.h5", "w") as file:
        for number in range(40):
            group = file.create_group(f"data_{number}")
            pixels = np.zeros((300, 300), np.uint8)
            pixels[145:155, 140 : 150 + number] = rng.integers(50, 255, (10, 10 + number))
            group["Img"], group["Label_literature"] = pixels, float(number % 4)
            group["Split_literature"] = "train"
            group["Img"].attrs.update(RA=10.0 + number, DEC=-30.0)
    for name in _NETWORKS:
        _weights(root, name)
    return root


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def _load(folder: Path, name: str) -> Encoder:
    return Encoder.load(folder / "weights" / f"{name}.safetensors")


def test_reconstructions_are_measured_and_told(folder: Path, cache: Path) -> None:
    deep, plain = _load(folder, "deep"), _load(folder, "plain")
    report = evaluate_reconstruction(folder, deep, [plain, plain], cache=cache, draws=50)
    assert 3 <= report.sources <= 11  # of 12 fields, those held out
    names = [model.drawer.name for model in report.models]
    assert names == ["deep", "plain", "plain (2)", "pca-39"]
    assert report.taught == {"simulated": 40}
    pca, untaught = report.models[-1], report.models[0]
    assert pca.psnr.value > untaught.psnr.value
    assert pca.chi_square.value < untaught.chi_square.value
    assert 0 <= pca.invented.value <= pca.invented.high < 1
    assert pca.psnr.low <= pca.psnr.value <= pca.psnr.high
    against_pca = report.comparisons[-1]
    assert against_pca.psnr.value == pytest.approx(untaught.psnr.value - pca.psnr.value)
    assert against_pca.chi_square.value > 1
    assert against_pca.better["psnr"] < 0.5
    same = report.comparisons[0:2]
    assert same[0].psnr == same[1].psnr
    assert [layer.resolution for layer in report.latents["deep"]["taught"].layers] == [1, 4, 8, 16]
    assert "3 and 8 times the noise deep keeps" in report.sentence
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    page = reconstruction_page(told)
    assert page.count("<svg") == 3
    assert f"{pca.psnr.value:.2f}" in page
    assert not re.search(r"\bnan\b", page, flags=re.IGNORECASE)


def test_samples_are_measured_and_told(folder: Path, cache: Path) -> None:
    deep, plain, eye = (_load(folder, name) for name in ("deep", "plain", "eye"))
    report = evaluate_samples(folder, deep, [plain], spaces=[eye], cache=cache, count=10)
    names = [each.drawer.name for each in report.sets]
    assert names == ["deep", "deep, told sizes", "plain", "pca", "simulator", "training images"]
    assert [each.count for each in report.sets] == [10, 10, 10, 10, 10, 40]
    assert all(each.distances["eye"].value > 0 for each in report.sets)
    assert report.real.size.ks < 0.5 < report.real.size.median
    assert [bias.name for bias in report.biases] == names
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert len(told["sets"][0]["size"]["quantiles"]) == 21
    page = samples_page(told)
    assert page.count("<svg") >= 3
    assert "told sizes" in page
    assert not re.search(r"\bnan\b", page, flags=re.IGNORECASE)
    again = evaluate_samples(folder, deep, [plain], spaces=[eye], cache=cache, count=10)
    assert again.to_dict() == report.to_dict()


def test_what_cannot_be_compared_is_refused(folder: Path, cache: Path, tmp_path: Path) -> None:
    deep, eye = _load(folder, "deep"), _load(folder, "eye")
    taught_all = Encoder.load(_weights(tmp_path, "plain", held_out=0.0))
    with pytest.raises(UsageError, match="held no FIRST fields out"):
        evaluate_reconstruction(folder, taught_all, cache=cache)
    taught_more = Encoder.load(_weights(tmp_path, "plain", held_out=0.3))
    with pytest.raises(UsageError, match="'plain' was taught fields that 'deep' held out"):
        evaluate_reconstruction(folder, deep, [taught_more], cache=cache)
    with pytest.raises(UsageError, match="cannot draw"):
        evaluate_samples(folder, eye, spaces=[eye], cache=cache)
    with pytest.raises(UsageError, match="no encoder in whose vectors"):
        evaluate_samples(folder, deep, spaces=[], cache=cache)
    with pytest.raises(DataError, match="held out"):
        evaluate_reconstruction(tmp_path, deep, cache=cache)


def test_the_command_prints_writes_and_reports(
    folder: Path,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("radgalgui_resources.path", folder.joinpath)
    out, page = tmp_path / "out.json", tmp_path / "out.html"
    weights = [str(folder / "weights" / f"{name}.safetensors") for name in ("deep", "plain")]
    shared = ["--root", str(folder), "--encoder", weights[0], "--against", weights[1]]
    shared += ["--cache", str(cache), "--json", str(out), "--html", str(page)]
    for what, words in (
        ("reconstruction", "components of the vector active"),
        ("samples", "rank correlation"),
    ):
        assert main(["evaluate", what, *shared, "--samples", "100"]) == 0
        printed = capsys.readouterr().out
        assert words in printed
        assert "plain" in printed
        assert json.loads(out.read_text())["kind"] == what
        assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["samples", "--samples", "5"], "--samples 5 are too few"),
        (["samples", "--temperature", "nan"], "--temperature nan is out of range"),
        (["reconstruction", "--json", "no/such/out.json"], "there is no folder"),
        (["reconstruction", "--update"], "no report to update"),
        (["reconstruction", "--cache", "a-file"], "--cache a-file: is no folder"),
        (["reconstruction", "--encoder", "none.safetensors"], "none.safetensors"),
        (["rgd", "--against", "vae.safetensors"], "nothing is drawn in 'rgd'"),
    ],
)
def test_mistakes_are_told_in_a_line(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-file").touch()
    assert main(["evaluate", *arguments, "--root", "."]) == 2
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert words in told

"""What a build can be asked for: encoders and devices, without torch."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from radgalgui.jobs.survey import offers
from radgalgui.jobs.survey.effort import effort
from radgalgui.jobs.survey.offers import EncoderOffer, device_offers, encoder_offers
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import FIRST_ENCODER, weights_path

bundled = pytest.mark.skipif(
    not weights_path(FIRST_ENCODER).is_file(), reason="the bundled weights are not here"
)


@bundled
def test_the_best_encoder_comes_first_and_a_broken_one_says_why(tmp_path, monkeypatch):
    mine, broken = tmp_path / "mine.safetensors", tmp_path / "broken.safetensors"
    shutil.copy(weights_path(FIRST_ENCODER), mine)
    broken.write_bytes(b"PK\x03\x04 and so on")
    found = {"broken": broken, FIRST_ENCODER: weights_path(FIRST_ENCODER), "mine": mine}
    monkeypatch.setattr(offers, "encoders", lambda: found)
    first, second, third = encoder_offers()
    assert (first.name, first.bundled, first.problem) == (FIRST_ENCODER, True, "")
    assert first.preprocessing is not None
    assert first.dimension > 0
    assert second.preprocessing is None
    assert "broken.safetensors" in second.problem
    assert (third.name, third.bundled) == ("mine", False)
    assert third.preprocessing == first.preprocessing


def test_cards_are_named_by_their_driver(tmp_path, monkeypatch):
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA Fast'\necho 'NVIDIA Slow'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(offers, "_PATIENCE", 300.0)
    monkeypatch.setattr(offers.platform, "system", lambda: "Linux")
    assert device_offers() == [
        ("auto", "automatic (NVIDIA Fast)"),
        ("cuda:0", "NVIDIA Fast"),
        ("cuda:1", "NVIDIA Slow"),
        ("cpu", "the processor"),
    ]


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 9\n", "no program"])
def test_a_driver_that_does_not_answer_means_no_card(tmp_path, monkeypatch, text):
    program = tmp_path / "nvidia-smi"
    program.write_text(text)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(offers.platform, "system", lambda: "Linux")
    assert device_offers() == [("auto", "automatic (the processor)"), ("cpu", "the processor")]


def test_nothing_of_it_loads_torch():
    code = "import sys, radgalgui.jobs.survey.effort; print('torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_the_effort_is_made_of_cutting_embedding_and_laying_out():
    eyes = Preprocessing(pixel_scale=2.7)
    plain = EncoderOffer("plain", weights_path("plain"), eyes, 256)
    drawing = EncoderOffer("drawing", weights_path("drawing"), eyes, 256, draws=True)
    alone = effort(10_000, [plain], threads=1, cutting=1e-6, maps=False)
    other = effort(10_000, [drawing], threads=1, cutting=1e-6, maps=False)
    none = effort(10_000, [], threads=1, cutting=1e-6)
    assert (other.seconds - none.seconds) > 2 * (alone.seconds - none.seconds) > 0
    slow = effort(10_000, [plain], threads=1, cutting=1.0, maps=False)
    assert slow.seconds - none.seconds == pytest.approx(10_000, rel=0.01)  # cutting hides the rest
    shared = effort(10_000, [plain], threads=1, cutting=1.0, cutters=4, maps=False)
    assert shared.seconds - none.seconds == pytest.approx(2_500 + 14, rel=0.01)
    assert effort(0, [plain], maps=False).size == 0

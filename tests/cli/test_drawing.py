"""Reconstruct, sample, walk and traverse from the terminal: files, numbers, and plain refusals."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from radgalgui.cli.drawing import ready_folder
from radgalgui.entry import main
from radgalgui.errors import UsageError
from radgalgui.jobs.reconstruct import COLUMNS
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import example_path

EYES = Preprocessing(pixel_scale=2.7, survey_scale=1.8)


@pytest.fixture
def run(drawing_weights, tmp_path, monkeypatch, capsys):
    """Return what runs a command with the small generator, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, encoder: object = drawing_weights) -> tuple[int, str, str]:
        status = main([*map(str, arguments), "--encoder", str(encoder)])
        return status, *capsys.readouterr()

    return run


def plane(path: Path) -> np.ndarray:
    return fits.getdata(path)


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open(encoding="utf-8")))


def test_a_reconstruction_is_three_files_and_a_line(run, tmp_path):
    status, out, err = run("reconstruct", example_path(), "--out", "made", "--csv", "all.csv")
    assert (status, err) == (0, "")
    assert out.startswith("simulated-frii: reduced chi-square ")
    made = tmp_path / "made"
    seen, drawn, missed = (
        made / f"simulated-frii-{what}.fits" for what in ("input", "reconstruction", "residual")
    )
    assert sorted(made.iterdir()) == sorted([seen, drawn, missed])
    cutout = make_cutout(read_image(example_path()), EYES)
    np.testing.assert_array_equal(plane(seen), cutout.seen[0])
    assert 0 <= plane(drawn).min() <= plane(drawn).max() <= 1
    sky = EYES.unstretch(plane(drawn)) * np.nanmax(cutout.data)
    np.testing.assert_allclose(
        plane(missed), (cutout.data[0] - sky) / cutout.noise, rtol=1e-4, atol=1e-3
    )
    assert read_image(missed).pixel_to_sky(31.5, 31.5).ra == pytest.approx(cutout.position.ra)
    (row,) = rows_of(tmp_path / "all.csv")
    assert tuple(row) == COLUMNS
    assert float(row["chi_square"]) == pytest.approx(np.square(plane(missed)).mean(), rel=1e-4)
    assert row["residual"] == missed.name


def test_images_of_one_name_do_not_overwrite_each_other(run, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.fits").write_bytes(example_path().read_bytes())
    status, out, _ = run("reconstruct", "a", "b", "--out", "made", "--csv", "-")
    assert status == 0
    assert [row["query"] for row in csv.DictReader(out.splitlines())] == ["same", "same-2"]
    assert len(list((tmp_path / "made").iterdir())) == 6


def test_one_bad_image_stops_no_other(run, tmp_path, make_sky):
    fits.writeto(tmp_path / "blank.fits", np.full((80, 80), np.nan, np.float32))
    (tmp_path / "text.fits").write_text("no image")
    files = ["blank.fits", "text.fits", example_path(), "missing.fits"]
    status, out, err = run("reconstruct", *files, "--out", "made")
    assert status == 2
    assert len(out.splitlines()) == 1
    assert len(err.splitlines()) == 3
    assert all(name in err for name in ("blank.fits", "text.fits", "missing.fits"))
    assert len(list((tmp_path / "made").iterdir())) == 3


def test_of_a_cube_the_first_plane_is_drawn_and_that_is_said(run, tmp_path, make_sky):
    sky = make_sky.sky((150, 150))
    fits.writeto(tmp_path / "cube.fits", np.stack([sky, 0 * sky, sky]))
    status, out, err = run("reconstruct", "cube.fits", "--out", "made")
    assert (status, len(out.splitlines())) == (0, 1)
    assert "planes" in err


def test_without_noise_there_is_no_chi_square(run, tmp_path, make_sky):
    sky = make_sky.sky((150, 150))
    fits.writeto(tmp_path / "clean.fits", np.where(sky > 1e-3, sky, 0))
    status, out, _ = run("reconstruct", "clean.fits", "--out", "made", "--csv", "clean.csv")
    assert status == 0
    assert "the noise is not known" in out
    assert fits.getheader(tmp_path / "made" / "clean-residual.fits")["BUNIT"] == "peak"
    (row,) = rows_of(tmp_path / "clean.csv")
    assert (row["chi_square"], row["noise_known"]) == ("", "False")


def test_samples_are_files_a_sheet_and_a_table(run, tmp_path):
    status, out, err = run("sample", "--n", 5, "--seed", 9, "--out", "new/folder")
    assert (status, err) == (0, "")
    assert "5 drawn galaxies" in out
    folder = tmp_path / "new" / "folder"
    names = [f"sample-{number:03}.fits" for number in range(5)]
    expected = sorted([*names, "contact-sheet.png", "samples.csv"])
    assert sorted(path.name for path in folder.iterdir()) == expected
    assert (folder / "contact-sheet.png").read_bytes().startswith(b"\x89PNG")
    assert [row["file"] for row in rows_of(folder / "samples.csv")] == names
    assert "seed 9, number 3" in " ".join(str(fits.getheader(folder / names[3])["HISTORY"]).split())


def test_the_same_seed_gives_the_same_galaxies_however_many(run, tmp_path):
    run("sample", "--n", 3, "--out", "few")
    run("sample", "--n", 6, "--out", "many")
    run("sample", "--n", 3, "--seed", 1, "--out", "others")
    for number in range(3):
        name = f"sample-{number:03}.fits"
        few, many, others = (tmp_path / f / name for f in ("few", "many", "others"))
        np.testing.assert_array_equal(plane(few), plane(many))
        assert not np.array_equal(plane(few), plane(others))


def test_galaxies_are_drawn_around_one_into_a_folder_that_is_there(run, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "sample-000.fits").write_text("old")
    around = ["--around", example_path(), "--keep", 6, "--n", 2, "--out", "there"]
    status, _, _ = run("sample", *around)
    assert status == 0
    first, second = (plane(tmp_path / "there" / f"sample-00{k}.fits") for k in range(2))
    np.testing.assert_array_equal(first, second)  # with all kept there is nothing to draw


def test_a_walk_is_files_a_strip_and_its_neighbours(run, tmp_path):
    other = tmp_path / "other.fits"
    header = fits.getheader(example_path())
    fits.writeto(other, np.rot90(fits.getdata(example_path())), header)
    status, out, err = run("walk", example_path(), other, "--steps", 4, "--out", "way")
    assert (status, err) == (0, "")
    names = [f"walk-00{step}.fits" for step in range(4)]
    expected = sorted([*names, "film-strip.png", "walk.csv"])
    assert sorted(path.name for path in (tmp_path / "way").iterdir()) == expected
    rows = rows_of(tmp_path / "way" / "walk.csv")
    assert [float(row["fraction"]) for row in rows] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert all(row["nearest"].startswith("SIMJ") for row in rows)
    assert rows[0]["nearest"] in out


def test_a_traversal_is_files_and_a_strip(run, tmp_path):
    status, out, _ = run(
        "traverse", example_path(), "--component", 3, "--steps", 5, "--span", 2, "--out", "way"
    )
    assert status == 0
    assert "component 3 from -2 to +2" in out
    assert len(list((tmp_path / "way").glob("traverse-*.fits"))) == 5
    assert (tmp_path / "way" / "film-strip.png").is_file()
    assert "at -2.000" in str(fits.getheader(tmp_path / "way" / "traverse-000.fits")["HISTORY"])


def test_components_are_named_by_number_or_importance(run, tmp_path):
    for word, component in (("top", 0), ("top:3", 2), ("15", 15)):
        status, out, _ = run("traverse", example_path(), "--component", word, "--out", "w")
        assert (status, f"of component {component} " in out) == (0, True)


FILE = str(example_path())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["reconstruct", "missing.fits", "--out", "o"], "missing.fits"),
        (["reconstruct", FILE], "--out"),
        (["reconstruct", FILE, "--out", "o", "--csv", "nowhere/a.csv"], "'nowhere'"),
        (["reconstruct", FILE, "--out", "o", "--position", "north"], "north"),
        (["reconstruct", FILE, "--out", "file"], "cannot be made"),
        (["sample", "--n", "0", "--out", "o"], "--n 0"),
        (["sample", "--keep", "3", "--out", "o"], "--around"),
        (["sample", "--position", "1 2", "--out", "o"], "--around"),
        (["sample", "--temperature", "9", "--out", "o"], "temperature"),
        (["sample", "--seed", "-1", "--out", "o"], "seed"),
        (["sample", "--angular-size", "9999", "--out", "o"], "9999 arcsec"),
        (["sample", "--around", FILE, "--keep", "9", "--out", "o"], "keep 0 to 6"),
        (["sample", "--around", "missing.fits", "--out", "o"], "missing.fits"),
        (["sample", "--out", "file/below"], "cannot be made"),
        (["walk", FILE, "--out", "o"], "B"),
        (["walk", FILE, FILE, "--steps", "1", "--out", "o"], "--steps 1"),
        (["walk", FILE, "missing.fits", "--out", "o"], "missing.fits"),
        (["walk", FILE, FILE, "--out", "o", "--catalog", "nowhere"], "nowhere"),
        (["walk", FILE, FILE, "--out", "o", "--nearest-by", "nosuch"], "nosuch"),
        (["traverse", FILE, "--out", "o"], "--component"),
        (["traverse", FILE, "--component", "x", "--out", "o"], "--component x"),
        (["traverse", FILE, "--component", "top:0", "--out", "o"], "--component top:0"),
        (["traverse", FILE, "--component", "top:99", "--out", "o"], "top:99"),
        (["traverse", FILE, "--component", "16", "--out", "o"], "choose 0 to 15"),
        (["traverse", FILE, "--component", "-3", "--out", "o"], "--component"),
        (["traverse", FILE, "--component", "1", "--span", "0", "--out", "o"], "span"),
        (["traverse", FILE, "--component", "1", "--steps", "999", "--out", "o"], "--steps 999"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(run, arguments, words, tmp_path):
    (tmp_path / "file").touch()
    status, out, err = run(*arguments)
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    assert words in err
    left = [path.name for path in tmp_path.iterdir()]
    assert left == ["file"] or "reconstruct" in arguments  # which makes its folder once for all


@pytest.mark.parametrize("command", ["reconstruct", "traverse"])
def test_weights_that_draw_nothing_are_refused_by_name(run, command, tmp_path, make_untaught):
    from radgalgui.models.encoder import pack
    from radgalgui.models.weights import save_weights

    network, card = make_untaught()
    save_weights(tmp_path / "other.safetensors", pack(network, centre=np.zeros(64)), card)
    (tmp_path / "bad.safetensors").write_bytes(b"nonsense")
    arguments = [command, FILE, "--out", "o"]
    arguments += ["--component", "1"] if command == "traverse" else []
    for encoder, words in (
        ("other.safetensors", "cannot draw galaxies"),
        ("bad.safetensors", "bad.safetensors"),
        ("./none.safetensors", "is not there"),
        ("nosuch", "nosuch"),
        ("simclr", "cannot draw galaxies"),
    ):
        status, out, err = run(*arguments, encoder=encoder)
        assert (status, out, len(err.splitlines())) == (2, "", 1)
        assert words in err


def test_a_folder_that_may_not_be_written_to_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(UsageError, match="nothing may be written there"):
        ready_folder(tmp_path)


@pytest.mark.parametrize("command", ["reconstruct", "sample", "walk", "traverse"])
def test_the_help_loads_neither_torch_nor_astropy(command):
    program = (
        "import sys; from radgalgui.entry import main; status = main([sys.argv[1], '--help']); "
        "sys.exit(status or bool({'torch', 'astropy', 'PySide6'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program, command], capture_output=True)
    assert done.returncode == 0
    assert b"usage: radgalgui" in done.stdout


@pytest.mark.real
def test_first_fields_are_reconstructed(run, shared_data, tmp_path):
    files = sorted((shared_data / "first_fields").glob("*.fits.fz"))[:3]
    if not files:
        pytest.skip("no FIRST fields are here")
    status, out, _ = run("reconstruct", *files, "--out", "made")
    assert (status, len(out.splitlines())) == (0, len(files))
    for path in (tmp_path / "made").glob("*-residual.fits"):
        cutout = read_image(path)
        assert cutout.data.shape == (64, 64)
        assert cutout.wcs is not None

"""The contracts of the house: who may import whom, what loads how fast, and what never grows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("radgalgui", "training/radgalgui_training", "resources/radgalgui_resources")


def _run(program: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_dependencies_point_one_way():
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(argument):
    loaded = _run(
        "import sys; from radgalgui.entry import main;"
        f"main([{argument!r}]); print(' '.join(sys.modules), file=sys.stdout)"
    )
    heavy = {"torch", "numpy", "astropy", "PySide6", "pyarrow", "sklearn"}
    assert not heavy & set(loaded.splitlines()[-1].split())


def test_the_window_module_loads_no_torch():
    loaded = set(_run("import sys, radgalgui.gui.app; print(' '.join(sys.modules))").split())
    assert not {"torch", "sklearn", "lightly", "umap", "radgalgui_training"} & loaded


@pytest.mark.parametrize("layer", ["sky", "models", "analysis", "catalog", "jobs"])
def test_everything_below_the_window_imports_without_qt(layer):
    """Import every module of the layer in a process where Qt cannot be imported."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "radgalgui" / layer).rglob("*.py"))
    ]
    blocked = "import sys; sys.modules['PySide6'] = None; sys.modules['pyqtgraph'] = None;"
    assert modules
    _run(
        blocked + "import importlib;" + ";".join(f"importlib.import_module({m!r})" for m in modules)
    )


def test_no_module_is_over_400_lines():
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for package in (*PACKAGES, "tests")
        for path in (ROOT / package).rglob("*.py")
    }
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_resources_stay_small():
    sizes = [p.stat().st_size for p in (ROOT / "resources").rglob("*") if p.is_file()]
    assert max(sizes) < 45e6
    assert sum(sizes) < 200e6


def test_pyside_keeps_its_references_to_none():
    """PySide6 6.12.0 drops one reference to None a call on Python 3.10 and 3.11."""
    lost = _run(
        "import sys; from PySide6.QtCore import QObject; q = QObject();"
        "a = sys.getrefcount(None); [q.setObjectName('x') for _ in range(1000)];"
        "print(a - sys.getrefcount(None))"
    )
    assert int(lost) < 100


def test_no_pickle_is_read_outside_the_restricted_unpickler():
    offenders = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name != "pickles.py"
        and any(
            word in path.read_text(encoding="utf-8")
            for word in (
                "import pickle",
                "import joblib",
                "allow_pickle=True",
                "weights_only=False",
            )
        )
    ]
    assert offenders == []

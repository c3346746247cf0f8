"""A survey of one's own: minutes to a catalogue, speed and memory of embedding, and kills.

On a machine with other work the processor time tells more than the time on the wall.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.writer import CatalogWriter
from radgalgui_resources import catalog_path, weights_path
from tests.benchmarks.figures import Figure, shared_data

MANY, FEW = 100_000, 10_000
KILLS, STACKED = 20, 1300

# The bare network works in between, so that other work on the machine falls on both alike.
_EMBED = """
import json, time
from pathlib import Path
from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.survey import embed
from radgalgui.jobs.survey.unfinished import unfinished
from radgalgui.models.encoder import Encoder
from radgalgui.progress import unheard
from tests.benchmarks.bench_embedding import bare_network

path = Path({path!r})
encoder = Encoder.load({weights!r})
bare, spent, images, held = bare_network(encoder), [0.0, 0.0], 0, []

def clocks():
    return time.perf_counter(), time.process_time()

def progress(done, total, what=""):
    global images
    if done % 4096:
        return
    before = clocks()
    bare(some)
    after = clocks()
    images += len(some)
    for k in (0, 1):
        spent[k] += after[k] - before[k]
    lines = Path("/proc/self/status").read_text().splitlines()
    held.extend(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))

with Catalog.open(path) as catalog, unfinished(path, {{}}) as work:
    some = catalog.images[:1024]
    bare(some)
    began = clocks()
    embed._embed(work, catalog, encoder, None, progress, unheard, None)
    whole = [after - before for before, after in zip(began, clocks())]
    rates = [len(catalog) / (whole[k] - spent[k]) for k in (0, 1)]
    told = {{"rate": rates[0], "wall": rates[0] * spent[0] / images,
            "processor": rates[1] * spent[1] / images, "memory": max(held) * 1024 / 1e9}}
    work.finished = True
Path({out!r}).write_text(json.dumps(told))
"""


def measure() -> Iterator[Figure]:
    """Yield the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _real_fields(folder)
        yield from _many(folder)
        yield from _kills(folder)


def _real_fields(folder: Path) -> Iterator[Figure]:
    """Yield what 1,096 real fields take from the command to the catalogue."""
    data = shared_data()
    if data is None or not (data / "first_fields").is_dir():
        return
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    _radgalgui("catalog", "build", data / "first_fields", "--out", folder / "fields")
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with Catalog.open(folder / "fields") as catalog:
        count = len(catalog)
        maps = sum(len(catalog.maps(name)) for name in catalog.encoders)
    yield Figure(f"{count:,} real fields, {maps} maps: from the command", wall, "s", 240)
    yield Figure("  processor time", processor, "s", 480)  # two cores for four minutes


def _many(folder: Path) -> Iterator[Figure]:
    """Yield rate and memory of embedding simulated sources, against the bare network."""
    memory = {}
    for count in (FEW, MANY):
        path, out = folder / f"{count}", folder / f"{count}.json"
        _repeat(path, count)
        program = _EMBED.format(path=str(path), weights=str(weights_path("simclr")), out=str(out))
        subprocess.run([sys.executable, "-c", program], check=True, env=_environment())
        told = json.loads(out.read_text())
        memory[count] = told["memory"]
        shutil.rmtree(path)
    yield Figure(f"{MANY:,} sources embedded", told["rate"], "/s")
    words = "  rate over that of the bare network"
    yield Figure(words, told["wall"], "", 0.9, at_least=True)
    yield Figure(f"{words}, processor time", told["processor"], "", 0.9, at_least=True)
    yield Figure(f"  memory, {FEW:,} sources", memory[FEW], "GB")
    more = memory[MANY] - memory[FEW]
    yield Figure(f"  memory more for {MANY:,} sources", more, "GB", 0.05)


def _repeat(path: Path, count: int) -> None:
    """Write a catalogue that repeats the images of the bundled one."""
    with Catalog.open(catalog_path()) as bundled:
        images = np.rint(bundled.images[:2000] * 255).astype(np.uint8)
        eyes = bundled.manifest.preprocessing
    with CatalogWriter(path, eyes, title="Benchmark") as writer:
        for start in range(0, count, len(images)):
            names = [f"source {number}" for number in range(start, start + len(images))]
            nowhere = np.zeros(len(images))
            writer.append({"name": names, "ra": nowhere, "dec": nowhere}, images)


def _kills(folder: Path) -> Iterator[Figure]:
    """Yield how many builds end with the same bytes after a kill by SIGKILL at a random moment."""
    with Catalog.open(catalog_path()) as bundled:
        stack = bundled.images[:STACKED][:, 0]
    np.save(folder / "stack.npy", np.rint(stack * 255).astype(np.uint8))
    command = ["catalog", "build", folder / "stack.npy", "--no-map", "--events", "--resume"]
    command += ["--pixels", "ready", "--encoder", "simclr", "--encoder", "byol"]
    work = _until_killed([*command, "--out", folder / "whole"], None)
    wanted = _hashes(folder / "whole")
    same, seen, dice = 0, [], random.Random(7)
    for number in range(KILLS):
        out = folder / f"killed-{number}"
        left = out.with_name(f"{out.name}.unfinished")
        _until_killed([*command, "--out", out], dice.uniform(0, work))
        seen.append(_state(out, left))
        _until_killed([*command, "--out", out], None)
        same += _hashes(out) == wanted and not left.exists()
        shutil.rmtree(out)
    yield Figure("processor seconds of work after the imports", work, "s")
    yield Figure(f"of {KILLS} killed builds: the same bytes", same, "", KILLS, at_least=True)
    for state in sorted(set(seen)):
        yield Figure(f"  killed when {state}", seen.count(state), "")


def _state(out: Path, left: Path) -> str:
    """Return in words how far a killed build had come."""
    if out.exists():
        return "the catalogue was in its place"
    if (left / "catalog" / "manifest.json").exists():
        return "the catalogue was put together"
    state = left / "state.json"
    return f"{json.loads(state.read_text())['steps'] if state.exists() else 0} steps were done"


def _until_killed(arguments: list[object], after: float | None) -> float:
    """Run a command; kill it when it has computed so long since its first progress.

    Returns the seconds of processor time from there to the end.
    """
    with subprocess.Popen(
        _command(arguments), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if b'"Progress"' in line:
                break
        began = last = _processor_time(process.pid)
        while process.poll() is None:
            last = max(last, _processor_time(process.pid))
            if after is not None and last - began >= after:
                process.kill()
                break
            time.sleep(0.01)
    assert after is not None or process.returncode == 0, process.returncode
    return last - began


def _processor_time(pid: int) -> float:
    """Return the seconds that a process has computed, 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _hashes(path: Path) -> dict[str, str]:
    return {
        file.relative_to(path).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }


def _radgalgui(*arguments: object) -> None:
    subprocess.run(_command(list(arguments)), check=True, capture_output=True, env=_environment())


def _command(arguments: list[object]) -> list[str]:
    return [sys.executable, "-m", "radgalgui", *map(str, arguments)]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

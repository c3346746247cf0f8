"""Kill work on a catalogue by SIGKILL at many moments: ``python killed.py ORDERS``, as JSON.

Loads everything once and then forks, so that a kill costs tenths of a second.  A child ends just
before the n-th time that it opens, renames or removes a file of the catalogue's; so every
moment between two such steps can be tried, on a busy machine too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.likelihood.fit import judge_catalog
from radgalgui.jobs.survey import embed, gather, parts
from radgalgui.jobs.survey.build import build
from radgalgui.jobs.survey.change import append, remove
from radgalgui.jobs.survey.embed import embed_catalog
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Plan
from radgalgui_training.flows import fit
from radgalgui_training.flows.presets import PRESETS, Preset

EVENTS = {"open", "os.rename", "os.remove", "os.truncate", "os.mkdir", "os.rmdir"}
HEAVY = ("torch._subclasses", "torch.fx.experimental.sym_node", "radgalgui.models.encoder",
         "pyarrow.parquet", "h5py", "hnswlib", "sklearn.neighbors", "sklearn.ensemble",
         "radgalgui_training.flows.fit")  # fmt: skip
KILLED, DONE = -signal.SIGKILL, 0


def main() -> None:
    for name in HEAVY:  # once, before there are children; torch computes in these only
        import_module(name)
    gather.CHUNK, embed._CHUNK = 8, 8
    parts.umap_map = lambda vectors, **_: np.array(vectors[:, :2], dtype=np.float32)
    fit._EVERY = 0.0  # a flow is kept after every epoch
    PRESETS["bundled"] = Preset("bundled", blocks=1, hidden=8, members=2, epochs=1)
    told = json.loads(sys.argv[1])
    bases, orders = ([o for o in told if (o["folder"] is None) == first] for first in (True, False))
    for base in bases:
        assert attempt(base, Path(base["base"]), None) == DONE
    print(json.dumps({work["kind"]: kill_all(work) for work in orders}))


def kill_all(work: dict[str, Any]) -> dict[str, Any]:
    """Return how many moments there are, and what was wrong after those that were tried."""
    folder = Path(work["folder"])
    whole = folder / "whole" / "survey"
    prepare(work, whole)
    before = digest(whole) if whole.exists() else {}
    total = count_moments(work, whole)
    wanted = digest(whole)
    wrong = []
    for share in work["moments"]:
        moment = max(1, round(share * total))
        out = folder / f"try {len(list(folder.iterdir()))}, at {moment}" / "survey"
        prepare(work, out)
        if (status := attempt(work, out, moment)) != KILLED:
            wrong.append(f"at {moment}: ended with {status}")
        if state(out) not in (before, wanted):
            wrong.append(f"at {moment}: neither the old state nor the new")
        if (status := attempt(work, out, None, resume=True)) != DONE:
            wrong.append(f"at {moment}: did not go on ({status})")
        if state(out) != wanted:
            wrong.append(f"at {moment}: other bytes than without the kill")
        if left := [path.name for path in out.parent.iterdir() if path != out]:
            wrong.append(f"at {moment}: left {left}")
    return {"moments": total, "wrong": wrong}


def prepare(work: dict[str, Any], out: Path) -> None:
    """Put the catalogue in place that is to be changed."""
    out.parent.mkdir(parents=True)
    if work.get("base"):
        shutil.copytree(work["base"], out)


def count_moments(work: dict[str, Any], out: Path) -> int:
    """Do the work undisturbed; return in how many steps."""
    counted = out.parent.parent / "counted"
    status = attempt(work, out, None, counted=counted)
    assert status == DONE, status
    return int(counted.read_text())


def attempt(
    work: dict[str, Any],
    out: Path,
    moment: int | None,
    *,
    resume: bool = False,
    counted: Path | None = None,
) -> int:
    """Do the work in a child, killed before its step of that number; return how it ended."""
    child = os.fork()
    if child == 0:
        status = 3
        try:
            seen = watch(str(out.parent), moment)
            WORK[work["kind"]](work, out, resume)
            if counted is not None:
                counted.write_text(str(seen()))
            status = DONE
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def watch(folder: str, moment: int | None) -> Callable[[], int]:
    """Kill this process before its so manyth step; return what tells the number of steps."""
    steps = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal steps
        if event in EVENTS and str(arguments[0]).startswith(folder):
            steps += 1
            if steps == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return lambda: steps


def _plan(work: dict[str, Any]) -> Plan:
    return recognise([work["input"]]).plan.with_options(pixels="ready")


def _build(work: dict[str, Any], out: Path, resume: bool) -> None:
    build(_plan(work), out, encoders=work["encoders"], resume=resume)


def _append(work: dict[str, Any], out: Path, resume: bool) -> None:
    append(out, _plan(work), encoders=work["encoders"], resume=resume)


def _embed(work: dict[str, Any], out: Path, resume: bool) -> None:
    embed_catalog(out, work["weights"], resume=resume)


def _remove(work: dict[str, Any], out: Path, resume: bool) -> None:
    if work["remove"][0] in _names(out):  # it cannot be gone on with, but done again
        remove(out, work["remove"])
    for left in out.parent.glob(".*"):
        shutil.rmtree(left)  # is cleared away after a day


def _likelihood(_: dict[str, Any], out: Path, resume: bool) -> None:
    judge_catalog(out, "small", resume=resume)


def _names(path: Path) -> list[str]:
    with Catalog.open(path) as catalog:
        return list(catalog.names)


WORK = {"build": _build, "append": _append, "remove": _remove, "embed": _embed,
        "likelihood": _likelihood}  # fmt: skip


def state(path: Path) -> dict[str, str]:
    """Return what a catalogue holds, after a look that it fits together; {} if there is none."""
    if not path.exists():
        return {}
    with Catalog.open(path) as catalog:
        _ = catalog.images[0], catalog.names
    return digest(path)


def digest(path: Path) -> dict[str, str]:
    """Return the hashes of the files of a catalogue by what they are."""
    with Catalog.open(path) as catalog:
        manifest = catalog.manifest
        named = {"table": manifest.sources, "images": manifest.images, **manifest.papers}
        named |= {f"vectors {name}": part for name, part in manifest.vectors.items()}
        named |= {f"index {name}": part for name, part in manifest.indexes.items()}
        for name, maps in manifest.maps.items():
            named |= {f"map {name} {method}": part for method, part in maps.items()}
    files = {name: part.file for name, part in named.items()}
    for name, part in manifest.likelihoods.items():
        files |= {f"scores {name}": part.file, f"judge {name}": part.beside[0]}
    return {
        name: hashlib.sha256((path / file).read_bytes()).hexdigest()
        for name, file in files.items()
        if name != "history"  # tells the manifest before, in which files have other names
    }


if __name__ == "__main__":
    main()

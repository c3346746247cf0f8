"""A disk that fills up while work runs: it is said, in one sentence, wherever the jobs lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from radgalgui.cli.reporting import mended
from radgalgui.errors import UsageError
from radgalgui.jobs.work.ledger import Ledger, Record
from radgalgui.jobs.work.orders import Order
from radgalgui.jobs.work.reports import Began, Done, Failed
from radgalgui.jobs.work.worker import start

from .conftest import finished

# A command as all are: what is half written is removed when it fails, and the last words follow.
BUILDS = """
from argparse import Namespace
from pathlib import Path
from radgalgui.cli.reporting import reporting
from radgalgui.files import replaced_file
out = Path({out!r})
with reporting(Namespace(events=True, resume=False), out) as reporter:
    reporter.progress(1, 9, "writing")
    with replaced_file(out / "images.npy") as beside:
        beside.write_bytes(bytes({size}))
    reporter.done(out)
"""


@pytest.mark.parametrize("jobs_there_too", [False, True])
def test_work_says_that_the_disk_is_full(
    order_script: Callable[..., Record],
    ledger: Ledger,
    full_disk: Path,
    jobs_there_too: bool,
) -> None:
    if jobs_there_too:
        ledger.folder = full_disk / "jobs"
    (full_disk / "kept").write_bytes(b"what stood there before")
    record = order_script(BUILDS.format(out=str(full_disk), size=2_000_000), out=full_disk)
    worker = start(record, nice=0)
    told = finished(worker)
    assert isinstance(told[0], Began)
    assert isinstance(told[-1], Failed)
    assert worker.outcome is not None
    assert worker.outcome.text == (
        f"{full_disk}: the disk is full; make room on it, and go on with --resume."
    )
    assert record.fresh().state == "failed"
    assert (full_disk / "kept").read_bytes() == b"what stood there before"
    assert not (full_disk / "images.npy").exists()


def test_a_disk_so_full_that_nothing_can_be_said(
    order_script: Callable[..., Record], ledger: Ledger, full_disk: Path
) -> None:
    ledger.folder = full_disk / "jobs"
    script = f"""
with open({str(full_disk / "images.npy")!r}, "wb") as stream:
    while True: stream.write(bytes(4096)); stream.flush()
"""
    worker = start(order_script(script, out=full_disk / "new"), nice=0)
    assert finished(worker) == []
    assert worker.outcome is not None
    assert worker.outcome.how == "failed"
    assert "the disk is full, make room at" in worker.outcome.text
    assert str(full_disk) in worker.outcome.text
    (full_disk / "images.npy").unlink()  # room was made: the job is there, and goes on
    resumed = start(Ledger(ledger.folder).records()[0], resume=True, nice=0)
    resumed.terminate_now()
    finished(resumed)


def test_no_job_begins_on_a_full_disk(full_disk: Path) -> None:
    (full_disk / "images.npy").write_bytes(bytes(900_000))
    with pytest.raises(OSError, match="No space"):
        _fill(full_disk / "rest")
    order = Order("build", "Test", ["catalog"], full_disk, resumable=True)
    with pytest.raises(UsageError, match="the job cannot be noted down"):
        Ledger(full_disk / "jobs").create(order)
    assert Ledger(full_disk / "jobs").records() == []


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as stream:
        while True:
            stream.write(bytes(4096))


def test_reports_that_were_lost_are_no_harm(
    order_script: Callable[..., Record], ledger: Ledger, full_disk: Path
) -> None:
    """The jobs' disk is full for a while, that of the work is not."""
    ledger.folder = full_disk / "jobs"
    script = f"""
from argparse import Namespace
from pathlib import Path
from radgalgui.cli.reporting import reporting
filler = Path({str(full_disk / "filler")!r})
with reporting(Namespace(events=True), {str(full_disk.parent)!r}) as reporter:
    try:
        with filler.open("wb") as stream:
            while True: stream.write(bytes(1000)); stream.flush()
    except OSError: pass
    for i in range(2000): reporter.note("info", f"{{i}} is lost if it must be")
    filler.unlink()
    reporter.done("all")
"""
    worker = start(order_script(script), nice=0)
    told = finished(worker)
    assert isinstance(told[-1], Done)
    assert len(told) < 2000
    assert worker.outcome is not None
    assert worker.outcome.how == "done"


@pytest.mark.parametrize("library", ["numpy", "torch", "h5py", "safetensors", "pyarrow"])
def test_every_library_that_writes_is_understood(library: str, full_disk: Path) -> None:
    with pytest.raises(Exception, match=r".") as caught:  # in as many words as there are libraries
        _write(library, full_disk / "big")
    error = mended(caught.value, full_disk, resumable=True)
    assert str(error) == f"{full_disk}: the disk is full; make room on it, and go on with --resume."


def _write(library: str, path: Path) -> None:
    """Write more than there is room for."""
    import numpy as np

    numbers = np.random.default_rng(0).random(500_000)
    if library == "numpy":
        np.save(path, numbers)
    elif library == "torch":
        import torch

        torch.save({"numbers": torch.from_numpy(numbers)}, path)
    elif library == "h5py":
        import h5py

        with h5py.File(path, "w") as file:
            file["numbers"] = numbers
    elif library == "safetensors":
        from safetensors.numpy import save_file

        save_file({"numbers": numbers}, path)
    else:
        import pyarrow
        from pyarrow import parquet

        parquet.write_table(pyarrow.table({"numbers": numbers}), path, compression="none")

"""An intake that knows made-up data, and a board that runs nothing."""

from __future__ import annotations

import dataclasses
import math
import threading
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from radgalgui.errors import UsageError
from radgalgui.gui.work.job import Job
from radgalgui.jobs.survey.inputs import ColumnGuess, Recognised
from radgalgui.jobs.survey.offers import EncoderOffer
from radgalgui.jobs.survey.plan import Cut, Plan, Rejected, Row
from radgalgui.jobs.survey.preview import Preview
from radgalgui.jobs.work.ledger import Record
from radgalgui.sky.image import Note
from radgalgui.sky.preprocess import Preprocessing

EYES = Preprocessing(pixel_scale=2.7)
OTHER_EYES = Preprocessing(pixel_scale=1.8)


class FakeIntake:
    """Answers at once, unless ``held`` is cleared; remembers what was asked."""

    def __init__(self) -> None:
        self.held = threading.Event()
        self.held.set()
        self.asked: list[tuple] = []
        self.rejected: list[Rejected] = []
        self.count = 24
        self.warnings: list[str] = []
        self.note = "faint"
        self.columns = {"Name": "name", "RAJ2000": "ra", "DEJ2000": "dec", "Sint": None}

    def recognise(self, paths, table, columns):
        self.held.wait()
        self.asked.append(("recognise", [p.name for p in paths], table, dict(columns)))
        if any(path.name == "nothing" for path in paths):
            raise UsageError("holds no images", subject=paths[0], remedy="give another folder")
        table = table or next((p for p in paths if p.suffix == ".csv"), None)
        inputs = tuple(str(path) for path in paths)
        if table is None:
            rows = [{"name": f"field {i}", "path": f"/data/{i}.fits"} for i in range(5)]
            plan = Plan(inputs, "folder", title=paths[0].name)
            return Recognised("folder", self.count, f"{self.count} FITS images.", plan, [], rows)
        roles = {role: name for name, role in self.columns.items() if role} | columns
        roles = {role: name for role, name in roles.items() if name}
        if "ra" not in roles:
            raise UsageError("no column holds right ascensions", subject=table)
        plan = Plan(inputs, "mosaic", str(table), roles, title=Path(table).stem)
        guesses = [ColumnGuess(n, r, "deg" if r in ("ra", "dec") else "") for n, r in
                   self.columns.items()]  # fmt: skip
        rows = [{"Name": f"J{i}", "RAJ2000": f"{i}.5", "DEJ2000": "30", "Sint": "1.2"}
                for i in range(4)]  # fmt: skip
        return Recognised("mosaic", self.count, f"{self.count} positions.", plan, guesses, rows)

    def rows(self, plan, cancel):
        self.held.wait()
        self.asked.append(("rows", plan))
        bad = {row.number: row for row in self.rejected}
        for number in range(self.count):
            yield bad.get(number) or Row(number, f"field {number}")

    def preview(self, plan, preprocessing, *, count, seed, progress, cancel):
        self.held.wait()
        self.asked.append(("preview", plan, preprocessing, seed))
        cuts = []
        for number in range(min(count, self.count - len(self.rejected))):
            notes = (Note(self.note, "The source is faint."),) if number == 1 else ()
            seen = np.full((1, 64, 64), (number + 1) / 13, np.float32)
            size = math.nan if number == 2 else 20.0 + number
            cut = Cut(seen, seen, 180.0, 30.0, size, 50.0, 0.01, notes=notes)
            cuts.append((Row(number, f"field {number} of {seed}"), cut))
        return Preview(cuts, self.rejected[:3], self.warnings)

    def encoders(self):
        self.asked.append(("encoders",))
        mine = EncoderOffer("mine", Path("/w/mine"), OTHER_EYES, 128)
        broken = EncoderOffer("broken", Path("/w/broken"), None, problem="broken: is no file.")
        names = ("simclr", "byol")
        bundled = [EncoderOffer(n, Path(f"/w/{n}"), EYES, 256, bundled=True) for n in names]
        return [*bundled, mine, broken]

    def devices(self):
        return [("auto", "automatic (the processor)"), ("cpu", "the processor")]


class FakeBoard(QObject):
    """Takes orders, and lets a test say what becomes of them."""

    changed = Signal(str)
    ended = Signal(str, object)
    listed = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.jobs: dict[str, Job] = {}
        self.orders: list = []
        self.stopped: list[str] = []
        self.resumed: list[str] = []

    def start(self, order) -> str:
        key = f"job-{len(self.orders)}"
        self.orders.append(order)
        record = Record(key, order, self.folder, 0.0, None, "waiting")
        self.jobs[key] = Job(record, "running", read=True)
        self.listed.emit()
        return key

    def stop(self, key: str) -> None:
        self.stopped.append(key)

    def resume(self, key: str) -> None:
        self.resumed.append(key)

    def tell(self, report, state: str = "") -> None:
        """Let the newest job tell something."""
        key = f"job-{len(self.orders) - 1}"
        job = self.jobs[key]
        job.take(report)
        job.state = state or job.state
        job.record = dataclasses.replace(job.record, state=job.state)
        self.changed.emit(key)

"""A small job for tests: tells of a training that takes no time, and ends as it is asked to.

``small_job.py OUT EPOCHS END [HOLD] [--resume] --events``: it writes a line an epoch into
OUT/epochs.txt, and goes on from there with ``--resume``.  After the epoch HOLD it waits for a file
OUT/go, unless it is resumed.  END is done, fail, hang, quiet or full.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import time
from pathlib import Path


def tell(kind: str, **values: object) -> None:
    print(json.dumps({"kind": kind, "time": time.time(), **values}), flush=True)


def stop(*_: object) -> None:
    tell("Stopped")
    sys.exit(130)


def main() -> None:
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    out, epochs, end = Path(words[0]), int(words[1]), words[2]
    hold = int(words[3]) if len(words) > 3 else 0
    signal.signal(signal.SIGINT, stop)
    tell("Began", command=sys.argv, pid=os.getpid())
    tell("Device", text="CPU, 2 threads, 32-bit")
    out.mkdir(parents=True, exist_ok=True)
    kept = out / "epochs.txt"
    first = len(kept.read_text().split()) if "--resume" in sys.argv and kept.exists() else 0
    for epoch in range(first + 1, epochs + 1):
        train(epoch, epochs, kept)
        while epoch == hold and "--resume" not in sys.argv and not (out / "go").exists():
            time.sleep(0.02)
    finish(end, out)


def train(epoch: int, epochs: int, kept: Path) -> None:
    for step in range(1, 5):
        time.sleep(0.005)
        tell("Progress", done=4 * (epoch - 1) + step, total=4 * epochs, what=f"epoch {epoch}")
    values = {
        "loss": 4.2 * math.exp(-epoch / 9) + 0.6 + 0.05 * math.sin(5 * epoch),
        "learning_rate": 3e-4 * math.sin(math.pi * min(epoch / epochs, 0.98)),
        "images_per_second": 310 + 6 * math.sin(3 * epoch),
    }
    if epoch % 2 == 0:
        values["knn_accuracy"] = 0.86 - 0.35 * math.exp(-epoch / 8)
    with kept.open("a") as stream:  # before it is told: who hears of it may end the job
        stream.write(f"{epoch}\n")
    tell("Point", step=epoch, values=values)


def finish(end: str, out: Path) -> None:
    if end == "done":
        tell("Done", path=str(out), result={"sources": 12})
    elif end == "fail":
        tell("Note", level="warning", text="image 7 is empty and was left out")
        tell("Failed", message="there are fewer images than the recipe wants.")
        sys.exit(2)
    elif end == "hang":
        time.sleep(600)
    elif end == "quiet":
        print("Traceback (most recent call last):\nMemoryError", file=sys.stderr)
        sys.exit(1)
    elif end == "full":
        fill(out)


def fill(out: Path) -> None:
    """Write until the disk is full, as a catalogue does that is larger than its disk."""
    try:
        with (out / "images.npy").open("wb") as stream:
            for _ in range(64):
                stream.write(bytes(1 << 20))
                stream.flush()
    except OSError as error:
        tell("Failed", message=f"the disk is full: make room at {out} ({error.strerror}).")
        sys.exit(2)


main()

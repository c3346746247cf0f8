"""Run every benchmark, or those named, and print one table: ``python -m tests.benchmarks``.

Each module ``bench_*.py`` here has ``measure() -> Iterator[Figure]``.  The exit status is 1
if a target is missed, so that a script may watch it; no test does.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

from tests.benchmarks.figures import Figure

HERE = Path(__file__).parent


def main() -> int:
    names = sorted(path.stem for path in HERE.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--json", type=Path, metavar="OUT")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    figures: list[Figure] = []
    for name in names:
        if options.only and name not in options.only and name[6:] not in options.only:
            continue
        print(f"\n{name}")
        for figure in import_module(f"tests.benchmarks.{name}").measure():
            print(f"  {figure}", flush=True)
            figures.append(figure)
    if options.json:
        options.json.write_text(json.dumps([figure.__dict__ for figure in figures], indent=2))
    missed = [figure for figure in figures if not figure.met]
    print(f"\n{len(figures)} figures, {len(missed)} outside their target")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

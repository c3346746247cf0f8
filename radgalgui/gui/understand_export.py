"""What components hold as a file or as text: CSV, or JSON with everything that was told."""

from __future__ import annotations

import io
import json
from pathlib import Path

from radgalgui.files import replaced_file
from radgalgui.jobs.events import Understanding
from radgalgui.jobs.understood import COMPONENT_COLUMNS, component_rows, understanding_dict

__all__ = ["components_text", "export_components"]

COLUMNS = ("encoder", "column", *COMPONENT_COLUMNS)


def components_text(told: Understanding) -> str:
    """Return a row a component as CSV, by falling importance: what the command line writes."""
    from radgalgui.catalog.export import write_csv

    made = io.StringIO()
    named = {"encoder": told.encoder, "column": told.column}
    write_csv(made, COLUMNS, [{**named, **row} for row in component_rows(told)])
    return made.getvalue()


def export_components(path: Path, told: Understanding, catalog: str) -> None:
    """Write JSON where the file is called so, else CSV.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    if path.suffix.lower() == ".json":
        report = understanding_dict(told, catalog=catalog)
        text = json.dumps([report], indent=2, allow_nan=False) + "\n"
    else:
        text = components_text(told)
    with replaced_file(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="")

"""What recipes' fields are for, and the options of methods, read as text.

Importing a method imports torch, which a form in the window must not; and what a field is for
stands once, in the docstring of its class.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, create_model

from radgalgui.errors import RecipeError
from radgalgui_training.settings import Settings

__all__ = ["method_options", "parameter_help"]

_PROJECT: Final = "radgalgui"  # and radgalgui_training
_METHODS: Final = "radgalgui_training.methods"
_PLAIN: Final[dict[str, Any]] = {"int": int, "float": float, "bool": bool, "str": str}


@cache
def parameter_help(module: str, name: str) -> dict[str, str]:
    """Return what each parameter of a class is for, as its docstring says.

    Parameters
    ----------
    module, name : str
        The class; its module is read and not imported.

    Returns
    -------
    dict of str to str
        Sentences by the parameters' names, without markup; names that share an entry share its
        sentence, and what a class inherits is told where it comes from.  Empty where no
        docstring lists any.
    """
    found: dict[str, str] = {}
    for each in _lineage(module, name):
        found |= _listed(ast.get_docstring(each) or "")
    return found


@cache
def method_options(method: str) -> type[Settings]:
    """Return a model of the options of a method: those that are numbers, words or switches.

    The method's own ``Options`` holds more where a table stands in the table.

    Raises
    ------
    RecipeError
        If there is no such method.
    """
    fields: dict[str, Any] = {}
    lines = [line for each in _lineage(f"{_METHODS}.{method}", "Options") for line in each.body]
    for line in lines:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            kind = _kind(line.annotation)
            if kind is not None:
                fields[line.target.id] = (kind, _default(line.value))
    made: type[Settings] = create_model("Options", __base__=Settings, **fields)
    return made


def _lineage(module: str, name: str) -> Iterator[ast.ClassDef]:
    """Yield the classes of this project that a class is made of, itself last; none is imported."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise RecipeError(f"there is no {module.rpartition('.')[2]!r} to read about")
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    origins = {
        alias.name: line.module
        for line in tree.body
        if isinstance(line, ast.ImportFrom) and line.module
        for alias in line.names
    }
    made = next(each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == name)
    for base in made.bases:
        origin = origins.get(base.id, "") if isinstance(base, ast.Name) else ""
        if origin.startswith(_PROJECT):
            yield from _lineage(origin, ast.unparse(base))
    yield made


def _listed(docstring: str) -> dict[str, str]:
    """Return the sentences of a docstring's list of parameters, by name."""
    _, _, listed = docstring.partition("Parameters\n----------\n")
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", listed.partition("\n\n")[0]):
        head, _, body = entry.partition("\n")
        names = [each.strip() for each in head.partition(" : ")[0].split(",")]
        words = " ".join(body.split()).replace("``", "").replace("`", "")
        found |= dict.fromkeys(names, words)
    return found


def _kind(annotation: ast.expr) -> Any:
    """Return the type that an annotation names; None for one that no form has a field for."""
    if isinstance(annotation, ast.Name):
        return _PLAIN.get(annotation.id)
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal":
        return Literal[ast.literal_eval(annotation.slice)]
    return None


def _default(value: ast.expr | None) -> Any:
    """Return a field's default and bounds: ``Field(default=0.2, gt=0)``, or a plain value."""
    if value is None:
        return ...
    if isinstance(value, ast.Call):
        return Field(**{str(word.arg): ast.literal_eval(word.value) for word in value.keywords})
    return ast.literal_eval(value)

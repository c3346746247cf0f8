"""The base of all tables of a recipe, and one-sentence messages for what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from radgalgui.errors import RecipeError

__all__ = ["Settings", "faults", "near_match", "validated"]


_PLAIN = {
    "float": "this is no number",
    "int": "this is no whole number",
    "int_from_float": "this is no whole number",
    "extra_forbidden": "a recipe has no such value",
}


class Settings(BaseModel):
    """A table of a recipe: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Table = TypeVar("Table", bound=Settings)


def validated(
    table: type[Table], values: Mapping[str, Any], *, subject: str, prefix: str = ""
) -> Table:
    """Return a checked table.

    Parameters
    ----------
    table : type
        The table's model.
    values : mapping
        What the recipe says.
    subject : str
        The recipe, which leads the message.
    prefix : str
        The table's dotted key.

    Raises
    ------
    RecipeError
        About the first fault: its dotted key, its value, what is wrong, and a near match.
    """
    try:
        return table.model_validate(dict(values))
    except ValidationError as error:
        fault = error.errors()[0]
        raise _explained(table, fault, subject, prefix) from error


def faults(table: type[Settings], values: Mapping[str, Any], *, prefix: str = "") -> dict[str, str]:
    """Return everything that is wrong with a table: a sentence for each dotted key."""
    try:
        table.model_validate(dict(values))
    except ValidationError as error:
        before = [prefix] if prefix else []
        return {
            ".".join([*before, *(str(place) for place in fault["loc"])]): _brief(fault)
            for fault in error.errors()
        }
    return {}


def near_match(word: str, candidates: Iterable[str]) -> str:
    """Return the remedy for a mistyped word: the nearest candidate, or all of them."""
    known = sorted(candidates)
    if near := get_close_matches(word, known, n=1, cutoff=0.5):
        return f"did you mean {near[0]!r}?"
    return f"use one of {', '.join(known)}"


def _explained(
    table: type[Settings], fault: ErrorDetails, subject: str, prefix: str
) -> RecipeError:
    places = [str(place) for place in fault["loc"]]
    key = ".".join([*([prefix] if prefix else []), *places])
    if fault["type"] == "extra_forbidden":
        known = _table_at(table, places[:-1]).model_fields
        return RecipeError(
            f"unknown key {key!r}", subject=subject, remedy=near_match(places[-1], known)
        )
    if fault["type"] == "missing":
        return RecipeError(f"the key {key!r} is missing", subject=subject, remedy="add it")
    value = fault["input"]
    remedy = None
    if fault["type"] == "literal_error":
        field = _table_at(table, places[:-1]).model_fields.get(places[-1])
        if field is not None:  # not so for an entry of a list, whose message names all words
            remedy = near_match(str(value), map(str, get_args(field.annotation)))
    complaint = _sentence(fault["msg"])
    return RecipeError(
        f"{key} = {value!r} does not do: {complaint}", subject=subject, remedy=remedy
    )


def _brief(fault: ErrorDetails) -> str:
    """Return what is wrong with a value for those who see the value beside it."""
    plain = _PLAIN.get(
        fault["type"].partition("_")[0] if "pars" in fault["type"] else fault["type"]
    )
    return plain or _sentence(fault["msg"]).removeprefix("input ")


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]


def _table_at(table: type[Settings], places: list[str]) -> type[Settings]:
    """Return the model of a nested table."""
    for place in places:
        if place.isdecimal():  # in an array of tables
            continue
        inner = table.model_fields[place].annotation
        tables = [t for t in (inner, *get_args(inner)) if _is_table(t)]
        if not tables:
            break
        table = tables[0]
    return table


def _is_table(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Settings)

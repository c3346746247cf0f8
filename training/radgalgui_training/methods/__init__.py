"""Ways to train an encoder, one file each: the file's name is what a recipe calls it.

A method's module has ``Options`` (its keys in ``[method]``) and ``build(network, options,
recipe) -> Method``.  Never here: data, networks and the loop around the steps.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from radgalgui.errors import RecipeError
from radgalgui_training.settings import Settings, near_match, validated

__all__ = ["module", "names", "settings"]


def names() -> list[str]:
    """Return the names of all methods."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def module(name: str, *, subject: str = "recipe") -> Any:
    """Return the module of a method.

    Raises
    ------
    RecipeError
        If there is none of that name.
    """
    if name not in names():
        raise RecipeError(
            f"unknown method.name = {name!r}", subject=subject, remedy=near_match(name, names())
        )
    return import_module(f"{__name__}.{name}")


def settings(method: Mapping[str, Any], *, subject: str = "recipe") -> Settings:
    """Return the checked options of a recipe's ``[method]`` table.

    Raises
    ------
    RecipeError
        If the method or one of its options is unknown, or a value is not admitted.
    """
    options = dict(method)
    name = str(options.pop("name", ""))
    table: type[Settings] = module(name, subject=subject).Options
    return validated(table, options, subject=subject, prefix="method")

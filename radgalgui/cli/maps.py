"""``radgalgui catalog map``: lay out a catalogue's vectors as a map, and keep it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from radgalgui.cli.reporting import add_events, reporting
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.maps.recipe import Recipe

__all__ = ["add_arguments", "run"]

ALL: Final = "all"
METHODS: Final = ("umap", "tsne", "pca", "ipca")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    usual = Recipe("umap")
    parser.add_argument("catalog", type=Path, metavar="DIR", help="the catalogue")
    parser.add_argument(
        "--method",
        choices=METHODS,
        default="umap",
        help="how to lay it out (default: %(default)s); ipca is pca, which reads vectors block by "
        "block always",
    )
    parser.add_argument(
        "--encoder",
        action="append",
        metavar="NAME",
        help="of the vectors of this encoder, which the catalogue must hold (may be repeated), or "
        "'all'; default: all",
    )
    parser.add_argument(
        "--neighbours",
        type=int,
        default=usual.neighbours,
        metavar="N",
        help="of UMAP: neighbours that each source is to keep; few show small groups, many the "
        "large picture (default: %(default)s)",
    )
    parser.add_argument(
        "--min-dist",
        type=float,
        default=usual.min_dist,
        metavar="D",
        help="of UMAP: how close sources may come, 0 to 1 (default: %(default)s)",
    )
    parser.add_argument(
        "--perplexity",
        type=float,
        default=usual.perplexity,
        metavar="P",
        help="of t-SNE: about how many neighbours each source keeps near (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=usual.seed,
        help="of all that is drawn at random: the same seed draws the same map again",
    )
    parser.add_argument(
        "--name", default="", metavar="TEXT", help="what to call the map (default: by its settings)"
    )
    parser.add_argument("--remove", metavar="NAME", help="remove the map of that name instead")
    parser.add_argument(
        "--inside",
        action="store_true",
        help="write into the catalogue that comes along, for those who build the program; "
        "otherwise its new maps are kept in your own folder",
    )
    add_events(parser)


def run(options: argparse.Namespace) -> None:
    """Make a map of each encoder's vectors, or remove one."""
    with reporting(options, options.catalog) as reporter:
        names = _chosen(options)
        from radgalgui.jobs.maps.make import make_map, remove_map

        if options.remove is not None:
            for name in names:
                remove_map(options.catalog, name, _stored_as(options, name))
                reporter.note("info", f"removed the map {options.remove} of {name}")
            reporter.done(options.catalog, {"removed": options.remove, "encoders": names})
            return
        recipe, made = _recipe(options), []
        for number, name in enumerate(names, start=1):
            if len(names) > 1:
                reporter.note("info", f"Map of {name}, {number} of {len(names)}")
            told = make_map(
                options.catalog,
                name,
                recipe,
                inside=True if options.inside else None,
                progress=reporter.progress,
                note=reporter.note,
                cancel=reporter.cancel,
            )
            reporter.note("info", f"{name}: {recipe.sentence}, in {told.seconds:.0f} s")
            made.append(told)
        result = {"map": recipe.name, "words": recipe.words, "encoders": names}
        reporter.done(made[-1].path, result)


def _recipe(options: argparse.Namespace) -> Recipe:
    """Return how the map is to be made.

    Raises
    ------
    UsageError
        If no map can be made like this.
    """
    method = "pca" if options.method == "ipca" else options.method
    recipe = Recipe(
        method,
        neighbours=options.neighbours,
        min_dist=options.min_dist,
        perplexity=options.perplexity,
        seed=options.seed,
        title=options.name.strip(),
    )
    if recipe.problem:
        raise UsageError(recipe.problem.rstrip("."))
    return recipe


def _chosen(options: argparse.Namespace) -> list[str]:
    """Return of which encoders' vectors maps are asked for."""
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.maps.stored import StoredMaps

    with Catalog.open(options.catalog) as catalog:
        names = list(catalog.encoders)
        if not names:
            raise CatalogError(
                "the catalogue has no vectors",
                subject=options.catalog,
                remedy=f"embed it first: radgalgui embed {options.catalog} --encoder NAME",
            )
        if options.remove is not None and not options.encoder:
            with_it = [n for n in names if _stored_as(options, n) in StoredMaps(catalog, n).names]
            return with_it or names
        if not options.encoder or ALL in options.encoder:
            return names
        for name in options.encoder:
            catalog.dimension(name)  # says which there are where it is none of them
        return list(dict.fromkeys(options.encoder))


def _stored_as(options: argparse.Namespace, encoder: str) -> str:
    """Return the name of the map to be removed, which may be told as it was typed for --name."""
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.maps.stored import StoredMaps

    with Catalog.open(options.catalog) as catalog:
        recipes = StoredMaps(catalog, encoder).recipes
    typed = (name for name, recipe in recipes.items() if recipe.words == options.remove)
    return options.remove if options.remove in recipes else next(typed, options.remove)

"""How a map is made: names, words, what is refused, and what JSON keeps of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from radgalgui.errors import UsageError
from radgalgui.jobs.maps.effort import map_seconds
from radgalgui.jobs.maps.recipe import METHODS, Recipe


@pytest.mark.parametrize(
    ("recipe", "name", "words"),
    [
        (Recipe("umap"), "umap", "UMAP"),
        (Recipe("umap", perplexity=99), "umap", "UMAP"),  # none of UMAP's business
        (Recipe("umap", neighbours=50), "umap-n50", "UMAP 50"),
        (Recipe("umap", min_dist=0.35), "umap-d0.35", "UMAP d 0.35"),
        (
            Recipe("umap", neighbours=50, min_dist=0.0, seed=3),
            "umap-n50-d0-s3",
            "UMAP 50, d 0, seed 3",
        ),
        (Recipe("tsne", perplexity=80), "tsne-p80", "t-SNE 80"),
        (Recipe("pca", seed=4), "pca", "PCA"),  # nothing is drawn at random
        (Recipe("tsne", title="Wide view, 2"), "Wide-view-2", "Wide view, 2"),
    ],
)
def test_it_is_called_by_what_is_special_of_it(recipe, name, words):
    assert (recipe.name, recipe.words) == (name, words)
    assert not recipe.problem
    kept = json.loads(json.dumps(recipe.to_dict()))
    again = Recipe.from_dict(kept, name=name)
    assert (again.name, again.words, again.sentence) == (name, words, recipe.sentence)


@pytest.mark.parametrize(
    "wrong",
    [
        Recipe("som"),
        Recipe("umap", neighbours=1),
        Recipe("umap", neighbours=501),
        Recipe("umap", min_dist=1.2),
        Recipe("umap", min_dist=float("nan")),
        Recipe("tsne", perplexity=1.0),
        Recipe("tsne", seed=-1),
        Recipe("tsne", title="…"),
        Recipe("tsne", title="x" * 41),
        Recipe("tsne", perplexity=80, title="umap"),  # would take the place of the usual map
    ],
)
def test_what_makes_no_map_is_said_in_a_sentence(wrong):
    assert wrong.problem.endswith(".")
    with pytest.raises(UsageError):
        wrong.check()


def test_what_a_hostile_catalogue_tells_is_no_markup_and_not_long():
    told = Recipe.from_dict({"method": "<img src='x'>", "title": "y" * 5000}, name="umap")
    assert told.method == "umap"
    assert len(told.words) == 40
    assert Recipe.from_dict({"method": ["a"]}, name="tsne").sentence.startswith("t-SNE")


@pytest.mark.parametrize(
    "told", [{}, {"neighbours": "many", "seed": None}, {"min_dist": float("inf"), "title": 3}]
)
def test_maps_of_other_programs_are_taken_as_usual_ones(told):
    assert Recipe.from_dict(told, name="umap") == Recipe("umap")
    assert Recipe.from_dict({}, name="pacmap").words == "pacmap"


def test_more_sources_and_more_neighbours_take_longer():
    for method in METHODS:
        usual = Recipe(method)
        assert map_seconds(usual, 1000) < map_seconds(usual, 100_000)
        assert map_seconds(usual, 1000) < map_seconds(usual, 1000, 4) < map_seconds(usual, 4001)
    wide = replace(Recipe("tsne"), perplexity=300)
    assert map_seconds(Recipe("tsne"), 20_000) < map_seconds(wide, 20_000)

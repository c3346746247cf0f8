"""The links of a neighbour index as a file: the same index again, and nothing that leads astray."""

from dataclasses import replace

import hnswlib
import numpy as np
import pytest

from radgalgui.analysis.graph import Graph


def _units(count: int = 600, dimension: int = 12) -> np.ndarray:
    vectors = np.random.default_rng(1).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def index():
    made = hnswlib.Index(space="cosine", dim=12)
    made.init_index(max_elements=600, ef_construction=60, M=6, random_seed=3)
    made.add_items(_units(), np.arange(600), num_threads=1)
    return made


@pytest.fixture(scope="module")
def graph(index):
    return Graph.of(index)


def test_a_graph_gives_the_index_again(index, graph, tmp_path):
    graph.save(tmp_path / "graph")
    again = Graph.load(tmp_path / "graph").index(_units(), ef_construction=60, seed=3)
    assert graph.levels.max() >= 2  # there are layers to go wrong
    for one in (index, again):
        one.set_ef(40)
    queries = np.random.default_rng(2).standard_normal((50, 12)).astype(np.float32)
    ids, distances = index.knn_query(queries, k=15)
    found, far = again.knn_query(queries, k=15)
    np.testing.assert_array_equal(found, ids)
    np.testing.assert_allclose(far, distances, atol=1e-6)
    np.testing.assert_allclose(again.get_items(range(600)), _units(), atol=1e-6)


def test_more_vectors_can_be_added_to_it(graph):
    again = graph.index(_units(), ef_construction=60, seed=3)
    again.resize_index(601)
    again.add_items(np.ones((1, 12), np.float32), [600])
    ids, _ = again.knn_query(np.ones((1, 12), np.float32), k=1)
    assert ids[0, 0] == 600


def _with(array: np.ndarray, where, value) -> np.ndarray:
    changed = array.copy()
    changed[where] = value
    return changed


@pytest.mark.parametrize(
    "change",
    [
        lambda g: {"links": _with(g.links, (5, 1), 600)},
        lambda g: {"links": _with(g.links, (5, 0), 13)},
        lambda g: {"upper": _with(g.upper, (0, 1), 2**31)},
        lambda g: {"upper": _with(g.upper, (0, slice(0, 2)), [1, np.argmin(g.levels)])},
        lambda g: {"upper": g.upper[1:]},
        lambda g: {"levels": _with(g.levels, 0, -1)},
        lambda g: {"levels": g.levels[:-1]},
        lambda g: {"entry": int(np.argmin(g.levels))},
        lambda g: {"entry": 600},
        lambda g: {"links": g.links.astype(np.int64)},
        lambda g: {"links": g.links[:0], "levels": g.levels[:0], "upper": g.upper[:0]},
    ],
)
def test_links_that_lead_nowhere_are_refused(graph, tmp_path, change):
    replace(graph, **change(graph)).save(tmp_path / "graph")
    with pytest.raises(ValueError, match="graph"):
        Graph.load(tmp_path / "graph")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY"])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "graph").write_bytes(content)
    with pytest.raises(ValueError):  # noqa: PT011
        Graph.load(tmp_path / "graph")

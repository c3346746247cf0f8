"""``radgalgui catalog compare`` as a user types it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.entry import main
from radgalgui_resources import catalog_path


@pytest.fixture(scope="module")
def two(write_catalog, make_judge, tmp_path_factory) -> tuple[str, str]:
    """Return two catalogues of bundled sources, the first with likelihoods by one encoder."""
    folder, bundled = tmp_path_factory.mktemp("compare"), Catalog.open(catalog_path())
    made = []
    for name, rows in (("first", slice(0, 150)), ("second", slice(150, 210))):
        path = write_catalog(
            folder / name, bundled.images[rows], preprocessing=bundled.manifest.preprocessing
        )
        with CatalogUpdate(path) as update:
            for encoder in ("byol", "simclr"):
                update.add_embeddings(
                    encoder,
                    np.asarray(bundled.embeddings(encoder)[rows]),
                    weights_sha256=bundled.manifest.vectors[encoder].weights_sha256,
                )
        made.append(str(path))
    make_judge(folder / "first", "simclr")
    return made[0], made[1]


def test_the_sentence_and_the_numbers_are_printed(two, capsys):
    assert main(["catalog", "compare", *two]) == 0
    sentence, *lines = capsys.readouterr().out.splitlines()
    assert sentence.startswith("Second lies ")
    assert "the support of First" in sentence
    for words in ("Kolmogorov-Smirnov", "energy distance of vectors", "central 99.9 %", "simclr"):
        assert sum(words in line for line in lines) >= 1


def test_as_json_all_numbers_are_told(two, capsys):
    assert main(["catalog", "compare", *two, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["reference_catalog"], facts["other"]) == two
    assert (facts["encoder"], facts["b"]["sources"]) == ("simclr", 60)
    assert 0 <= facts["ks"]["low"] <= facts["ks"]["statistic"] <= facts["ks"]["high"] <= 1


def test_a_published_set_can_be_the_other(two, capsys):
    assert main(["catalog", "compare", two[0], "mirabest", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["b"]["title"] == "MiraBest"
    assert facts["b"]["sources"] > 100


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["{0}", "{1}", "--encoder", "byol"], "radgalgui catalog likelihood {0} --encoder byol"),
        (["{1}", "{0}"], "radgalgui catalog likelihood {1} --encoder simclr"),
        (["{0}", "{0}"], "is the reference itself"),
        (["{0}", "nosuch"], "there is no set 'nosuch'"),
        (["{0}", "{1}", "--encoder", "nosuch"], "nosuch"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(two, capsys, asked, words):
    assert main(["catalog", "compare", *(each.format(*two) for each in asked)]) == 2
    (complaint,) = capsys.readouterr().err.splitlines()
    assert words.format(*two) in complaint

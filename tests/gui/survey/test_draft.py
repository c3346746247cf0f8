"""The wizard's choices as a command: what it says is what the command line understands."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import pytest

from radgalgui.cli import catalog
from radgalgui.cli.survey import recognised
from radgalgui.gui.survey.draft import FLAGS, Draft
from radgalgui.jobs.survey import inputs
from radgalgui.jobs.survey.plan import Options, Plan

CHOSEN = {
    "ra_unit": "hour",
    "dec_unit": "rad",
    "frame": "galactic",
    "angular_size_unit": "mas",
    "flux_unit": "uJy",
    "centre": "position",
    "pixel_scale": 1.5,
    "beam": 6.25,
    "field": 300.0,
    "softening": 0.2,
    "pixels": "ready",
    "dataset": "group/images",
    "names": "mirabest",
}


def parsed(draft: Draft) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    catalog.add_arguments(parser)
    words = draft.arguments()
    assert words[0] == "catalog"
    return parser.parse_args(words[1:])


@pytest.fixture
def draft(tmp_path) -> Draft:
    plan = Plan((str(tmp_path),), "mosaic", str(tmp_path / "t.csv"), {"ra": "a", "dec": "b"})
    return Draft(
        inputs=(tmp_path,), table=tmp_path / "t.csv", found=plan, title="x y", out=tmp_path / "o"
    )


def test_every_option_of_a_plan_has_its_flag():
    assert set(FLAGS) == {field.name for field in dataclasses.fields(Options)} == set(CHOSEN)


def test_the_command_line_understands_all_of_it(draft, monkeypatch):
    draft.options, draft.columns = dict(CHOSEN), {"flux": "S=int", "name": ""}
    draft.encoders, draft.every_encoder = ("byol", "mine"), False
    draft.device, draft.maps, draft.overwrite = "cuda:1", False, True
    draft.likelihood = True
    told = parsed(draft)
    assert (told.inputs, told.out, told.title) == ([str(draft.inputs[0])], draft.out, "x y")
    assert (told.encoder, told.device) == (["byol", "mine"], "cuda:1")
    assert told.no_map
    assert told.likelihood
    assert told.overwrite
    asked = {}

    def recognise(paths, table, *, columns):
        asked.update(table=table, columns=columns)
        return inputs.Recognised("mosaic", 1, "", draft.found)

    monkeypatch.setattr(inputs, "recognise", recognise)
    plan = recognised(told.inputs, told).plan
    assert plan.options == draft.plan.options == Options(**CHOSEN)
    assert asked == {"table": str(draft.table), "columns": draft.columns}


@pytest.mark.parametrize("attempt", ["resume", "restart"])
def test_an_earlier_attempt_is_named(draft, attempt):
    draft.attempt = attempt
    assert getattr(parsed(draft), attempt)


@pytest.mark.parametrize("title", ["-deep", "--out", "two words", "Ωmega", 'a "b" $c'])
def test_any_title_arrives(draft, title):
    draft.title = title
    assert parsed(draft).title == title


def test_before_anything_is_chosen_the_command_has_gaps():
    assert Draft().arguments() == ["catalog", "build", "FOLDER", "--out", "FOLDER"]
    assert Draft().plan is None
    assert Draft().roles == {}


def test_roles_that_are_taken_away_are_gone(draft):
    draft.columns = {"ra": "", "name": "c"}
    assert draft.roles == {"dec": "b", "name": "c"}
    draft.forget()
    assert draft == Draft(out=None)
    assert draft.out is None
    assert isinstance(Path(draft.order().out), Path)

"""Orders as command lines."""

from __future__ import annotations

from pathlib import Path

from radgalgui.jobs.work.orders import Order


def test_what_is_gone_on_with_is_not_begun_anew():
    words = ["catalog", "build", "fields", "--out", "o", "--restart"]
    order = Order("build", "fields", words, Path("o"), resumable=True)
    assert order.command()[3:] == [*words, "--events"]
    assert order.command(resume=True)[3:] == [*words[:-1], "--resume", "--events"]
    assert order.shown() == "radgalgui catalog build fields --out o --restart"


def test_what_cannot_be_gone_on_with_begins_anew():
    order = Order("remove", "fields", ["catalog", "remove", "d", "x"], Path("d"), resumable=False)
    assert order.command(resume=True) == order.command()

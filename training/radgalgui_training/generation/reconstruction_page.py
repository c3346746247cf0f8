"""The measurement of reconstructions as one HTML file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any, Final

from radgalgui import __version__
from radgalgui_training.plot import Series, line_chart
from radgalgui_training.report_parts import (
    digits,
    facts,
    figures,
    numbers,
    page,
    section,
    texts,
    wide_table,
)

__all__ = ["interval_cell", "reconstruction_page"]

_MEASURES: Final = {
    "psnr": ("PSNR, dB", ".2f", max),
    "ssim": ("SSIM", ".4f", max),
    "chi_square": ("χ² in the islands, median", ".2f", min),
    "chi_square_mean": ("mean", ".1f", min),
    "invented": ("flux in empty sky", ".3f", min),
}


def reconstruction_page(report: Mapping[str, Any]) -> str:
    """Return a page with the tables and curves of a report.

    Parameters
    ----------
    report : mapping
        What `radgalgui_training.generation.reconstruction.ReconstructionReport.to_dict`
        returns, or the JSON of it.
    """
    return page(
        "Reconstructions – RadGalGUI evaluation",
        [
            _header(report),
            _scores(report),
            _comparisons(report),
            _faint(report),
            _latents(report),
            f"<footer><p>Made by RadGalGUI {escape(__version__)}.</p></footer>",
        ],
    )


def interval_cell(measured: Mapping[str, Any], spec: str, *, best: bool = False) -> str:
    """Return a cell with a number and its interval beneath."""
    text = digits(measured["value"], spec)
    text = f"<b>{text}</b>" if best else text
    if measured["low"] is not None:
        ends = f"{digits(measured['low'], spec)} – {digits(measured['high'], spec)}"
        text += f'<span class="interval">{ends}</span>'
    return f"<td>{text}</td>"


def _header(report: Mapping[str, Any]) -> str:
    told = facts({
        "galaxies": report["sources"],
        "held out": f"{100 * report['held_out']:.0f} % of the FIRST fields",
        "taught": ", ".join(f"{count} {name}" for name, count in report["taught"].items()),
        "seed": report["seed"],
    })  # fmt: skip
    return (
        '<header><p class="kicker">Evaluation</p><h1>Reconstructions</h1>'
        '<p class="lead">The sources in the middle of FIRST fields that no training has seen, '
        "drawn again from what each network, or the principal components of the training "
        f"images, keep of them.</p>{told}</header>"
    )


def _scores(report: Mapping[str, Any]) -> str:
    models = report["models"]
    best = {
        name: pick((m[name]["value"] for m in models if m[name]["value"] is not None), default=None)
        for name, (_, _, pick) in _MEASURES.items()
    }
    lines = []
    for model in models:
        drawer = model["drawer"]
        cells = "".join(
            interval_cell(model[name], spec, best=model[name]["value"] == best[name])
            for name, (_, spec, _) in _MEASURES.items()
        )
        lines.append(
            f'<tr><th scope="row">{escape(drawer["name"])}</th>'
            f'<td class="text">{escape(drawer["what"])}</td>{cells}'
            f"<td>{drawer['numbers']:,}</td><td>{drawer['latents']:,}</td></tr>"
        )
    head = (
        texts("who", "what")
        + numbers(*(words for words, _, _ in _MEASURES.values()))
        + numbers("learned numbers", "numbers an image is drawn from")
    )
    return section(
        "How good",
        "PSNR and SSIM of the image as encoders see it, means over the galaxies; the reduced χ² "
        "of the residual within the islands of emission, in units of the noise; the flux that is "
        "drawn where the image is empty, over all that it has. Small figures are "
        "95 % intervals by bootstrap over the galaxies.",
        wide_table(head, lines),
    )


def _comparisons(report: Mapping[str, Any]) -> str:
    first = report["models"][0]["drawer"]["name"]
    lines = []
    for row in report["comparisons"]:
        better = "".join(
            f"<td>{100 * row['better'][name]:.0f} %</td>" for name in ("psnr", "ssim", "chi_square")
        )
        lines.append(
            f'<tr><th scope="row">{escape(row["against"])}</th>'
            f"{interval_cell(row['psnr'], '+.2f')}{interval_cell(row['ssim'], '+.4f')}"
            f"{interval_cell(row['chi_square'], '.3f')}{better}</tr>"
        )
    head = texts("against") + numbers(
        "PSNR gained, dB",
        "SSIM gained",
        "χ² over theirs",
        "PSNR better",
        "SSIM better",
        "χ² better",
    )
    return bool(lines) * section(
        "Galaxy by galaxy",
        f"What {escape(first)} gains on each galaxy: mean differences, the median ratio of χ², "
        "and the share of the galaxies that it draws better.",
        wide_table(head, lines),
    )


def _faint(report: Mapping[str, Any]) -> str:
    charts = [
        _chart(report, "by_size", "By the size of the source", "largest angular size, arcsec"),
        _chart(report, "by_distance", "By the distance from the core", "from the core, arcsec"),
        _chart(report, "by_brightness", "By brightness", "times the noise"),
    ]
    return section(
        "Where faint jets are lost",
        escape(report["sentence"]) + " Shares of the flux of pixels between 3 and 8 times the "
        "noise in the islands; what a pixel has too much makes up for nothing.",
        figures(charts),
    )


def _chart(report: Mapping[str, Any], what: str, title: str, label: str) -> str:
    curves = []
    for model in report["models"]:
        bins = model["faint"][what]
        curves.append(
            Series(
                model["drawer"]["name"],
                [each["middle"] for each in bins],
                [each["kept"] for each in bins],
                error=[
                    math.nan
                    if None in each["interval"]
                    else (each["interval"][1] - each["interval"][0]) / 2
                    for each in bins
                ],
                markers=True,
            )
        )
    return line_chart(
        curves, title=title, x_label=label, y_label="share of faint flux kept", y_range=(0, 1)
    )


def _latents(report: Mapping[str, Any]) -> str:
    lines = []
    for name, both in report["latents"].items():
        taught, held_out = both["taught"], both["held_out"]
        for place, (ours, theirs) in enumerate(
            zip(taught["layers"], held_out["layers"], strict=True)
        ):
            side = ours["resolution"]
            active = f"{taught['active']} of {taught['dimension']}" if place == 0 else ""
            lines.append(
                f"<tr{' class=first' if place == 0 else ''}>"
                f'<th scope="row">{escape(name) if place == 0 else ""}</th>'
                f"<td>{place + 1}</td><td>{side} × {side}</td><td>{ours['components']}</td>"
                f"<td>{digits(ours['kl'], '.2f')}</td><td>{digits(theirs['kl'], '.2f')}</td>"
                f"<td>{active}</td></tr>"
            )
    head = texts("network") + numbers(
        "layer", "pixels", "components", "nats, taught", "nats, held out", "active in the vector"
    )
    return bool(lines) * section(
        "What the latents tell",
        "Divergence of posterior from prior, nats an image, layer by layer from the vector down; "
        "a component of the vector is active where its posterior mean varies by more than 0.01 "
        "over the images.",
        wide_table(head, lines),
    )

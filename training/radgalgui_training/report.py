"""A report of an evaluation that anybody can open: one HTML file, without scripts or a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from radgalgui import __version__
from radgalgui.analysis.classifiers import CLASSIFIERS
from radgalgui_training.plot import Series, line_chart
from radgalgui_training.report_parts import (
    NOT_TOLD,
    digits,
    facts,
    figures,
    numbers,
    page,
    section,
    texts,
    wide_table,
)

__all__ = ["html_report"]

_TITLES: Final = {
    "mirabest-confident": "MiraBest Confident",
    "frdeep-nvss": "FR-DEEP NVSS",
    "rgd": "Radio Galaxy Dataset",
    "sdss": "SDSS, elliptical against spiral",
    "sdss-edge-on": "SDSS, elliptical, spiral and edge-on",
    "emu": "EMU pilot survey: domain shift",
}
_SCORES: Final = {
    "accuracy": "accuracy",
    "roc_auc": "ROC AUC",
    "specificity": "specificity",
    "recall": "recall",
    "calibration_error": "calibration error",
}
_NETWORKS: Final = {
    "finetuned": "the encoder with a head, trained on the labels",
    "supervised": "a network of the same kind trained on the labels alone",
}


def html_report(report: Mapping[str, Any]) -> str:
    """Return a page with the tables and curves of a report.

    Parameters
    ----------
    report : mapping
        What `radgalgui_training.results.Report.to_dict` returns, or the JSON of it.

    Returns
    -------
    str
        HTML with its style and figures inside, for light and dark screens and for paper.
        What the report does not tell, it leaves out.
    """
    name = str(report["dataset"])
    title = _TITLES.get(name, name)
    sections = [
        _header(title, report),
        _headline(report),
        _results(report),
        _drops(report),
        _published(report),
        _roc_curves(report),
        _reliability(report),
        _confusions(report),
        _conformal(report),
        _footer(report),
    ]
    return page(f"{title} – RadGalGUI evaluation", sections)


def _header(title: str, report: Mapping[str, Any]) -> str:
    told = facts({
        "classes": ", ".join(report["classes"]),
        "positive class": report["positive"],
        "orientation": "ignored" if report["ignore_orientation"] else "as images lie",
        "scaling of vectors": report["scaling"],
        "seed": report["seed"],
    })  # fmt: skip
    protocol = str(report["protocol"])
    return (
        f'<header><p class="kicker">Evaluation</p><h1>{escape(title)}</h1>'
        f'<p class="lead">{escape(protocol[:1].upper() + protocol[1:])}.</p>'
        f"{told}</header>"
    )


def _headline(report: Mapping[str, Any]) -> str:
    """Put the best rows into large figures."""
    if report["drops"]:
        return ""
    frozen = [row for row in report["results"] if row["classifier"] not in _NETWORKS]
    tuned = [row for row in report["results"] if row["classifier"] == "finetuned"]
    known = [row for row in report["published"] if row["classifier"] in CLASSIFIERS]
    blocks = [
        _figure_block("best on frozen vectors", _best(frozen), digits),
        _figure_block("fine-tuned network", _best(tuned), digits),
        _figure_block("best published on frozen vectors", _best(known), _as_published),
    ]
    return f'<section class="headline">{"".join(blocks)}</section>'


def _best(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    told = [row for row in rows if row["accuracy"] is not None]
    return max(told, key=lambda row: row["accuracy"], default=None)


def _figure_block(
    what: str, row: Mapping[str, Any] | None, number: Callable[[float | None], str]
) -> str:
    if row is None:
        return ""
    auc = f'<p class="number second">{number(row["roc_auc"])}<small>AUC</small></p>'
    return (
        f'<div class="figure-block"><p class="label">{escape(what)}</p>'
        f'<p class="number">{number(row["accuracy"])}<small>accuracy</small></p>'
        f"{auc if row['roc_auc'] is not None else ''}"
        f'<p class="who">{escape(row["encoder"])} · {escape(row["classifier"])}</p></div>'
    )


def _results(report: Mapping[str, Any]) -> str:
    rows = list(report["results"])
    tells_how = bool(report["drops"])
    best = {
        name: (min if name == "calibration_error" else max)(
            (round(row[name], 3) for row in rows if row[name] is not None), default=None
        )
        for name in _SCORES
    }
    words = texts("encoder", "classifier", *(["how"] if tells_how else []))
    head = words + numbers(*_SCORES.values(), "fitted on", "measured on")
    lines = []
    for number, row in enumerate(rows):
        first = number == 0 or rows[number - 1]["encoder"] != row["encoder"]
        cells = "".join(_score_cell(row, name, best[name]) for name in _SCORES)
        lines.append(
            f"<tr{' class=first' if first else ''}>"
            f'<th scope="row">{escape(row["encoder"]) if first else ""}</th>'
            f'<td class="text">{escape(row["classifier"])}</td>'
            + (f'<td class="text">{escape(row["how"])}</td>' if tells_how else "")
            + f"{cells}<td>{row['n_train']}</td><td>{row['n_test']}</td></tr>"
        )
    return section(
        "Scores",
        "Small figures are 95 % intervals by bootstrap over the sources measured on; the best "
        "of each column is set bold.",
        wide_table(head, lines),
    )


def _score_cell(row: Mapping[str, Any], name: str, best: float | None) -> str:
    value, text = row[name], digits(row[name])
    if value is not None and round(value, 3) == best:
        text = f"<b>{text}</b>"
    ends = row["intervals"].get(name)
    if ends is not None and None not in ends:
        text += f'<span class="interval">{digits(ends[0])} – {digits(ends[1])}</span>'
    return f"<td>{text}</td>"


def _drops(report: Mapping[str, Any]) -> str:
    names = [name for name in _SCORES if name != "calibration_error"]
    lines = []
    for drop in report["drops"]:
        cells = "".join(
            f'<td>{digits(drop["scores"][name], "+.3f")}<span class="interval">'
            f"{digits(drop['intervals'][name][0], '+.3f')} to "
            f"{digits(drop['intervals'][name][1], '+.3f')}</span></td>"
            for name in names
        )
        lines.append(
            f'<tr><th scope="row">{escape(drop["encoder"])}</th>'
            f'<td class="text">{escape(drop["classifier"])}</td>{cells}</tr>'
        )
    head = texts("encoder", "classifier") + numbers(*(_SCORES[name] for name in names))
    return bool(lines) * section(
        "The drop",
        "Scores when fitted on the survey itself, less those when fitted on the other one; both "
        "on the same sources, which are drawn together by groups that share sky.",
        wide_table(head, lines),
    )


def _published(report: Mapping[str, Any]) -> str:
    ours = {(row["encoder"], row["classifier"]): row for row in report["results"]}
    names = ("accuracy", "roc_auc", "specificity", "recall")
    lines = []
    for row in report["published"]:
        cells = "".join(f"<td>{_as_published(row[name])}</td>" for name in names)
        own = ours.get((row["encoder"], row["classifier"]))
        both = (
            f"<td>{digits(own['accuracy'])}</td><td>{digits(own['roc_auc'])}</td>"
            if own
            else f"<td>{NOT_TOLD}</td>" * 2
        )
        lines.append(
            f'<tr><th scope="row">{escape(row["encoder"])}</th>'
            f'<td class="text">{escape(row["classifier"])}</td>{cells}{both}'
            f'<td class="text">{escape(row["source"])}</td></tr>'
        )
    scores = (_SCORES[name] for name in names)
    head = (
        texts("encoder", "classifier")
        + numbers(*scores, "our accuracy", "our AUC")
        + texts("where")
    )
    return bool(lines) * section(
        "Published",
        "By others, on the published test part; ours of the same encoder and classifier, "
        "measured as told above, beside.",
        wide_table(head, lines),
    )


def _roc_curves(report: Mapping[str, Any]) -> str:
    positive = report["positive"]
    charts = []
    for encoder, rows in _by_encoder(report["results"]):
        curves = [
            Series(_curve_name(row, report), row["roc"]["fpr"], row["roc"]["tpr"])
            for row in rows
            if row["roc"]["fpr"]
        ]
        if curves:
            charts.append(
                line_chart(
                    [Series("by chance", [0, 1], [0, 1], guide=True), *curves],
                    title=encoder,
                    x_label=f"other sources taken for {positive}",
                    y_label=f"{positive} recognised",
                    x_range=(0, 1),
                    y_range=(0, 1),
                )
            )
    return bool(charts) * section(
        "ROC curves",
        f"{escape(positive)} against the rest; what is gained and lost as the threshold falls. "
        "Repeats of a cross-validation are pooled.",
        figures(charts),
    )


def _reliability(report: Mapping[str, Any]) -> str:
    charts = []
    for encoder, rows in _by_encoder(report["results"]):
        curves = [
            Series(
                _curve_name(row, report),
                row["reliability"]["confidence"],
                row["reliability"]["accuracy"],
                markers=True,
            )
            for row in rows
            if row["reliability"]["confidence"]
        ]
        if curves:
            least = min(min(each.x) for each in curves)
            charts.append(
                line_chart(
                    [Series("as promised", [0, 1], [0, 1], guide=True), *curves],
                    title=encoder,
                    x_label="probability of the most probable class",
                    y_label="share that is right",
                    x_range=(0.5 if least >= 0.5 else 0.0, 1),
                    y_range=(0, 1),
                )
            )
    return bool(charts) * section(
        "Reliability",
        "Of sources that are classified with a given probability, the share that is right. "
        "Below the dashed line classifiers promise too much; bins with few sources scatter.",
        figures(charts),
    )


def _confusions(report: Mapping[str, Any]) -> str:
    classes = report["classes"]
    tables = [
        _confusion(row, classes, _curve_name(row, report))
        for row in report["results"]
        if row["confusion"]
    ]
    return bool(tables) * section(
        "Confusion matrices",
        "A row a true class, a column what it was taken for, in percent of the row; the darker, "
        "the more. Point at a cell for counts.",
        f'<div class="matrices">{"".join(tables)}</div>',
    )


def _confusion(row: Mapping[str, Any], classes: Sequence[str], name: str) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in classes)
    lines = []
    for true, counts in zip(classes, row["confusion"], strict=True):
        whole = sum(counts)
        cells = "".join(
            f'<td style="background:rgb(0 114 178 / {0.04 + 0.5 * count / max(whole, 1):.2f})" '
            f'title="{count} of {whole}">{100 * count / whole:.0f}</td>'
            if whole
            else f"<td>{NOT_TOLD}</td>"
            for count in counts
        )
        lines.append(f'<tr><th scope="row">{escape(true)}</th>{cells}</tr>')
    return (
        f'<table class="matrix"><caption>{escape(row["encoder"])} · {escape(name)}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def _conformal(report: Mapping[str, Any]) -> str:
    lines = []
    for row in report["conformal"]:
        by_class = ", ".join(
            f"{escape(name)} {digits(share)}" for name, share in row["per_class"].items()
        )
        lines.append(
            f'<tr><th scope="row">{escape(row["encoder"])}</th><td>{100 * row["level"]:.0f} %</td>'
            f'<td>{digits(row["coverage"])}</td><td class="text">{by_class}</td>'
            f"<td>{digits(row['mean_size'], '.2f')}</td><td>{digits(row['singletons'])}</td>"
            f"<td>{digits(row['empty'])}</td></tr>"
        )
    head = (
        texts("encoder")
        + numbers("asked", "held the class")
        + texts("class by class")
        + numbers("classes in a set", "one class", "no class")
    )
    return bool(lines) * section(
        "Conformal sets",
        "Sets of classes that shall hold the true one as often as asked, from the mean of all "
        "classifiers; measured by cross-validation within the training part.",
        wide_table(head, lines),
    )


def _footer(report: Mapping[str, Any]) -> str:
    used = dict.fromkeys(row["classifier"] for row in report["results"])
    words = {**CLASSIFIERS, **_NETWORKS}
    terms = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(words[name])}</dd></div>"
        for name in used
        if name in words
    )
    return (
        f'<footer><h2>Classifiers</h2><dl class="terms">{terms}</dl>'
        f"<p>Made by RadGalGUI {escape(__version__)}.</p></footer>"
    )


def _by_encoder(
    rows: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    for encoder in dict.fromkeys(row["encoder"] for row in rows):
        yield encoder, [row for row in rows if row["encoder"] == encoder]


def _curve_name(row: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """Return the classifier, and what it was fitted on where that differs."""
    return f"{row['classifier']}, {row['how']}" if report["drops"] else str(row["classifier"])


def _as_published(value: float | None) -> str:
    """Return two digits where no more were published."""
    return NOT_TOLD if value is None else f"{value:.3f}".removesuffix("0")

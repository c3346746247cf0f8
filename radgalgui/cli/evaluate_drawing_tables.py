"""The tables of ``radgalgui evaluate reconstruction`` and ``samples``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from radgalgui.cli.output import print_table

if TYPE_CHECKING:
    from radgalgui_training.generation.numbers import Measured
    from radgalgui_training.generation.reconstruction import ReconstructionReport
    from radgalgui_training.generation.samples import SamplesReport

__all__ = ["print_reconstruction", "print_samples"]


def print_reconstruction(report: ReconstructionReport) -> dict[str, Any]:
    """Print what was measured of reconstructions, and return it as JSON holds it."""
    print(
        f"{report.sources} galaxies of FIRST fields that were held out; chi-square in their "
        "islands, in units of the noise; with 95 % intervals\n"
    )
    _print_models(report)
    _print_comparisons(report)
    _print_latents(report)
    print(report.sentence)
    return report.to_dict()


def _print_models(report: ReconstructionReport) -> None:
    """Print how well each draws."""
    print_table(
        [
            "who",
            "PSNR, dB",
            "SSIM",
            "chi-square, median",
            "mean",
            "faint flux kept",
            "in empty sky",
        ],
        [
            {
                "who": model.drawer.name,
                "PSNR, dB": _interval(model.psnr, ".2f"),
                "SSIM": _interval(model.ssim, ".4f"),
                "chi-square, median": _interval(model.chi_square, ".2f"),
                "mean": _interval(model.chi_square_mean, ".1f"),
                "faint flux kept": f"{model.faint.kept:.3f} ({model.faint.interval[0]:.3f} to "
                f"{model.faint.interval[1]:.3f})",
                "in empty sky": _interval(model.invented, ".3f"),
            }
            for model in report.models
        ],
    )


def _print_comparisons(report: ReconstructionReport) -> None:
    """Print what the first gains over each of the others."""
    first = report.models[0].drawer.name
    print(f"\n{first} against the others, galaxy by galaxy:\n")
    print_table(
        ["against", "PSNR gained", "SSIM gained", "chi-square over theirs", "better"],
        [
            {
                "against": row.against,
                "PSNR gained": _interval(row.psnr, "+.2f"),
                "SSIM gained": _interval(row.ssim, "+.4f"),
                "chi-square over theirs": _interval(row.chi_square, ".3f"),
                "better": " / ".join(f"{100 * share:.0f} %" for share in row.better.values()),
            }
            for row in report.comparisons
        ],
    )
    print("better: share of the galaxies, by PSNR / SSIM / chi-square")


def _print_latents(report: ReconstructionReport) -> None:
    """Print what each layer of a network tells."""
    print("\nNats an image that each layer of latents tells, the vector first:\n")
    for name, both in report.latents.items():
        taught, held_out = both["taught"], both["held_out"]
        print_table(
            ["layer", "pixels", "components", "taught", "held out"],
            [
                {
                    "layer": place,
                    "pixels": ours.resolution,
                    "components": ours.components,
                    "taught": ours.kl,
                    "held out": theirs.kl,
                }
                for place, (ours, theirs) in enumerate(
                    zip(taught.layers, held_out.layers, strict=True), start=1
                )
            ],
            formats={"taught": ".2f", "held out": ".2f"},
        )
        print(f"{name}: {taught.active} of {taught.dimension} components of the vector active\n")


def print_samples(report: SamplesReport) -> dict[str, Any]:
    """Print what was measured of samples, and return it as JSON holds it."""
    spaces = list(report.real.distances)
    print(
        f"Fréchet distances from real sources, {report.at_a_time} of each at a time, and in "
        "brackets extrapolated to infinitely many\n"
    )
    rows: list[dict[str, Any]] = []
    for each in (report.real, *report.sets):
        row: dict[str, Any] = {"who": each.drawer.name, "drawn": each.count}
        for space in spaces:
            found = each.distances[space]
            row[space] = f"{found.value:.3g} ± {found.spread:.2g} ({found.extrapolated:.3g})"
        row |= {"size": each.size.median, "KS size": each.size.ks}
        row |= {"concentration": each.concentration.median, "KS conc.": each.concentration.ks}
        row |= {"islands": each.islands.mean, "KS isl.": each.islands.ks, "empty": each.empty}
        rows.append(row)
    print_table(["who", "drawn", *spaces], rows)
    print("\nMedian sizes in arcsec, median concentration, mean number of islands:\n")
    print_table(
        ["who", "size", "KS size", "concentration", "KS conc.", "islands", "KS isl.", "empty"],
        rows,
        formats={
            "size": ".1f",
            "concentration": ".2f",
            "islands": ".2f",
            "empty": ".3f",
            **dict.fromkeys(("KS size", "KS conc.", "KS isl."), ".3f"),
        },
    )
    print("\nAngular sizes over those of real sources, with 95 % intervals:\n")
    print_table(
        ["who", "median", "mean"],
        [
            {
                "who": row.name,
                "median": _interval(row.median, ".3f"),
                "mean": _interval(row.mean, ".3f"),
            }
            for row in report.biases
        ],
    )
    if report.asked is not None:
        print(
            f"\nTold sizes, half of the galaxies are within a factor of {report.asked.off:.2f} "
            f"of them; rank correlation {report.asked.correlation:.3f}"
        )
    return report.to_dict()


def _interval(measured: Measured, spec: str) -> str:
    return f"{measured.value:{spec}} ({measured.low:{spec}} to {measured.high:{spec}})"

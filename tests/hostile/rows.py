"""A table of 500 hostile rows that name images, and what must come of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HEAD = "Source,file,RA,DEC,LAS (arcsec),S1400 (mJy),class,remark"


@dataclass(frozen=True)
class HostileRow:
    """A line of the table.

    Parameters
    ----------
    kind : str
        What is wrong with it, or ``good``.
    line : bytes
        As it is written, without its end.
    says : str or None
        A part of the reason for which it must be rejected; None where it must be kept.
    at : int
        Which image a kept one belongs to.
    """

    kind: str
    line: bytes
    says: str | None = None
    at: int = 0


def hostile_rows(places: Sequence[tuple[float, float]], count: int = 500) -> list[HostileRow]:
    """Return rows about the images ``field_0.fits`` and so on, whose middles lie at ``places``.

    ``broken.fits`` must be there and be no image.
    """
    rows: list[HostileRow] = []
    while len(rows) < count:
        number = len(rows)
        at = number % len(places)
        rows += _rows(number, at, *places[at])
    return rows[:count]


def write_rows(path: Path, rows: Sequence[HostileRow]) -> Path:
    """Write the table."""
    path.write_bytes(b"\n".join([HEAD.encode(), *(row.line for row in rows)]) + b"\n")
    return path


def _rows(number: int, at: int, ra: float, dec: float) -> list[HostileRow]:
    """Return a row of each kind, about one image, with names that no other call gives."""
    name, file = f"S{number}", f"field_{at}.fits"
    minutes, seconds = divmod(round(ra * 240), 60)
    west = f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:06.3f}"
    north = f"{'-' if dec < 0 else '+'}{int(abs(dec)):02d}:{abs(dec) % 1 * 60:07.4f}"
    text = f"{ra},{dec},12,30,FRI,fine"

    def row(kind: str, line: str, says: str | None = None) -> HostileRow:
        return HostileRow(kind, line.encode(), says, at)

    return [
        row("good", f"{name},{file},{text}"),
        row("missing file", f"{name}a,nowhere_{number}.fits,{text}", "no file"),
        row("sexagesimal", f"{name}b,{file},{west},{north},,,,"),
        row("beyond the sphere", f"{name}c,{file},{ra},{dec + 200},12,30,FRI,", "declination"),
        row("no such right ascension", f"{name}d,{file},999,{dec},12,30,FRI,", "right ascension"),
        row("blank line", "", "blank"),
        row("blanks only", "   \t ", "blank"),
        row("repeated", f"{name},{file},{text}", "repeats"),
        row("same name", f"{name},{file},{ra},{dec},13,30,FRI,another"),
        HostileRow("latin-1", f"{name}é,{file},{text}".encode("latin-1"), None, at),
        HostileRow("half a character", f"{name}f\xff,{file},{text}".encode("latin-1"), None, at),
        row("too few cells", f"{name}g,{file},{ra}", "too few"),
        row("too many cells", f"{name}h,{file},{text},more,and more", "too many"),
        row("open quotation", f'{name}i,"{file},{text}', "quotation"),
        row("null bytes", f"{name}j\0\0,{file},{text}", "null"),
        row("comment", "# what follows was measured by hand", "comment"),
        row("no position", f"{name}k,{file},,,12,30,FRI,"),
        row("half a position", f"{name}l,{file},{ra},,12,30,FRI,", "no declination"),
        row("words for numbers", f"{name}m,{file},north,{dec},12,30,FRI,", "cannot be read"),
        row("infinite", f"{name}n,{file},inf,{dec},12,30,FRI,", "cannot be read"),
        row("minutes beyond 60", f"{name}o,{file},10:99:00,{dec},12,30,FRI,", "below 60"),
        row("size in minutes", f"{name}p,{file},{ra},{dec},0.2 arcmin,30,FRI,"),
        row("flux in Jy", f"{name}q,{file},{ra},{dec},12,0.03 Jy,FRI,"),
        row("size in parsecs", f"{name}r,{file},{ra},{dec},40 kpc,30,FRI,"),
        row("size below zero", f"{name}s,{file},{ra},{dec},-99,30,FRI,"),
        row("another unit", f"{name}t,{file},{ra}d,{dec} deg,12,30,FRI,"),
        row("no file named", f"{name}u,,{text}", "names no image"),
        row("an address", f"{name}v,https://example.org/{file},{text}", "internet"),
        row("another folder", f"{name}w,/data/{number}/{file},{text}"),
        row("windows", f"{name}x,C:\\images\\{file.upper()},{text}"),
        row("above", f"{name}y,../../../etc/passwd_{number},{text}", "no file"),
        row("a long name", f"{name}z,{'x' * 5000}.fits,{text}", "no file"),
        row("no image", f"{name}A,broken.fits,{text}", "web page"),
        row("outside its image", f"{name}B,{file},{ra + 5},{dec},12,30,FRI,", "outside the image"),
        row("no name", f",{file},{text.replace('fine', f'unnamed {number}')}"),
        row("quoted", f'"{name}C, the ""big"" one","{file}",{text}'),
        row("blanks around", f"  {name}D ,  {file} , {ra} , {dec} , 12 , 30 , FRI , "),
        row("a folder", f"{name}E,.,{text}", "no file"),
    ]

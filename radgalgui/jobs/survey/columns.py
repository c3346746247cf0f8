"""What a table's columns mean: guessed by UCD, name, unit and values; the user's choice wins."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from radgalgui.errors import UsageError
from radgalgui.jobs.survey.plan import ROLES
from radgalgui.jobs.survey.profiles import FEW, Profile, words_of
from radgalgui.jobs.survey.tables import Table
from radgalgui.jobs.survey.units import told_unit, units_of

__all__ = ["ColumnGuess", "Guessed", "check_columns", "guess_columns"]

_ERRORS: Final = frozenset({"e", "err", "error", "sigma", "unc", "rms", "std", "flag", "quality"})

# Words of a name, the most telling first.
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "source", "designation", "object", "objname", "main", "iau", "iauname",
             "srcname", "sourcename", "componentname", "objid", "id", "sourceid"),
    "ra": ("ra", "raj2000", "radeg", "rightascension", "ra2000", "rad", "rahours", "rahms",
           "alpha", "alphaj2000", "raj", "glon"),
    "dec": ("dec", "de", "dej2000", "decj2000", "decdeg", "dedeg", "declination", "dec2000",
            "decdms", "decrad", "delta", "deltaj2000", "decj", "decl", "glat"),
    "path": ("path", "file", "filename", "filepath", "fits", "image", "cutout", "png", "jpg"),
    "label": ("label", "class", "classification", "morphology", "morph", "type", "category",
              "target", "truth", "fr", "frclass", "labels"),
    "angular_size": ("las", "angularsize", "angsize", "largestangularsize", "angular", "size",
                     "maj", "major", "extent"),
    "flux": ("flux", "totalflux", "fluxdensity", "intflux", "fint", "sint", "stotal", "s1400",
             "s1.4", "s20cm", "s144", "s888", "s944", "fluxint", "speak"),
    "redshift": ("redshift", "z", "zspec", "zphot", "zbest", "specz", "photoz"),
}  # fmt: skip
_UCDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("meta.id;meta.main", "meta.id"),
    "ra": ("pos.eq.ra;meta.main", "pos.eq.ra", "pos_eq_ra_main", "pos.galactic.lon"),
    "dec": ("pos.eq.dec;meta.main", "pos.eq.dec", "pos_eq_dec_main", "pos.galactic.lat"),
    "path": ("meta.file", "meta.ref.url"),
    "label": ("meta.code.class", "src.class", "src.morph.type"),
    "angular_size": ("phys.angsize",),
    "flux": ("phot.flux.density",),
    "redshift": ("src.redshift",),
}
_PAIRS: Final[Mapping[str, str]] = {
    "ra": "dec", "raj2000": "dej2000", "radeg": "dedeg", "ra2000": "dec2000", "alpha": "delta",
    "glon": "glat", "rad": "decrad", "rahms": "decdms", "rahours": "decdeg",
    "rightascension": "declination", "alphaj2000": "deltaj2000", "raj": "decj",
}  # fmt: skip


@dataclass(frozen=True)
class ColumnGuess:
    """A column of the table, and what it seems to mean.

    Parameters
    ----------
    name : str
        As the table has it.
    role : str or None
        One of `radgalgui.jobs.survey.plan.ROLES`; None where it just comes along.
    unit : str
        As the table tells it or as it was guessed, "" where neither.
    why : str
        What the guess rests on, in a few words; "" without one.
    example : str
        Its first value that is not blank.
    """

    name: str
    role: str | None
    unit: str = ""
    why: str = ""
    example: str = ""


@dataclass(frozen=True)
class Guessed:
    """Roles of a table's columns, and what is known of their units.

    Parameters
    ----------
    columns : list of ColumnGuess
        All columns, in the table's order.
    roles : dict of str to str
        The column of each role that is filled.
    options : dict of str to str
        Units and frame, as `radgalgui.jobs.survey.plan.Options` names them; those that are known.
    """

    columns: list[ColumnGuess]
    roles: dict[str, str]
    options: dict[str, str]


def guess_columns(
    table: Table, profiles: Sequence[Profile], chosen: Mapping[str, str] | None = None
) -> Guessed:
    """Guess which column means what.

    Parameters
    ----------
    table : Table
        Its frame counts.
    profiles : sequence of Profile
        From `profiles_of`.
    chosen : mapping of str to str, optional
        Columns by role that the user chose; "" for a role that no column shall have.

    Raises
    ------
    UsageError
        If a chosen column is not in the table, or a role is none.
    """
    chosen = dict(chosen or {})
    check_columns(table, {role: name for role, name in chosen.items() if name})
    roles = {role: name for role, name in chosen.items() if name}
    why = dict.fromkeys(roles, "chosen")
    open_roles = [role for role in ROLES if role not in chosen]
    for role in _in_order(open_roles):
        scored = [
            (score, -place, profile, reason)
            for place, profile in enumerate(profiles)
            if profile.column.name not in roles.values()
            for score, reason in [_score(role, profile, roles)]
            if score > 0
        ]
        if scored:
            _, _, best, why[role] = max(scored, key=lambda one: one[:2])
            roles[role] = best.column.name
    if ("ra" in roles) != ("dec" in roles) and not {"ra", "dec"} & set(chosen):
        roles.pop("ra", None), roles.pop("dec", None)
    by_name = {profile.column.name: profile for profile in profiles}
    options = units_of(table.frame, {role: by_name[name] for role, name in roles.items()})
    return Guessed([_told(p, roles, why, options) for p in profiles], roles, options)


def check_columns(table: Table, roles: Mapping[str, str]) -> None:
    """Raise `UsageError` unless the table has the columns and the roles are known."""
    for role, name in roles.items():
        if role not in ROLES:
            raise UsageError(f"no role {role!r:.40}", remedy=f"choose one of {', '.join(ROLES)}")
        if name not in table.names:
            near = difflib.get_close_matches(name, table.names, n=1, cutoff=0.4)
            hint = f"perhaps you mean {near[0]!r}" if near else f"it has {_some(table.names)}"
            raise UsageError(f"has no column {name!r:.60}", subject=table.path, remedy=hint)


def _in_order(roles: Iterable[str]) -> list[str]:
    """Return roles so that those told by values come first, and names last."""
    order = ("path", "ra", "dec", "label", "angular_size", "flux", "redshift", "name")
    return [role for role in order if role in set(roles)]


def _score(role: str, profile: Profile, roles: Mapping[str, str]) -> tuple[float, str]:
    """Return how well a column fits a role, 0 for not at all, and why."""
    if not _possible(role, profile):
        return 0.0, ""
    told = [_by_ucd(role, profile), _by_name(role, profile)]
    if role == "path" and profile.files > 0.5 * profile.filled > 0:
        told.append((50.0, "its values are file names"))
    score, why = max(told)
    if role == "dec" and score and "ra" in roles and _belongs(roles["ra"], profile.column.name):
        score += 40.0
    return score, why


def _by_ucd(role: str, profile: Profile) -> tuple[float, str]:
    ucd = profile.column.ucd.lower()
    if not ucd or "stat.error" in ucd:
        return 0.0, ""
    for place, known in enumerate(_UCDS[role]):
        if ucd == known or (ucd.startswith(known) and "meta.main" not in known):
            return 100.0 - 10.0 * place, f"its UCD, {profile.column.ucd}"
    return 0.0, ""


def _by_name(role: str, profile: Profile) -> tuple[float, str]:
    """Score a name: telling words, few others beside them."""
    words = words_of(profile.column.name)
    if not words or _ERRORS & set(words):
        return 0.0, ""
    joined = "".join(words)
    known = _WORDS[role]
    if joined in known:
        return 80.0 - known.index(joined), "its name"
    hits = [known.index(word) for word in words if word in known and len(word) > 1]
    if not hits:
        return 0.0, ""
    return max(60.0 - min(hits) - 5.0 * len(words), 1.0), "its name"


def _belongs(ra: str, dec: str) -> bool:
    """Tell whether a declination's name is that of a right ascension, with the word changed."""
    first, second = words_of(ra), words_of(dec)
    changed = [_PAIRS.get(word, word) for word in first]
    short = ["de" if word == "dec" else word for word in changed]
    return second in (changed, short)


def _possible(role: str, profile: Profile) -> bool:
    """Tell whether a column's values may play a role."""
    if profile.filled == 0:
        return False
    numeric = profile.numbers >= 0.5 * profile.filled
    if role in ("ra", "dec"):
        return profile.numbers + profile.sexagesimal >= 0.3 * profile.filled
    if role in ("flux", "redshift"):
        return numeric or profile.numbers > 0
    if role == "angular_size":
        return numeric or any(ch.isdigit() for ch in profile.example)
    if role == "label":
        return len(profile.values) <= FEW and not profile.files
    if role == "path":
        return profile.files > 0
    return profile.files < profile.filled and (profile.exact is False or not _is_real(profile))


def _is_real(profile: Profile) -> bool:
    """Tell whether a column holds numbers with a fraction: no names."""
    return profile.is_number and any("." in value for value in profile.values)


def _told(
    profile: Profile,
    roles: Mapping[str, str],
    why: Mapping[str, str],
    options: Mapping[str, str],
) -> ColumnGuess:
    name = profile.column.name
    role = next((role for role, column in roles.items() if column == name), None)
    reason = "" if role is None else why[role]
    unit = profile.column.unit
    if role is not None and (guessed := options.get(f"{role}_unit")):
        if role in ("ra", "dec") and profile.sexagesimal > profile.numbers:
            guessed = "h:m:s" if role == "ra" else "d:m:s"
        elif role == "ra" and not told_unit(profile) and guessed != "deg":
            reason += f"; its values look like {'hours' if guessed == 'hour' else 'radians'}"
        unit = guessed
    return ColumnGuess(name, role, unit, reason, profile.example)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown

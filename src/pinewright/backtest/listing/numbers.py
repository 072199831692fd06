"""Numbers as a list prints them: with any decimal sign, grouping and minus, and the unit of their last digit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pinewright.errors import DataFormatError

_SIGNS: Final = str.maketrans({"−": "-", "–": "-", "‒": "-", "٫": ".", "٬": "'", "’": "'", "`": "'"})
"""Minus signs and Arabic separators as their ASCII cousins."""
_MARK: Final = r"(?:[A-Z]{2,5}|[$€£¥₽₹₿₩₺%٪])"
_AROUND: Final = re.compile(rf"^{_MARK}\s?|(?<=[\d).,])\s?{_MARK}?\s*$")
"""Currency signs, currency codes and per-cent signs before and after the digits."""
_SIMPLE: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_PROVES_POINT: Final = re.compile(r"[+-]?(0\.\d+|\d+\.(\d{1,2}|\d{4,}))", re.ASCII)
_EMPTY: Final = frozenset(("", "-", "n/a", "na", "nan", "null", "none"))


@dataclass(frozen=True)
class Printed:
    """A number as it was printed: its value, and one unit of its last digit."""

    value: float
    unit: float

    @classmethod
    def parse(cls, text: str, decimal: str = ".") -> Printed | None:
        """From ``-0.0003``, ``3e-05``, ``1,234.5`` or, with ``decimal`` a comma, ``1.234,5``; None for an empty cell.

        ValueError for anything that is no number.
        """
        if decimal == "." and _SIMPLE.fullmatch(text):
            return cls._of(text)
        plain = _plain(text)
        if plain.lower() in _EMPTY:
            return None
        if plain.startswith("(") and plain.endswith(")"):
            plain = "-" + plain[1:-1]
        plain = re.sub(r"[\s']", "", plain).replace("," if decimal == "." else ".", "").replace(decimal, ".")
        return cls._of(plain)

    @classmethod
    def _of(cls, plain: str) -> Printed:
        mantissa, _, exponent = plain.lower().partition("e")
        decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
        return cls(float(plain), 10.0**-decimals)

    def fits(self, value: float, units: float = 1.0) -> bool:
        """Whether ``value`` could have been printed so, ``units`` of the last digit allowed.

        A relative 1e-11 is allowed as well: workbooks hold numbers in more digits than sums of float64 agree in.
        """
        return abs(value - self.value) <= units * self.unit * (1 + 1e-9) + 1e-11 * abs(self.value)


def decimal_sign(cells: Iterable[str], separator: str | None, where: str) -> str:
    """The decimal sign of a table, by all of its cells: ``.`` or ``,``.

    A sign that stands last behind another kind, or before other than three digits, is the decimal one; one that
    stands twice groups thousands. Where no cell tells, it is the comma in a table cut by semicolons, else the point.
    Raises DataFormatError for a table that shows both.
    """
    votes = {".": 0, ",": 0}
    shown: dict[str, str] = {}
    for cell in cells:
        sign = _decimal_of(cell)
        if sign is not None:
            votes[sign] += 1
            shown.setdefault(sign, cell)
    if votes["."] and votes[","]:
        rare = min(votes, key=lambda sign: votes[sign])
        if votes[rare] > 0.02 * (votes["."] + votes[","]):
            what = f"decimal points and decimal commas are mixed: {shown['.']!r} and {shown[',']!r}"
            raise DataFormatError(what, where=where, hint="export the list again, without changing it by hand")
    if votes["."] == votes[","]:
        return "," if separator == ";" else "."
    return max(votes, key=lambda sign: votes[sign])


def _decimal_of(cell: str) -> str | None:
    """The decimal sign that a cell proves; None where it is no number or may be read both ways."""
    if _PROVES_POINT.fullmatch(cell):
        return "."
    plain = re.sub(r"[\s'()]", "", _plain(cell)).lstrip("+-")
    if not re.fullmatch(r"[\d.,]*\d", plain) or not re.search(r"[.,]", plain):
        return None
    signs = re.findall(r"[.,]", plain)
    last, digits = signs[-1], len(re.split(r"[.,]", plain)[-1])
    if len(set(signs)) == 2:
        return last if signs.count(last) == 1 else None
    if len(signs) > 1:
        return "," if last == "." else "."
    whole = plain.partition(last)[0]
    grouped = digits == 3 and 1 <= len(whole) <= 3 and whole != "0"
    return None if grouped else last


def _plain(text: str) -> str:
    """A cell without what stands around its digits, with ASCII signs and digits."""
    text = "".join(str(int(char)) if char.isdecimal() else char for char in text.translate(_SIGNS).strip())
    if re.search(r"[eE][+-]?\d+$", text):
        return text
    return _AROUND.sub("", text) if re.search(r"\d", text) else re.sub(r"[^\w/-]", "", text.replace("—", ""))

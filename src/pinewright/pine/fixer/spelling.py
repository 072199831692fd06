"""How far two words are apart, and which words are near to one."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 2
_CASE, _CASES, _EXCHANGE = 0.3, 0.6, 1.1


def distance(one: str, two: str, most: int = _MOST) -> float:
    """Slips of the keyboard between two words: letters lost, added, exchanged; two neighbours swapped are one slip.

    A doubled or undoubled letter counts a little less, a first letter a little more; above ``most`` it is infinite.
    """
    if abs(len(one) - len(two)) > most:
        return float("inf")
    if one.lower() == two.lower():
        return 0.0 if one == two else _CASES
    above: list[float] = []
    row: list[float] = [float(place) for place in range(len(two) + 1)]
    for i, letter in enumerate(one, 1):
        older, above = above, row
        row = [float(i)]
        for j, other in enumerate(two, 1):
            exchanged = 0.0 if letter == other else _CASE if letter.lower() == other.lower() else _EXCHANGE
            best = above[j - 1] + exchanged
            best = min(best, above[j] + _step(one, i), row[j - 1] + _step(two, j))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other and letter != other:
                best = min(best, older[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return float("inf")
    found = row[-1] + (0.2 if one[:1].lower() != two[:1].lower() else 0.0)
    return found if found <= most + 0.3 else float("inf")


def _step(word: str, place: int) -> float:
    """What it costs to lose or add a letter: less where it is a double."""
    return 0.9 if place > 1 and word[place - 1] == word[place - 2] else 1.0


def allowed(word: str) -> float:
    """How many slips a word of this length may have and still be told."""
    return 1.3 if len(word) < 6 else 2.2


def near(word: str, legal: Iterable[str]) -> list[tuple[float, str]]:
    """The words that are near to one, nearest first."""
    most = allowed(word)
    found = [(distance(word, other), other) for other in legal if abs(len(other) - len(word)) <= _MOST]
    return sorted((far, other) for far, other in found if 0 < far <= most)

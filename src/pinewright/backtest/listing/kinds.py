"""What the type of a row says: entry or exit, long or short, in many languages, or told by the trades themselves."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_ENTRY: Final = (
    r"entry|enter|einstieg|eröffn|entrada|entr[ée]e|entrer|вход|откр|エントリー|新規|进场|進場|开仓|開倉|入场|进入|진입|giriş"
    r"|ingresso|entrata|apertura|wejście|otwarcie"
)
_EXIT: Final = (
    r"exit|ausstieg|schlie[ßs]|salida|cierre|sorti|выход|закр|エグジット|決済|手仕舞|出场|出場|平仓|平倉|离场|退出|청산|"
    r"çıkış|uscita|chiusura|sa[íi]da|wyjście|zamknięcie"
)
_LONG: Final = (
    r"\blong|-long|larg[oa]|compra|длин|лонг|покуп|ロング|買|多头|多頭|做多|롱|매수|uzun|alış|acquisto|rialz|długa"
)
_SHORT: Final = (
    r"\bshort|-short|cort[oa]|vend|короткую|коротк|шорт|прода|ショート|売|空头|空頭|做空|숏|매도|kısa|satış|ribass|krótka"
    r"|court"
)
_OPEN: Final = (
    r"open|offen|abiert[oa]|abert[oa]|apert[oa]|ouvert(e)?|открыт[аоы]?|açık|オープン|保有中|未決済|未平仓|未平倉|持仓中|"
    r"开仓|미청산|오픈|열림|otwart[ay]"
)


@dataclass(frozen=True)
class RowFacts:
    """What is known of a row beside its type: the trade it belongs to, its time and price, and the trade's profit."""

    number: int
    word: str
    time: int
    price: float | None
    profit: float | None
    quantity: float | None


@dataclass(frozen=True)
class Kind:
    """Whether a row is an entry, and whether its trade is long."""

    entry: bool
    is_long: bool


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """A word for comparison: one form of each letter, lower case, without what stands around it."""
    return unicodedata.normalize("NFKC", word).strip().casefold().replace("\u0307", "")


def says_open(signal: str) -> bool:
    """Whether an exit's signal is TradingView's word for a trade that is still open."""
    return re.fullmatch(_OPEN, fold(signal)) is not None


def by_words(word: str) -> tuple[bool | None, bool | None]:
    """Entry or exit, long or short, as far as the words of a type tell; None for what they do not."""
    folded = fold(word)
    entry, end = re.search(_ENTRY, folded) is not None, re.search(_EXIT, folded) is not None
    is_long, is_short = re.search(_LONG, folded) is not None, re.search(_SHORT, folded) is not None
    return (entry if entry != end else None), (is_long if is_long != is_short else None)


def kinds_of(rows: Sequence[RowFacts]) -> list[Kind | None]:
    """The kind of each row [N], None where nothing tells it.

    A word that is not known is an entry where it mostly stands on the earlier row of its trade. Words that stand
    together are one side: long where profit mostly has the sign of the move. A side that no word tells is told for
    each trade by its own profit.
    """
    words = {fold(row.word) for row in rows}
    told = {word: by_words(word) for word in words}
    trades: dict[int, list[RowFacts]] = {}
    for row in rows:
        trades.setdefault(row.number, []).append(row)
    pairs = [pair for pair in trades.values() if len(pair) == 2]
    entry = _entries(told, pairs)
    sides = _sides(told, pairs, entry)
    own = {} if all(word in sides for word in words) else _own_sides(pairs, entry)
    found: list[Kind | None] = []
    for row in rows:
        word = fold(row.word)
        side = sides.get(word, own.get(row.number))
        begins = entry.get(word)
        found.append(None if side is None or begins is None else Kind(begins, side))
    return found


def _entries(told: dict[str, tuple[bool | None, bool | None]], pairs: Sequence[Sequence[RowFacts]]) -> dict[str, bool]:
    """Which words are entries: by themselves, by the word beside them, else by the order of their times."""
    entry = {word: begins for word, (begins, _) in told.items() if begins is not None}
    votes: Counter[str] = Counter()
    for first, second in pairs:
        for mine, other in ((first, second), (second, first)):
            word, beside = fold(mine.word), fold(other.word)
            if word in entry or word == beside:
                continue
            if beside in entry:
                votes[word] += -1 if entry[beside] else 1
            elif mine.time != other.time:
                votes[word] += 1 if mine.time < other.time else -1
    entry |= {word: count > 0 for word, count in votes.items() if count}
    return entry


def _sides(
    told: dict[str, tuple[bool | None, bool | None]], pairs: Sequence[Sequence[RowFacts]], entry: dict[str, bool]
) -> dict[str, bool]:
    """The side of each word: by itself, by the words that it stands with, else by the profit of their trades."""
    sides = {word: is_long for word, (_, is_long) in told.items() if is_long is not None}
    unknown = set(told) - set(sides)
    if not unknown:
        return sides
    partner: dict[str, set[str]] = {}
    for first, second in pairs:
        partner.setdefault(fold(first.word), set()).add(fold(second.word))
        partner.setdefault(fold(second.word), set()).add(fold(first.word))
    for word in unknown:
        beside = {sides[other] for other in partner.get(word, set()) if other in sides}
        if len(beside) == 1:
            sides[word] = beside.pop()
    unknown -= set(sides)
    if all(len(partner.get(word, set())) == 1 for word in unknown) and (len(told) == 4 or len(unknown) == 2):
        votes: Counter[str] = Counter()
        for pair in pairs:
            sign = _sign(pair, entry)
            votes.update({fold(row.word): sign for row in pair})
        sides |= {word: votes[word] > 0 for word in unknown if votes[word]}
        if len(told) == 2 and _mixed(pairs, entry):
            # Entry and exit alone: one pair of words for both sides.
            return {word: side for word, side in sides.items() if word not in unknown}
    return sides


def _mixed(pairs: Sequence[Sequence[RowFacts]], entry: dict[str, bool]) -> bool:
    signs = Counter(_sign(pair, entry) for pair in pairs)
    return min(signs[1], signs[-1]) > 0.02 * (signs[1] + signs[-1])


def _own_sides(pairs: Sequence[Sequence[RowFacts]], entry: dict[str, bool]) -> dict[int, bool]:
    """The side of each trade by its own profit; what a commission leaves in doubt is told by the nearer of both."""
    return {pair[0].number: sign > 0 for pair in pairs if (sign := _sign(pair, entry))}


def _sign(pair: Sequence[RowFacts], entry: dict[str, bool]) -> int:
    """1 where a long trade would have made this profit, -1 where a short one would, 0 where that is not known."""
    first, second = pair
    begin, end = (first, second) if entry.get(fold(first.word), True) else (second, first)
    profit = end.profit if end.profit is not None else begin.profit
    if begin.price is None or end.price is None or profit is None or begin.price == end.price:
        return 0
    move = (end.price - begin.price) * (begin.quantity or end.quantity or 1.0)
    return 1 if abs(profit - move) < abs(profit + move) else -1

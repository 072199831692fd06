"""Realistic faults put into valid scripts: the things that people get wrong, one at a time, by a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pinewright.pine import lexer
from pinewright.pine.builtins import namespaces
from pinewright.pine.lexer import Token, tokenize
from pinewright.pine.parser import parse
from pinewright.pine.syntax import Script

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KEYWORDS = frozenset(
    "if else for while switch var varip and or not true false to by in import export type method".split()
)
_TYPES = frozenset("int float bool string color series simple".split())
_CLOSERS = {")": "(", "]": "["}
_LAYOUT = frozenset([lexer.NEWLINE, lexer.INDENT, lexer.DEDENT, lexer.END])


@dataclass(frozen=True)
class Mutant:
    """A script with one fault, beside the script that it was made of."""

    fault: str
    original: str
    source: str
    line: int


@dataclass
class Material:
    """A script as the faults need it."""

    source: str
    tokens: list[Token]

    def replace(self, token: Token, text: str) -> tuple[int, str]:
        """The line, and the source with another text for a token."""
        end = token.start + len(token.text)
        return token.line, self.source[: token.start] + text + self.source[end:]

    def at(self, place: int, text: str, line: int) -> tuple[int, str]:
        return line, self.source[:place] + text + self.source[place:]


Broken = tuple[int, str]
Fault = Callable[[Material, random.Random], Broken | None]


def material(source: str) -> Material:
    return Material(source, [token for token in tokenize(source).tokens if token.kind not in _LAYOUT])


def _pick(places: list[Token], rng: random.Random) -> Token | None:
    return rng.choice(places) if places else None


def _ends_line(m: Material, place: int) -> bool:
    return place + 1 == len(m.tokens) or m.tokens[place + 1].line > m.tokens[place].line


def drop_closer_at_end(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for i, t in enumerate(m.tokens) if t.kind in _CLOSERS and _ends_line(m, i)], rng)
    return m.replace(token, "") if token else None


def drop_closer_inside(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for i, t in enumerate(m.tokens) if t.kind in _CLOSERS and not _ends_line(m, i)], rng)
    return m.replace(token, "") if token else None


def drop_opener(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.kind in "(["], rng)
    return m.replace(token, "") if token else None


def double_bracket(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.kind in "()[]"], rng)
    return m.replace(token, token.text * 2) if token else None


def drop_quote(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.kind == lexer.STRING and "\n" not in t.text], rng)
    if token is None:
        return None
    return m.replace(token, token.text[1:] if rng.random() < 0.5 else token.text[:-1])


def double_quote(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.kind == lexer.STRING and "\n" not in t.text], rng)
    if token is None:
        return None
    return m.replace(token, token.text[0] + token.text if rng.random() < 0.5 else token.text + token.text[0])


def drop_comma(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.kind == ","], rng)
    return m.replace(token, "") if token else None


def double_comma(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.kind == ","], rng)
    return m.replace(token, ",,") if token else None


def _openings(m: Material) -> list[tuple[int, int]]:
    """Index and depth of brackets of each token."""
    depth, found = 0, []
    for place, token in enumerate(m.tokens):
        if token.kind in ")]":
            depth -= 1
        found.append((place, depth))
        if token.kind in "([":
            depth += 1
    return found


def reassign_for_declare(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([m.tokens[i] for i, depth in _openings(m) if m.tokens[i].kind == "=" and not depth], rng)
    return m.replace(token, ":=") if token else None


def declare_for_reassign(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.kind == ":="], rng)
    return m.replace(token, "=") if token else None


def assign_for_equal(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.kind == "=="], rng)
    return m.replace(token, "=") if token else None


def drop_arrow(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.kind == "=>"], rng)
    return m.replace(token, rng.choice(["", "=", "->"])) if token else None


def _is_namespace(m: Material, place: int) -> bool:
    after = m.tokens[place + 1].kind if place + 1 < len(m.tokens) else ""
    before = m.tokens[place - 1].kind if place else ""
    return m.tokens[place].text in namespaces() and after == "." and before != "."


def drop_namespace(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for i, t in enumerate(m.tokens) if t.kind == lexer.NAME and _is_namespace(m, i)], rng)
    if token is None:
        return None
    end = m.source.index(".", token.start) + 1
    return token.line, m.source[: token.start] + m.source[end:]


def misspelt(word: str, rng: random.Random) -> str:
    """One letter dropped, doubled, swapped with the next, or another one."""
    for _ in range(20):
        place = rng.randrange(len(word))
        kind = rng.choice(["drop", "double", "swap", "replace"])
        if kind == "drop" and len(word) > 2:
            made = word[:place] + word[place + 1 :]
        elif kind == "double":
            made = word[: place + 1] + word[place:]
        elif kind == "swap" and place + 1 < len(word):
            made = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        else:
            made = word[:place] + rng.choice(_LETTERS) + word[place + 1 :]
        if made != word and not made[0].isdigit():
            return made
    return word + "x"


def _names(m: Material, wanted: str) -> list[Token]:
    found = []
    for place, token in enumerate(m.tokens):
        after = m.tokens[place + 1].kind if place + 1 < len(m.tokens) else ""
        before = m.tokens[place - 1].kind if place else ""
        if token.kind != lexer.NAME:
            kind = "keyword" if token.text in _KEYWORDS else ""
        elif token.text in _KEYWORDS or (token.text in _TYPES and after == lexer.NAME):
            kind = "keyword"
        elif before == ".":
            kind = "member"
        elif after == "(" or after == ".":
            kind = "function"
        elif after == "=" and before in ("(", ","):
            kind = "argument"
        else:
            kind = "variable"
        if kind == wanted and len(token.text) > 1:
            found.append(token)
    return found


def _misspell(wanted: str) -> Fault:
    def fault(m: Material, rng: random.Random) -> Broken | None:
        token = _pick(_names(m, wanted), rng)
        return m.replace(token, misspelt(token.text, rng)) if token else None

    return fault


def _line_starts(m: Material) -> list[Token]:
    last, found = 0, []
    for token in m.tokens:
        if token.line > last:
            found.append(token)
        last = token.line
    return found


def indentation(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in _line_starts(m) if t.line > 1], rng)
    if token is None:
        return None
    width = token.column - 1
    step = rng.choice([-3, -2, -1, 1, 2, 3])
    wanted = width + step if width + step >= 0 else width - step
    start = token.start - width
    return token.line, m.source[:start] + " " * wanted + m.source[token.start :]


def extra_tab(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in _line_starts(m) if t.line > 1], rng)
    return m.at(token.start, "\t", token.line) if token else None


def mixed_tab(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in _line_starts(m) if t.column > 4 and m.source[t.start - 1] == " "], rng)
    if token is None:
        return None
    start = token.start - token.column + 1
    return token.line, m.source[:start] + "\t" + m.source[start + rng.choice([1, 2, 3]) :]


def study(m: Material, rng: random.Random) -> Broken | None:
    token = _pick([t for t in m.tokens if t.text == "indicator"][:1], rng)
    return m.replace(token, "study") if token else None


def _calls(source: str, pattern: str) -> list[tuple[int, int]]:
    """Start of the name and place of the closing bracket of calls of these functions."""
    found = []
    tokens = tokenize(source)
    at = {tokens.tokens[a].start: tokens.tokens[b].start for a, b in tokens.pairs.items()}
    for match in re.finditer(rf"(?<![\w.])(?:{pattern})\(", source):
        closer = at.get(match.end() - 1)
        if closer is not None:
            found.append((match.start(), closer))
    return found


def when(m: Material, rng: random.Random) -> Broken | None:
    """``if c`` and its order become the order with ``when = c``, in v6."""
    if "@version=6" not in m.source:
        return None
    heads = list(
        re.finditer(
            r"^( *)if (.+)\n\1    (strategy\.(?:entry|close|close_all)\(.*\))\n(?!\1 )(?! *else)", m.source, re.M
        )
    )
    if not heads:
        return None
    match = rng.choice(heads)
    call = match[3]
    comma = ", " if call[-2] != "(" else ""
    text = f"{match[1]}{call[:-1]}{comma}when = {match[2]})\n"
    return m.source.count("\n", 0, match.start()) + 1, m.source[: match.start()] + text + m.source[match.end() :]


def int_condition(m: Material, rng: random.Random) -> Broken | None:
    if "@version=6" not in m.source:
        return None
    found = list(re.finditer(r"(\bif |\band |\bor |\? )(\w+(?:\[1\])?) (?:!=|>) 0\b(?!\.)", m.source))
    if not found:
        return None
    match = rng.choice(found)
    line = m.source.count("\n", 0, match.start()) + 1
    return line, m.source[: match.start()] + match[1] + match[2] + m.source[match.end() :]


def na_comparison(m: Material, rng: random.Random) -> Broken | None:
    found = list(re.finditer(r"(\bnot )?(?<![\w.])na\((\w+(?:\[\w+\])?)\)", m.source))
    if not found:
        return None
    match = rng.choice(found)
    line = m.source.count("\n", 0, match.start()) + 1
    text = f"{match[2]} {'!=' if match[1] else '=='} na"
    return line, m.source[: match.start()] + text + m.source[match.end() :]


def old_argument(m: Material, rng: random.Random) -> Broken | None:
    options: list[Broken] = []
    for start, closer in _calls(m.source, "plot|plotshape|bgcolor|fill"):
        painted = re.compile(r"color\.new\(([\w.#]+), *(\d+)\)").search(m.source, start, closer)
        if painted:
            line = m.source.count("\n", 0, closer) + 1
            head = m.source[: painted.start()] + painted[1] + m.source[painted.end() : closer]
            options.append((line, f"{head}, transp = {painted[2]}{m.source[closer:]}"))
    for start, closer in _calls(m.source, r"request\.security|indicator"):
        for match in re.finditer(r"\btimeframe(?=\s*=[^=])", m.source[start:closer]):
            place = start + match.start()
            line = m.source.count("\n", 0, place) + 1
            options.append((line, m.source[:place] + "resolution" + m.source[place + 9 :]))
    return rng.choice(options) if options else None


def drop_version(m: Material, rng: random.Random) -> Broken | None:
    match = re.search(r"^//\s*@version.*\n", m.source, re.M)
    return (1, m.source[: match.start()] + m.source[match.end() :]) if match else None


def foreign_operator(m: Material, rng: random.Random) -> Broken | None:
    instead = {"and": "&&", "or": "||", "not": "!"}
    token = _pick([t for t in m.tokens if t.kind in instead], rng)
    return m.replace(token, instead[token.kind]) if token else None


def elif_(m: Material, rng: random.Random) -> Broken | None:
    found = list(re.finditer(r"^( *)else if\b", m.source, re.M))
    if not found:
        return None
    match = rng.choice(found)
    line = m.source.count("\n", 0, match.start()) + 1
    return line, m.source[: match.start()] + match[1] + "elif" + m.source[match.end() :]


FAULTS: dict[str, Fault] = {
    "closing bracket dropped at the end of a line": drop_closer_at_end,
    "closing bracket dropped inside a line": drop_closer_inside,
    "opening bracket dropped": drop_opener,
    "bracket doubled": double_bracket,
    "quote dropped": drop_quote,
    "quote doubled": double_quote,
    "comma dropped": drop_comma,
    "comma doubled": double_comma,
    "= to :=": reassign_for_declare,
    ":= to =": declare_for_reassign,
    "== to =": assign_for_equal,
    "=> lost": drop_arrow,
    "namespace dropped": drop_namespace,
    "function misspelt": _misspell("function"),
    "variable misspelt": _misspell("variable"),
    "member misspelt": _misspell("member"),
    "argument misspelt": _misspell("argument"),
    "keyword misspelt": _misspell("keyword"),
    "indentation": indentation,
    "extra tab": extra_tab,
    "mixed tab": mixed_tab,
    "study": study,
    "when": when,
    "int as bool": int_condition,
    "na compared": na_comparison,
    "old argument name": old_argument,
    "version dropped": drop_version,
    "foreign operator": foreign_operator,
    "elif": elif_,
}


def tree(source: str) -> Script:
    """The tree to which a mutant should come back."""
    return parse(source)[0]


def mutants(source: str, rng: random.Random, faults: list[str], tries: int = 6) -> Iterator[Mutant]:
    """One mutant for each of these faults, where the script has room for it; each differs from its original."""
    made = material(source)
    whole, found = parse(source)
    for name in faults:
        for _ in range(tries):
            broken = FAULTS[name](made, rng)
            if broken is None:
                break
            line, text = broken
            other, problems = parse(text)
            if other != whole or problems != found:
                yield Mutant(name, source, text, line)
                break

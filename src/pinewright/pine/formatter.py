"""A script in the house format, with the promise that it still means the same."""

from __future__ import annotations

from collections import Counter

from pinewright.errors import PineError
from pinewright.pine.diagnostics import Severity, frame
from pinewright.pine.lexer import tokenize
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_script
from pinewright.pine.walking import same_tree

_MARK = "\ufeff"


def format_source(source: str, name: str = "script") -> str:
    """The script as ``print_script`` writes it, with the kind of line ends that it has most, and its byte order mark.

    ``name`` stands for the script in messages. Raises PineError for a script with syntax errors, with a frame for each;
    and where the formatted text would not give an equal tree or would lose a comment, which is a defect in Pinewright.
    """
    tree, found = parse(source)
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if errors:
        frames = "\n".join(frame(error, source, name) for error in errors)
        what = f"{len(errors)} syntax error{'s' * (len(errors) > 1)}: it cannot be formatted\n{frames}"
        raise PineError(what, where=name)
    text = print_script(tree)
    again, more = parse(text)
    if not same_tree(again, tree) or any(finding.severity is Severity.ERROR for finding in more):
        raise _defect("would mean something else", name)
    if _comments(text) != _comments(source):
        raise _defect("would lose a comment", name)
    end = _line_end(source)
    return (_MARK if source.startswith(_MARK) else "") + (text if end == "\n" else text.replace("\n", end))


def _defect(what: str, name: str) -> PineError:
    hint = "the script is left as it is; please report it, with the script"
    return PineError(f"the formatted script {what}: a defect in Pinewright", where=name, hint=hint)


def _comments(source: str) -> Counter[str]:
    return Counter(comment.text for comment in tokenize(source).comments())


def _line_end(source: str) -> str:
    """The line end that the source has most; LF when it has none."""
    both = source.count("\r\n")
    counts = {"\n": source.count("\n") - both, "\r\n": both, "\r": source.count("\r") - both}
    return max(counts, key=lambda end: counts[end])

"""The version comment."""

from __future__ import annotations

from pinewright.pine.draft import Edits, span_at
from pinewright.pine.edit import line_end_of
from pinewright.pine.lexer import tokenize
from pinewright.pine.migrate.stage import Rule, Stage
from pinewright.pine.parser import VERSION_COMMENT

BYTE_ORDER_MARK = "\ufeff"


def set_version(to: int) -> Rule:
    """A rule that declares another version."""

    def rule(stage: Stage) -> None:
        for comment in tokenize(stage.source).above.get(0, ()):
            if match := VERSION_COMMENT.match(comment.text):
                start = comment.span.start
                if int(match[1]) != to:
                    span = span_at(stage.source, start + match.start(1), start + match.end(1))
                    message = f"the script is of Pine v{to}"
                    stage.draft.change("PW701", message, comment.span, Edits().replace(span, str(to)))
                return
        start = len(BYTE_ORDER_MARK) if stage.source.startswith(BYTE_ORDER_MARK) else 0
        text = f"//@version={to}{line_end_of(stage.source)}"
        place = span_at(stage.source, start, start)
        stage.draft.change("PW701", f"the script says that it is of Pine v{to}", place, Edits().before(place, text))

    return rule

"""The JSON schema of ``report.json``, made from the tables of docs/reference/report.md.

Run as ``python -m tests.app.report.schema`` after a change of those tables: it writes docs/reference/report.schema.json
and the copy in the package.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pinewright.app.report.document import SCHEMA
from pinewright.optimize.proof import Outcome, Word

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "reference" / "report.md"
COPIES = (
    ROOT / "docs" / "reference" / "report.schema.json",
    ROOT / "src" / "pinewright" / "app" / "report" / "report.schema.json",
)
Tables = dict[str, dict[str, tuple[str, str]]]
SCALARS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "object": {"type": "object"},
    "any": {},
    "outcome": {"enum": [one.value for one in Outcome]},
    "verdict word": {"enum": [one.value for one in Word]},
}


def tables() -> Tables:
    """Object name to its keys with type and meaning, as the reference page has them."""
    text = PAGE.read_text(encoding="utf-8")
    found: Tables = {}
    for name, body in re.findall(r"^### (\w+)\n(.*?)(?=^#|\Z)", text, re.M | re.S):
        rows = re.findall(r"^\| `(\w+)` \| ([^|]+?) \| ([^|]+?) \|$", body, re.M)
        found[name] = {key: (kind, meaning) for key, kind, meaning in rows}
    return found


def schema() -> dict[str, Any]:
    """Draft 2020-12; keys that are not named here are allowed, since new ones may come."""
    objects = {name: _object(keys) for name, keys in tables().items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": "report.json of Pinewright",
        "$ref": "#/$defs/Report",
        "$defs": objects,
    }


def names_used() -> set[str]:
    """Names of the types in all tables, without lists and nulls around them."""
    return {re.sub(r"list of |[()]| or null", "", kind) for keys in tables().values() for kind, _ in keys.values()}


def text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _object(keys: dict[str, tuple[str, str]]) -> dict[str, Any]:
    made = {key: {**_kind(kind), "description": meaning.replace("`", "")} for key, (kind, meaning) in keys.items()}
    made.update({"schema": {"const": SCHEMA}} if "schema" in made else {})
    return {"type": "object", "required": list(keys), "properties": made}


def _kind(kind: str) -> dict[str, Any]:
    if kind.startswith("list of ") and not kind.endswith(" or null"):
        return {"type": "array", "items": _kind(kind.removeprefix("list of "))}
    if kind.startswith("(") and kind.endswith(")"):
        return _kind(kind[1:-1])
    if kind.endswith(" or null"):
        return {"anyOf": [_kind(kind.removesuffix(" or null")), {"type": "null"}]}
    return dict(SCALARS[kind]) if kind in SCALARS else {"$ref": f"#/$defs/{kind}"}


if __name__ == "__main__":
    for copy in COPIES:
        copy.write_text(text(), encoding="utf-8")

"""What every picture must be: well-formed, finite, with a table of even rows, and in words without a "nan"."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from pinewright.app.report.pictures import Picture


def check(picture: Picture) -> ElementTree.Element:
    """The drawing's element, after what holds for all of them was asserted."""
    root = ElementTree.fromstring(str(picture.drawing))
    assert root.tag == "svg"
    assert root.get("aria-label") or root.get("aria-hidden")
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in ("d", "x", "y", "cx", "cy", "width", "height", "viewBox"):
                assert not re.search(r"nan|inf|e[-+]?\d", value), f"{name}={value[:80]}"
    assert all(len(row) == len(picture.head) for row in picture.rows)
    assert picture.rows
    assert "nan" not in picture.words.lower()
    assert not any("nan" in cell.lower() for row in picture.rows for cell in row)
    return root


def count(root: ElementTree.Element, kind: str) -> int:
    """Shapes of a class."""
    return sum(kind in (element.get("class") or "").split() for element in root.iter())


def texts(root: ElementTree.Element) -> list[str]:
    """All words in a drawing."""
    return [element.text or "" for element in root.iter("text")]

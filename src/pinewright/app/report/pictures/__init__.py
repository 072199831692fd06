"""Pictures of the evidence, drawn as SVG without any library, each with the table that it was drawn from.

Colours are the page's own (classes, no values), so that dark, light and print need no second drawing. What a colour
says is said by a shape, a hatch or a word as well.
"""

from __future__ import annotations

from pinewright.app.report.pictures.picture import Picture, Row

__all__ = ["Picture", "Row"]

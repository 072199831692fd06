"""Where on a picture there is still room: names are put where they cover neither bars nor each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.strokes import Box, Pixels, shows


class Room:
    """Pixels of a picture that are taken. Bars and lines are drawn; what was put is solid and never covered."""

    def __init__(self, pixels: Pixels, plot: Box, grounds: Sequence[RGB]) -> None:
        """plot: the place where names may stand. grounds: colours that a name may cover, the background among them."""
        self._plot = plot
        self._drawn = ~shows(plot.of(pixels), grounds)
        self._put: list[Box] = []
        self._kept: list[Box] = []

    def put(self, box: Box) -> None:
        """From now on the box is taken."""
        self._put.append(box)

    def keep(self, box: Box) -> None:
        """A box that others had better leave free."""
        self._kept.append(box)

    def is_kept(self, box: Box, own: Box | None = None) -> bool:
        """Whether the box meets one that is to stay free, other than ``own``."""
        return any(other != own and box.meets(other) for other in self._kept)

    def is_free(self, box: Box, *, over_bars: bool = False) -> bool:
        """Whether nothing was put there and, unless ``over_bars``, nothing is drawn there."""
        if not self._plot.holds(box) or any(box.meets(other) for other in self._put):
            return False
        return over_bars or not self.covered(box)

    def covered(self, box: Box) -> int:
        """Pixels of bars and lines in a box."""
        box, plot = box.within(self._plot), self._plot
        part = self._drawn[box.top - plot.top : box.bottom - plot.top, box.left - plot.left : box.right - plot.left]
        return int(np.count_nonzero(part))

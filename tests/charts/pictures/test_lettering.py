"""Text never takes more room than was measured."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.charts.pictures.lettering import CUT, Lettering, plain

FONT = Lettering(13)


@settings(max_examples=50)
@given(text=st.text(max_size=60), room=st.integers(0, 300))
def test_what_was_fitted_fits(text: str, room: int) -> None:
    cut = FONT.fit(text, room)
    assert FONT.width(cut) <= room or cut == ""
    assert cut == plain(text) or cut == "" or cut.endswith(CUT)


def test_the_whole_text_lies_inside_its_mask() -> None:
    for size in (11, 13, 16, 26):
        font = Lettering(size)
        tight, wide = font.mask("Wgjf,|_ÄQ"), Lettering(size).mask("Wgjf,|_ÄQ" + "  ")
        assert tight.shape[0] == font.height
        assert (tight > 0).any()
        assert np.array_equal(tight, wide)


def test_letters_that_the_font_lacks_stay_readable() -> None:
    assert plain("Škoda – 5 × 3\n…") == "Skoda - 5 ? 3 …"
    assert FONT.width("") == 0

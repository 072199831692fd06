"""Every code that is reported is documented, and every documented code is reported somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from pinewright.pine.codes import CODES


def test_codes_in_the_source_are_those_of_the_table(root: Path) -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in (root / "src/pinewright/pine").rglob("*.py")
        if path.name not in ("codes.py", "problems.py")
    )
    reported = set(re.findall(r'"(PW\d{3})"', text))
    assert reported <= set(CODES)
    unused = {code for code in CODES if code not in reported}
    # The parser keeps a few of its codes in the table of problems itself.
    assert unused <= {code for code in CODES if code < "PW100"}

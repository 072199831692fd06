"""A picture as it is handed over, to red, green and blue; and the error of a picture that cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.errors import DataNotFoundError, PinewrightError, UsageError

Pixels = npt.NDArray[np.uint8]
"""A picture [H, W, 3], or [H, W] and [H, W, 1] in gray."""

LEAST_SIDE: Final = 32
MOST_PIXELS: Final = 40_000_000


class PictureError(PinewrightError):
    """A picture in which no candles can be read; tells what was seen in it."""

    code = "picture"


def pixels_of(source: Pixels | Path | str) -> Pixels:
    """The picture as uint8 [H, W, 3]; gray ones three times the same.

    Transparent parts of a file come out white. DataNotFoundError where there is no such file, UsageError for an array
    of another shape or type, PictureError for a file that holds no picture and for one that is too small or too large.
    """
    array = _loaded(Path(source)) if isinstance(source, str | Path) else np.asarray(source)
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        what = f"a picture of type {array.dtype} and shape {array.shape}"
        raise UsageError(what, hint="uint8, [H, W] or [H, W, 3]")
    if array.ndim == 2:
        array = array[:, :, None]
    if array.shape[2] == 1:
        array = np.repeat(array, 3, axis=2)
    height, width = array.shape[:2]
    if min(height, width) < LEAST_SIDE:
        what = f"a picture of {width} by {height} pixels is too small for a chart"
        raise PictureError(what, hint=f"at least {LEAST_SIDE} each way; candles need 3 columns each")
    if height * width > MOST_PIXELS:
        raise PictureError(f"a picture of {width} by {height} pixels is too large", hint=f"{MOST_PIXELS:,} at most")
    return np.ascontiguousarray(array[:, :, :3])


def _loaded(path: Path) -> Pixels:
    from PIL import Image, UnidentifiedImageError

    if not path.is_file():
        raise DataNotFoundError("there is no such file", where=str(path))
    try:
        with Image.open(path) as image:
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                clear = image.convert("RGBA")
                white = Image.new("RGBA", clear.size, (255, 255, 255, 255))
                return np.asarray(Image.alpha_composite(white, clear).convert("RGB"))
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        what = "this file holds no picture that can be read"
        raise PictureError(what, where=str(path), hint="a PNG file, as browsers save screenshots") from error

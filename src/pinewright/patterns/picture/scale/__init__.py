"""The price scale beside a chart: labels cut into glyphs, read as numbers, and the linear axis that they agree to."""

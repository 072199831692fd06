"""Charts for people, as PNG: axes, titles, legends, panes, markers of patterns and trades, several in one sheet."""

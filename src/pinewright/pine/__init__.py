"""The Pine language, v5 and v6: text to tree to findings to program.

lexer, parser ──> syntax ──> checker ──> compiler ──> Program
                    └──> printer, edit
"""

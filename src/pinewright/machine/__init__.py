"""The computer: what it has, what may be used of it, and native code. Knows no markets."""

"""The front door: the command line, the whole pipeline as one run, and what it writes."""

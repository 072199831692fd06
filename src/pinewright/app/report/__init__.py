"""Reports of a run: the page for people, the document for programs, the table of trades."""

"""What the command line says to people: all of it here, so that a second language is a second folder."""

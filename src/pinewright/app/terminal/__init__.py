"""What every command shares: flags, settings, what goes to standard output and error, tables, progress."""

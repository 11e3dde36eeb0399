"""Tables of statistics, which become curves."""

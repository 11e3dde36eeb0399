"""What leaves Halograph: figures, tables, scripts, results and the report. matplotlib lives only here."""

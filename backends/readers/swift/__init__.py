"""SWIFT: snapshots, initial conditions, groups."""

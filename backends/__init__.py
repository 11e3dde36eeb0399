"""Everything that computes: data, readers, statistics, networks. No Qt anywhere."""

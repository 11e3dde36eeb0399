"""What any reader needs of files: failures, limits, HDF5, records, texts."""

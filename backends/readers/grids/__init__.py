"""Fields on meshes, and maps: NumPy, HDF5, Zarr, CAMELS multifield."""

"""Gadget and its family: HDF5 and binary snapshots."""

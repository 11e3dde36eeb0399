"""Codes of refined meshes: Enzo, AMReX and Nyx, RAMSES."""

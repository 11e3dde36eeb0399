"""Abacus: packed slabs, and CompaSO halos."""

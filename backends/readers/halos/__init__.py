"""Catalogues of halos and galaxies, and merger trees, of finders that serve many codes."""

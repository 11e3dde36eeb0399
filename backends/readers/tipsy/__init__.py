"""Tipsy: Gasoline, ChaNGa, PKDGRAV."""

"""Draws and asks: data goes down, Qt signals come up."""

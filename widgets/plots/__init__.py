"""Plots of statistics: pure decisions (scales, ticks, limits, nearest) and the pyqtgraph code that obeys them."""

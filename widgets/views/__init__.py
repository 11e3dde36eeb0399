"""The grid of views: cells that show runs side by side, and what is written and drawn over them."""

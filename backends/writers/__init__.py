"""What Halograph writes itself: snapshots and fields that every other program of the field can open."""

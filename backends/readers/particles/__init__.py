"""What readers of particles share: columns, snapshots, and how they are read."""

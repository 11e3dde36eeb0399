"""HACC's GenericIO: particles and halos."""

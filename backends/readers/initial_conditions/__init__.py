"""What codes start from: GRAFIC levels, Nyx particles."""

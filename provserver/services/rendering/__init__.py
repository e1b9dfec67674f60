"""How rows become a phone's files, and where each value in them comes from."""

"""What people edit of a phone: keys, settings, makers' own parameters; their rules, and what an edit would do."""

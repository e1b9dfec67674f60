"""What the house remembers: tables, sessions, migrations."""

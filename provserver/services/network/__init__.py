"""How phones find this server, and who was heard there."""

"""Telephone engines as a way to their phones: who is registered there, and a NOTIFY for one of them."""

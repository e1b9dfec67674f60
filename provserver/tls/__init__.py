"""Certificates and TLS: an authority of our own, its files, and the contexts that connections are made with."""

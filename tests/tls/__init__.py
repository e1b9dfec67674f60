"""Certificates and contexts."""

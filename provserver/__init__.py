"""The provisioning server; this file stays empty so that a maker can be imported without Flask."""

__version__ = "0.1.0"

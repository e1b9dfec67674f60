"""The SIP user agent against real sockets on the loopback."""

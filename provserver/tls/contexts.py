"""What connections are made with: one context for all of a listener's, since making one costs more than a handshake."""

import ssl
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OLD_CIPHERS = "ALL:!aNULL:!eNULL:!EXPORT:!DES:!RC4:@SECLEVEL=0"
"""With RSA key exchange, CBC and SHA-1, for the exception that an admin asked for; never without encryption."""


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a server's certificate with its chain, and of its key where that is a file of its own."""

    certificate: Path
    key: Path | None = None

    @property
    def version(self) -> tuple[tuple[int, int], ...]:
        """Tell one state of the files from another."""
        states = [path.stat() for path in (self.certificate, self.key) if path is not None]
        return tuple((state.st_ino, state.st_mtime_ns) for state in states)


def server_context(source: Source, *, old: bool = False, makers: Sequence[str] = ()) -> ssl.SSLContext:
    """Make the context of a listener; with ``makers``, their authorities as PEM, phones are asked for a certificate.

    A phone may do without one; one that shows a certificate of nobody's loses the connection. ``old`` speaks
    TLS 1.0 to 1.2 with what old phones know. Raises OSError (ssl.SSLError among them) for files that do not fit.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    context.num_tickets = 0  # a phone comes back tomorrow, and maybe to another process
    if old:
        _speak_old(context)
    else:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(source.certificate, source.key, password="")
    if makers:
        context.load_verify_locations(cadata="\n".join(makers))
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def _speak_old(context: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is old, and that is the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(OLD_CIPHERS)

"""A phone as a maker's package sees it: everything that its files say, and nothing of where it was stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import EMPTY, Key
from provserver.domain.numbers import SIP_PORTS, host_port, split_port
from provserver.domain.secret import Secret
from provserver.domain.settings import Effective, Value, effective_ring
from provserver.domain.slots import KeyKind, Slot

STUN_PORT = 3478
"""RFC 8489, section 18.4."""


@dataclass(frozen=True, slots=True)
class Line:
    """One account: ``number`` counts from 1 on this phone; an empty host means that it is not known yet."""

    number: int
    extension: str
    display_name: str
    username: str
    password: Secret
    domain: str
    port: int | None = None
    transport: str = "udp"
    outbound_proxy: str = ""
    stun: str = ""
    voicemail: str = ""

    @property
    def server(self) -> tuple[str, int]:
        """Give the host and the port where the line registers, the transport's usual one where none is named."""
        host, own = split_port(self.domain)
        return host, self.port or own or SIP_PORTS[self.transport]

    @property
    def address(self) -> str:
        """Write the server as ``host``, or as ``host:port`` where a port is named."""
        host, own = split_port(self.domain)
        return host_port(host, self.port or own)

    @property
    def proxy(self) -> tuple[str, int]:
        """Give the host and the port of the outbound proxy; the host is empty where the line has none."""
        host, own = split_port(self.outbound_proxy)
        return host, own or SIP_PORTS[self.transport]

    @property
    def stun_server(self) -> tuple[str, int]:
        """Give the host and the port of the STUN server; the host is empty where the line has none."""
        host, own = split_port(self.stun)
        return host, own or STUN_PORT


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a phone shows when it fetches its files; both are empty where they were taken away from it."""

    username: str
    password: Secret


@dataclass(frozen=True, slots=True)
class Authority:
    """The certificate authority that a phone is to trust: its certificate as PEM, and where to fetch it."""

    pem: str
    url: str


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone: its lines, its keys with the labels that it shows, its settings and its free parameters.

    ``provisioning_url`` ends with a slash. ``modules`` counts the expansion modules in use. ``overrides`` are the
    maker's own parameters by name; a None value removes the parameter from the file. ``firmware`` is the version that
    the phone said it runs; ``firmware_name`` and ``firmware_version`` are the image chosen for it, empty where none is.
    ``credentials`` are None for a phone that never had any.
    ``authority`` is there only where the phone is to be given one.
    """

    mac: str
    model: PhoneModel
    provisioning_url: str
    lines: tuple[Line, ...] = ()
    keys: Mapping[Slot, Key] = field(default_factory=dict)
    modules: int = 0
    settings: Mapping[str, Effective] = field(default_factory=dict)
    overrides: Mapping[str, Effective] = field(default_factory=dict)
    firmware: str = ""
    firmware_name: str = ""
    firmware_version: str = ""
    description: str = ""
    credentials: Credentials | None = None
    authority: Authority | None = None

    @property
    def firmware_url(self) -> str:
        """Give the address of the chosen image, which carries the phone's token; empty where none is chosen."""
        return f"{self.provisioning_url}firmware/{quote(self.firmware_name)}" if self.firmware_name else ""

    @property
    def firmware_folder(self) -> str:
        """Give the address that the image lies under, without a slash at its end; empty where none is chosen."""
        return self.firmware_url.rpartition("/")[0]

    @property
    def firmware_prefix(self) -> str:
        """Give what stands before the name that the phone asks for by itself: ``2.0.4-`` of ``2.0.4-fwS500.rom``."""
        return self.firmware_name[: self.firmware_name.rfind("-") + 1]

    def setting(self, name: str) -> Value:
        """Give the value of a setting."""
        return self.settings[name].value

    def text(self, name: str) -> str:
        """Give a setting as text; empty where there is no value."""
        value = self.settings[name].value
        return "" if value is None else str(value)

    def secret(self, name: str) -> Secret:
        """Give a setting that is a secret."""
        value = self.settings[name].value
        return value if isinstance(value, Secret) else Secret("")

    @property
    def codecs(self) -> tuple[str, ...]:
        """Give the wanted codecs, first wanted first."""
        value = self.settings["codecs"].value
        return value if isinstance(value, tuple) else ()

    @property
    def stun(self) -> tuple[str, int, str]:
        """Give the host, the port and the source of the one STUN server for all lines: the first that a line has."""
        line = next((line for line in self.lines if line.stun), None)
        return (*line.stun_server, f"line {line.number}") if line else ("", STUN_PORT, "server")

    @property
    def time_server(self) -> str:
        """Give the host of the time server: phones are told no port."""
        return split_port(self.text("ntp_server"))[0]

    def voicemail(self, line: Line) -> str:
        """Give the number that a line dials for its messages: its own, or else the phone's."""
        return line.voicemail or self.text("voicemail_number")

    def key(self, slot: Slot) -> Key:
        """Give the key on a slot; an unset one is empty."""
        return self.keys.get(slot, EMPTY)

    def dialled(self, key: Key) -> str:
        """Give what a key dials: its target, or the company's code where a pickup or voicemail key has none."""
        match key.kind:
            case KeyKind.LINE | KeyKind.DND:
                return ""
            case KeyKind.PICKUP:
                return key.target or self.text("group_pickup_code")
            case KeyKind.VOICEMAIL:
                own = next((line.voicemail for line in self.lines if line.number == key.line), "")
                return key.target or own or self.text("voicemail_number")
        return key.target

    @property
    def accounts(self) -> Iterator[tuple[int, Line | None]]:
        """Walk every account of the model, counted from 1, each with its line or None where nobody has it."""
        lines = {line.number: line for line in self.lines}
        return ((number, lines.get(number)) for number in range(1, self.model.accounts + 1))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Give every slot to write: the phone's own, and those of the modules in use."""
        modules = (self.model.module_slots(number) for number in range(1, self.modules + 1))
        return self.model.slots + tuple(slot for module in modules for slot in module)

    @property
    def popup(self) -> bool:
        """Tell whether calls to monitored extensions pop up."""
        return bool(self.settings["monitor_popup"].value)

    @property
    def monitor_ring(self) -> str:
        """Give ``off``, ``splash`` or ``tone`` as it sounds, the popup rule applied."""
        return effective_ring(self.settings)

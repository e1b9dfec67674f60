"""FreeSWITCH by its event socket: the registrations of a Sofia profile, and a NOTIFY event for one of them.

A NOTIFY event with a call-id goes to the one registration that has it (general_event_handler of mod_sofia.c); it
needs a content type even where there is no body. FreeSWITCH does not tell what the phone answered. Written from its
source and documentation, and tried with a fake alone: no FreeSWITCH was at hand.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

from lxml import etree

from provserver.engines.base import Call, Contact, EngineError, Message, Outcome, Place
from provserver.engines.uris import host_of
from provserver.engines.wire import MOST_BYTES, Wire, number, safe

NO_BODY = "application/simple-message-summary"
"""The content type that FreeSWITCH's own check-sync uses for want of a better one."""


class FreeSwitch:
    """One FreeSWITCH, over one connection that is opened when needed and asked one thing at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._wire: Wire | None = None
        self._turn = asyncio.Lock()

    async def contacts(self) -> list[Contact]:
        """List the registrations of the profile; raises EngineError."""
        async with self._turn:
            headers, body = await self._ask(f"api sofia xmlstatus profile {safe(self._place.profile)} reg")
        if headers.get("content-type") != "api/response":
            raise EngineError(502, "it answers something else than it was asked")
        if not body.lstrip().startswith(b"<"):
            raise EngineError(403, f"it refuses: {body.decode('utf-8', 'replace').strip()[:80]}")
        return _contacts(body)

    async def calls(self) -> list[Call]:
        """List the channels of all profiles; raises EngineError."""
        async with self._turn:
            headers, body = await self._ask("api show channels as json")
        try:
            rows = json.loads(body).get("rows", []) if headers.get("content-type") == "api/response" else None
        except (ValueError, AttributeError) as error:
            raise EngineError(502, "its list of channels is not JSON") from error
        if not isinstance(rows, list):
            raise EngineError(502, "it answers something else than it was asked")
        return [call for row in rows if isinstance(row, dict) and (call := _call(row)) is not None]

    async def notify(self, contact: Contact, message: Message, *, alone: bool) -> Outcome:  # noqa: ARG002
        """Have FreeSWITCH send it; what the phone answers it keeps to itself."""
        lines = [
            ("profile", self._place.profile),
            ("event-string", message.event),
            ("content-type", message.content_type or NO_BODY),
            ("user", contact.user),
            ("host", contact.domain),
            ("call-id", contact.reference),
        ]
        text = "".join(f"{name}: {safe(value)}\n" for name, value in lines)
        end = f"content-length: {len(message.body)}\n\n".encode() + message.body if message.body else b"\n"
        async with self._turn:
            headers, _ = await self._ask(f"sendevent NOTIFY\n{text}".rstrip("\n"), end)
        if not headers.get("reply-text", "").startswith("+OK"):
            raise EngineError(403, f"it refuses: {headers.get('reply-text', '')[:80]}")
        return Outcome(202)

    async def close(self) -> None:
        """Hang up."""
        if self._wire is not None:
            await self._wire.close()

    async def _ask(self, command: str, end: bytes = b"\n") -> tuple[dict[str, str], bytes]:
        if self._wire is None or self._wire.closed:
            self._wire = await self._connect()
        wire = self._wire
        wire.begin()
        try:
            await wire.send(f"{command}\n".encode() + end)
            return await _answer(wire)
        except asyncio.CancelledError:  # answers bear no number: the next question would get this one's
            wire.abort()
            raise

    async def _connect(self) -> Wire:
        wire = await Wire.open(self._place)
        headers, _ = await _answer(wire)
        if headers.get("content-type") != "auth/request":
            await wire.close()
            denied = "rude" in headers.get("content-type", "")
            raise EngineError(*((401, "it refuses this address") if denied else (502, "this is no event socket")))
        await wire.send(f"auth {safe(self._place.secret.reveal())}\n\n".encode())
        headers, _ = await _answer(wire)
        if not headers.get("reply-text", "").startswith("+OK"):
            await wire.close()
            raise EngineError(401, "it refuses the password")
        return wire


async def _answer(wire: Wire) -> tuple[dict[str, str], bytes]:
    """Read one message; its body is as long as it says."""
    headers = dict(await wire.block())
    length = number(headers.get("content-length", "0"), MOST_BYTES)
    if length is None:
        await wire.close()
        raise EngineError(502, "its answer is longer than any that makes sense")
    return headers, await wire.exactly(length) if length else b""


def _call(row: dict[str, object]) -> Call | None:
    """Read a channel: its presence names the user, else its name, such as ``sofia/internal/1001@pbx.test``."""
    whose = str(row.get("presence_id") or "") or str(row.get("name") or "").rpartition("/")[2]
    user = whose.partition("@")[0]
    began = number(str(row.get("created_epoch") or ""), 10**11)
    return Call(user, datetime.fromtimestamp(began, UTC) if began else None) if user else None


def _contacts(body: bytes) -> list[Contact]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
    try:
        document = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise EngineError(502, "its list of registrations is not XML") from error
    return [contact for row in document.iter("registration") if (contact := _contact(row)) is not None]


def _contact(row: etree._Element) -> Contact | None:
    words = {str(item.tag): (item.text or "").strip() for item in row if isinstance(item.tag, str)}
    user, _, domain = words.get("user", "").partition("@")
    written = words.get("contact", "")
    host, port = host_of(written)
    if not user or not words.get("call-id"):
        return None
    return Contact(
        user=user,
        domain=domain,
        uri=written,
        address=words.get("network-ip", "") or host,
        port=number(words.get("network-port", ""), 65_535) or port,
        user_agent=words.get("agent", ""),
        instance="",
        reference=words["call-id"],
    )

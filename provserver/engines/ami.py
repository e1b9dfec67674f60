"""Asterisk by its manager interface: PJSIP's contacts, and PJSIPNotify for one of them.

Tried with Asterisk 16.28: to name one contact of several, the message goes to a URI, and then
``default_outbound_endpoint`` must name an endpoint that exists. Without it Asterisk answers *Success* and sends
nothing, so that is looked up before.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from datetime import UTC, datetime, timedelta

from provserver.engines.base import Call, Contact, EngineError, Message, Outcome, Place
from provserver.engines.uris import host_of
from provserver.engines.wire import Wire, number, safe

MEND = "it would drop this: name an existing endpoint as default_outbound_endpoint in [global] of pjsip.conf"
_CHANNEL = re.compile(r"(?:PJ)?SIP/(.+)-[0-9a-f]{8,}")
_DURATION = re.compile(r"([0-9]{1,5}):([0-9]{2}):([0-9]{2})")
_OUTBOUND = re.compile(r"default_outbound_endpoint\s*:\s*(\S+)")

Block = list[tuple[str, str]]


class _Refused(EngineError):
    """Asterisk answered an action with an error."""


class Asterisk:
    """One Asterisk, over one connection that is opened when needed and asked one thing at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._wire: Wire | None = None
        self._turn = asyncio.Lock()
        self._actions = 0
        self._addresses: bool | None = None

    async def contacts(self) -> list[Contact]:
        """List PJSIP's contacts; raises EngineError."""
        async with self._turn:
            try:
                found = await self._list("PJSIPShowContacts", "ContactList")
            except _Refused as error:
                if "no contact" in error.reason.lower():  # so Asterisk says that nobody is registered
                    return []
                raise
        return [contact for block in found if (contact := _contact(dict(block))) is not None]

    async def calls(self) -> list[Call]:
        """List the channels of SIP endpoints; raises EngineError."""
        async with self._turn:
            found = await self._list("CoreShowChannels", "CoreShowChannel")
        now = datetime.now(UTC)
        return [call for block in found if (call := _call(dict(block), now)) is not None]

    async def notify(self, contact: Contact, message: Message, *, alone: bool) -> Outcome:
        """Have Asterisk send it; what the phone answers it keeps to itself."""
        async with self._turn:
            if not alone and not await self._addresses_contacts():
                raise EngineError(403, MEND)
            whom = ("Endpoint", contact.reference) if alone else ("URI", contact.uri)
            await self._ask("PJSIPNotify", whom, *(("Variable", text) for text in _variables(message)))
        return Outcome(202)

    async def close(self) -> None:
        """Hang up."""
        if self._wire is not None:
            await self._wire.close()

    async def _addresses_contacts(self) -> bool:
        """Look up, once, whether a message to a URI would leave; where we may not look, believe it."""
        if self._addresses is None:
            try:
                answer = await self._ask("Command", ("Command", "pjsip show settings"))
                named = _OUTBOUND.search("\n".join(value for name, value in answer if name == "output"))
                if named is not None:
                    await self._list("PJSIPShowEndpoint", "EndpointDetail", ("Endpoint", named[1]))
                self._addresses = True
            except _Refused as error:
                self._addresses = "permission" in error.reason.lower()
        return self._addresses

    async def _ask(self, action: str, *headers: tuple[str, str]) -> Block:
        """Ask for something; give the answer, raise EngineError where it is no success."""
        return await self._exchange(await self._opened(), action, *headers)

    async def _opened(self) -> Wire:
        if self._wire is None or self._wire.closed:
            self._addresses = None
            self._wire = await self._connect()
        return self._wire

    async def _list(self, action: str, event: str, *headers: tuple[str, str]) -> list[Block]:
        """Ask for a list; give its entries up to the event that says that it is complete."""
        wire = await self._opened()
        answer = dict(await self._exchange(wire, action, *headers))
        found: list[Block] = []
        while True:
            block = await _next(wire, answer["actionid"])
            name = dict(block).get("event", "")
            if name == event:
                found.append(block)
            elif name.lower().endswith("complete"):
                return found

    async def _connect(self) -> Wire:
        wire = await Wire.open(self._place)
        if not (await wire.line()).startswith("Asterisk Call Manager"):
            await wire.close()
            raise EngineError(502, "this is not the manager interface of an Asterisk")
        try:
            challenge = dict(await self._exchange(wire, "Challenge", ("AuthType", "MD5"))).get("challenge", "")
            text = challenge + self._place.secret.reveal()
            key = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
            who = ("AuthType", "MD5"), ("Username", self._place.user), ("Key", key)
            await self._exchange(wire, "Login", *who, ("Events", "off"))
        except _Refused as error:
            await wire.close()
            raise EngineError(401, "it refuses the name or the secret") from error
        return wire

    async def _exchange(self, wire: Wire, action: str, *headers: tuple[str, str]) -> Block:
        self._actions += 1
        name = str(self._actions)
        wire.begin()
        lines = [("Action", action), ("ActionID", name), *headers]
        text = "".join(f"{header}: {safe(value)}\r\n" for header, value in lines)
        await wire.send(f"{text}\r\n".encode())
        block = await _next(wire, name)
        words = dict(block)
        if words.get("response", "").lower() not in ("success", "follows"):
            raise _Refused(403, f"it refuses: {words.get('message', '')[:80]}")
        return block


async def _next(wire: Wire, action: str) -> Block:
    """Read the next block that belongs to an action; what does not is passed over, until it is too much."""
    while dict(block := await wire.block()).get("actionid") != action:
        pass
    return block


def _contact(words: dict[str, str]) -> Contact | None:
    """Read an entry of the list; None where it names nobody."""
    endpoint, uri = words.get("endpoint", ""), words.get("uri", "")
    user = re.split(r";@|/|@@", words.get("objectname", ""), maxsplit=1)[0] or endpoint
    host, port = host_of(uri)
    if not user or not host:
        return None
    return Contact(
        user=user,
        domain="",
        uri=uri,
        address=words.get("viaaddr", "").strip("[]") or host,
        port=number(words.get("viaport", ""), 65_535) or port,
        user_agent=words.get("useragent", ""),
        instance="",
        reference=endpoint or user,
    )


def _call(words: dict[str, str], now: datetime) -> Call | None:
    """Read a channel such as ``PJSIP/1001-0000002b`` with its duration; None for one that is no phone's."""
    named, lasting = _CHANNEL.fullmatch(words.get("channel", "")), _DURATION.fullmatch(words.get("duration", ""))
    if named is None:
        return None
    hours, minutes, seconds = map(int, lasting.groups()) if lasting else (0, 0, 0)
    return Call(named[1], now - timedelta(hours=hours, minutes=minutes, seconds=seconds) if lasting else None)


def _variables(message: Message) -> list[str]:
    """Write the message as PJSIPNotify's variables; every line of a body is one, they are joined by line ends."""
    found = [f"Event={message.event}"]
    if message.content_type:
        found.append(f"Content-Type={message.content_type}")
    found += [f"Content={line}" for line in message.body.decode("utf-8", "replace").splitlines()]
    return found

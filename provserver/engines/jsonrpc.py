"""Kamailio by JSON-RPC over HTTP: usrloc's contacts, and tm.t_uac_wait, which sends to one and waits for it.

Tried with Kamailio 5.6: the message leaves from the socket that the phone registered at, to the address that its
registration came from, and what comes back is what the phone itself answered.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

from provserver.domain.numbers import host_port
from provserver.engines.base import Call, Contact, EngineError, Message, Outcome, Place
from provserver.engines.uris import host_of, user_of
from provserver.engines.wire import MOST_BYTES, Wire, number, safe

WAIT_SECONDS = 10.0
"""Kamailio itself gives a silent phone 8 to 30 seconds, as its fr_timer says."""
UNSET = "[not set]"
_ENDED = 5
_STATUS = re.compile(r"HTTP/1\.[01] ([0-9]{3})\b")


class Kamailio:
    """One Kamailio; every question has a connection of its own, and a few go side by side."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def contacts(self) -> list[Contact]:
        """List usrloc's contacts; raises EngineError."""
        return list(_contacts(await self._call("ul.dump", [])))

    async def calls(self) -> list[Call]:
        """List both ends of every dialog, where the module *dialog* is loaded; raises EngineError."""
        return list(_calls(await self._call("dlg.list", [])))

    async def notify(self, contact: Contact, message: Message, *, alone: bool) -> Outcome:  # noqa: ARG002
        """Send to one contact, and give what the phone answered."""
        domain = contact.domain or message.domain or self._place.host
        headers = [
            ("From", f"<sip:provserver@{domain}>"),  # Kamailio adds the tag
            ("To", f"<sip:{contact.user}@{domain}>"),
            ("Contact", f"<sip:provserver@{domain}>"),
            ("Event", message.event),
            ("Subscription-State", "terminated"),
        ]
        if contact.route:
            headers.append(("Route", contact.route))
        if message.body:
            headers.append(("Content-Type", message.content_type or "application/octet-stream"))
        text = "".join(f"{name}: {safe(value)}\r\n" for name, value in headers)
        hop = f"sip:{host_of(contact.route)[0]}:{host_of(contact.route)[1]}" if contact.route else ""
        parameters = ["NOTIFY", contact.uri, hop or contact.reference or ".", contact.socket or ".", text]
        if message.body:
            parameters.append(message.body.decode("utf-8", "replace"))
        try:
            answer = await self._call("tm.t_uac_wait", parameters)
        except EngineError as error:
            if error.status != 504:
                raise
            return Outcome(408, f"no answer within {WAIT_SECONDS:g} s")  # the phone's silence, not the engine's
        if not isinstance(answer, list) or not answer or not isinstance(answer[0], int) or not 200 <= answer[0] <= 699:
            raise EngineError(502, "it does not say what the phone answered")
        return Outcome(answer[0], str(answer[1])[:80] if len(answer) > 1 else "")

    async def close(self) -> None:
        """Nothing is left open."""

    async def _call(self, method: str, parameters: list[str]) -> object:
        question = {"jsonrpc": "2.0", "method": method, "params": parameters, "id": 1}
        status, body = await self._post(json.dumps(question).encode())
        if status in (401, 403):
            raise EngineError(401, "it refuses this server")
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise EngineError(502, f"it answers {status} without JSON-RPC") from error
        if not isinstance(answer, dict) or "result" not in answer:
            problem = answer.get("error") if isinstance(answer, dict) else None
            said = str(problem.get("message", "") if isinstance(problem, dict) else "")[:80]
            status = 403 if "not found" in said.lower() else 500  # without a module, or out of memory just now
            raise EngineError(status, f"it refuses {method}{': ' if said else ''}{said}")
        return answer["result"]

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        place = self._place
        lines = [
            f"POST {safe(place.path)} HTTP/1.1",
            f"Host: {host_port(place.host, place.port)}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        if place.user:
            pair = f"{place.user}:{place.secret.reveal()}".encode()
            lines.append(f"Authorization: Basic {base64.b64encode(pair).decode()}")
        wire = await Wire.open(place)
        try:
            await wire.send("\r\n".join([*lines, "", ""]).encode() + body)
            return await _response(wire)
        finally:
            await wire.close()


async def _response(wire: Wire) -> tuple[int, bytes]:
    wire.patience = WAIT_SECONDS
    found = _STATUS.match(await wire.line())
    if found is None:
        raise EngineError(502, "this is no HTTP server")
    headers = dict(await wire.block())
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return int(found[1]), b"".join([part async for part in _chunks(wire)])
    length = number(headers.get("content-length", ""), MOST_BYTES)
    return int(found[1]), await wire.rest() if length is None else await wire.exactly(length)


async def _chunks(wire: Wire) -> AsyncIterator[bytes]:
    while True:
        size = (await wire.line()).partition(";")[0].strip()
        if not re.fullmatch("[0-9A-Fa-f]{1,8}", size):
            raise EngineError(502, "its answer is cut in a way that makes no sense")
        if int(size, 16) == 0:
            return
        yield await wire.exactly(int(size, 16))
        await wire.line()


def _calls(dialogs: object) -> Iterator[Call]:
    """Read a list of dialogs, but for those that have ended (state 5)."""
    for row in dialogs if isinstance(dialogs, list) else [dialogs]:
        if not isinstance(row, dict) or row.get("state") == _ENDED:
            continue
        began = number(str(row.get("start_ts") or row.get("init_ts") or ""), 10**11)
        since = datetime.fromtimestamp(began, UTC) if began else None
        for uri, side in ((row.get("from_uri"), row.get("caller")), (row.get("to_uri"), row.get("callee"))):
            contact = str(side.get("contact") or "") if isinstance(side, dict) else ""
            yield Call(user_of(str(uri or "")), since, contact)


def _contacts(dump: object) -> Iterator[Contact]:
    """Walk a dump, in whatever boxes this version of Kamailio packs it."""
    if isinstance(dump, list):
        for item in dump:
            yield from _contacts(item)
    elif isinstance(dump, dict):
        if "AoR" in dump and isinstance(dump.get("Contacts"), list):
            rows = (row.get("Contact") for row in dump["Contacts"] if isinstance(row, dict))
            yield from (_contact(str(dump["AoR"]), row) for row in rows if isinstance(row, dict))
            return
        for item in dump.values():
            yield from _contacts(item)


def _contact(aor: str, row: dict[str, object]) -> Contact:
    words = {name: str(value) for name, value in row.items() if value != UNSET}
    user, _, domain = aor.partition("@")
    uri, received = words.get("Address", ""), words.get("Received", "")
    host, port = host_of(received or uri)
    return Contact(
        user=user or user_of(uri),
        domain=domain,
        uri=uri,
        address=host,
        port=port,
        user_agent=words.get("User-Agent", ""),
        instance=words.get("Instance", ""),
        reference=received,
        seconds=number(words.get("Expires", ""), 10**9),
        socket=words.get("Socket", ""),
        route=words.get("Path", ""),
    )

"""A real Kamailio between us and the phones: UDP, TCP and TLS, trusted and digest, NAT, dead connections, JSON-RPC."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from provserver.domain.secret import Secret
from provserver.engines.base import Contact, Message
from provserver.engines.pool import Pool
from provserver.sip.client import Answer, Timers, UserAgent
from provserver.sip.digest import Credentials, Keys
from provserver.sip.message import SipUri
from provserver.sip.notice import Notice
from provserver.sip.resolver import Resolver
from provserver.sip.stream import Trust
from tests.fakes.guard import Guard
from tests.interop.conftest import Proxy

TRUSTED, STRANGER = "127.0.0.10", "127.0.0.11"
OURS = Credentials("provisioner", Secret("geheim"))
TIMERS = Timers(timer_f=10)


def as_agent(proxy: Proxy, host: str, do: Callable[[UserAgent], Awaitable[object]]) -> object:
    async def once() -> object:
        resolver = Resolver(["127.0.0.1"], 9, proxy.hosts)
        agent = UserAgent((host, 0), timers=TIMERS, trust=Trust(str(proxy.authority.file)), resolver=resolver)
        await agent.start()
        try:
            return await do(agent)
        finally:
            await agent.close()

    return asyncio.run(once())


def notice(user: str, hop: SipUri, keys: Keys = Keys()) -> Notice:  # noqa: B008  (it is frozen)
    return Notice(SipUri("pbx.test", user), "check-sync;reboot=false", next_hop=hop, keys=keys)


@pytest.mark.parametrize("to_phone", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("to_proxy", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("host", [TRUSTED, STRANGER])
def test_a_registered_phone_is_told_through_the_proxy(proxy: Proxy, host: str, to_proxy: str, to_phone: str) -> None:
    async def once(agent: UserAgent) -> tuple[Answer, int]:
        async with proxy.phone("3001", to_phone) as phone:
            answer = await agent.send(notice("3001", proxy.hop(to_proxy), Keys(proxy=(OURS,))))
            await phone.register(0)
            return answer, len(phone.heard)

    answer, heard = as_agent(proxy, host, once)
    assert (answer.status, heard) == (200, 1)


@pytest.mark.parametrize(
    ("host", "keys", "status"),
    [
        (STRANGER, Keys(), 407),
        (STRANGER, Keys(proxy=(Credentials("provisioner", Secret("wrong")),)), 407),
        (STRANGER, Keys(target=(OURS,)), 407),
        (STRANGER, Keys(proxy=(OURS,)), 404),
        (TRUSTED, Keys(), 404),
    ],
)
def test_what_keeps_a_notify_from_the_phone_is_told(proxy: Proxy, host: str, keys: Keys, status: int) -> None:
    answer = as_agent(proxy, host, lambda agent: agent.send(notice("nobody", proxy.hop("udp"), keys)))
    assert answer.status == status


def test_the_proxy_and_the_phone_both_ask_in_one_exchange(proxy: Proxy) -> None:
    guard = Guard(401, "phone", "3002", "of the phone", algorithm="SHA-256")
    guard.strict = False  # the proxy writes the phone's contact over the address that was signed
    keys = Keys((OURS,), (Credentials("3002", Secret("of the phone")),))

    async def once(agent: UserAgent) -> tuple[list[Answer], int]:
        async with proxy.phone("3002", guard=guard) as phone:
            answers = [await agent.send(notice("3002", proxy.hop("udp"), keys)) for _ in range(2)]
            await phone.register(0)
            return answers, len(phone.heard)

    answers, heard = as_agent(proxy, STRANGER, once)
    assert ([answer.status for answer in answers], heard) == ([200, 200], 2)


def test_a_phone_behind_nat_is_reached_where_its_packets_come_from(proxy: Proxy) -> None:
    async def once(agent: UserAgent) -> tuple[Answer, list[str]]:
        async with proxy.phone("3003", contact_host="10.99.99.7") as phone:
            answer = await agent.send(notice("3003", proxy.hop("udp")))
            await phone.register(0)
            return answer, [request.uri for request in phone.heard]

    answer, uris = as_agent(proxy, TRUSTED, once)
    assert answer.status == 200
    assert uris[0].startswith("sip:3003@10.99.99.7:")


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_phone_whose_connection_died_is_offline(proxy: Proxy, transport: str) -> None:
    async def once(agent: UserAgent) -> Answer:
        async with proxy.phone("3004", transport) as phone:
            phone.unplug()
            await asyncio.sleep(0.2)
            return await agent.send(notice("3004", proxy.hop("udp")))

    assert as_agent(proxy, TRUSTED, once).status in (408, 477)


def test_a_proxy_that_sends_in_circles_is_told(proxy: Proxy) -> None:
    answer = as_agent(proxy, TRUSTED, lambda agent: agent.send(notice("loop", proxy.hop("udp"))))
    assert answer.status == 483


def test_two_phones_of_one_extension_are_told_apart(proxy: Proxy) -> None:
    async def once() -> tuple[list[int], list[int]]:
        pool = Pool()
        async with (
            proxy.phone("3005", contact_host="10.99.99.8") as first,
            proxy.phone("3005", "tcp", answer=481) as second,
            proxy.phone("3005", "tls", answer=None) as third,
        ):
            contacts: list[Contact] = (await pool.contacts(proxy.place))["3005"]
            ports = {first.port: first, second.port: second, third.port: third}
            contacts.sort(key=lambda one: list(ports).index(one.port))
            message = Message("check-sync;reboot=false", "pbx.test", "text/plain", b"hello")
            statuses, heard = [], []
            for one in contacts:
                outcome = await pool.notify(proxy.place, one, message, alone=False)
                statuses.append(outcome.status)
                heard.append(sum(len(phone.heard) > 0 for phone in ports.values()))
            assert first.heard[0].body == b"hello"
            assert first.heard[0].header("Event") == "check-sync;reboot=false"
        await pool.close()
        return statuses, heard

    assert asyncio.run(once()) == ([200, 481, 408], [1, 2, 3])

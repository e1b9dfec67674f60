"""The timers of the non-INVITE client transaction, to the tenth, in a loop whose clock jumps instead of waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from provserver.sip.message import Response
from provserver.sip.transaction import Answer, Timers, Transaction

PHONE = ("192.0.2.10", 5060)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop that is at the next timer at once."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        look = self._selector.select
        self._selector.select = lambda timeout=None: look(0) if not timeout else self._jump(timeout, look)

    def _jump(self, seconds: float, look: Callable[[float], Any]) -> Any:
        self._now += seconds
        return look(0)

    def time(self) -> float:
        return self._now


def response(status: int, method: str = "NOTIFY") -> Response:
    return Response(status, f"Reason {status}", (("CSeq", f"1 {method}"),))


def run(timers: Timers, answers: dict[float, int], *, repeats: bool = True) -> tuple[Answer, list[float]]:
    """Run a transaction that receives these statuses at these seconds; give its end and when it sent."""

    async def once() -> tuple[Answer, list[float]]:
        loop = asyncio.get_running_loop()
        transaction = Transaction("NOTIFY", "udp", PHONE)
        for at, status in answers.items():
            loop.call_later(at, transaction.receive, response(status), "udp", PHONE)
        sent: list[float] = []
        answer = await transaction.run(lambda: sent.append(round(loop.time(), 3)), timers, repeats=repeats)
        return answer, sent

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(once())


def test_a_silent_phone_is_asked_eleven_times_in_32_seconds() -> None:
    answer, sent = run(Timers(), {})
    assert sent == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert (answer.status, answer.reason, answer.sent) == (408, "no answer within 32 s", 11)
    assert answer.seconds == pytest.approx(32)


def test_after_a_provisional_answer_it_asks_every_t2() -> None:
    _, sent = run(Timers(), {0.1: 100})
    assert sent == [0, 0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5]


def test_a_late_final_answer_ends_it_there() -> None:
    answer, sent = run(Timers(), {2.0: 183, 9.0: 202})
    assert sent == [0, 0.5, 1.5, 3.5, 7.5]
    assert (answer.status, answer.reason, answer.sent) == (202, "Reason 202", 5)
    assert answer.seconds == pytest.approx(9)


def test_only_the_first_final_answer_counts() -> None:
    assert run(Timers(), {1.0: 404, 1.1: 200})[0].status == 404


def test_over_tcp_it_asks_once() -> None:
    answer, sent = run(Timers(), {}, repeats=False)
    assert (answer.status, sent) == (408, [0])


def test_short_timers_are_kept() -> None:
    answer, sent = run(Timers(t1=0.1, t2=0.2, timer_f=0.6), {})
    assert sent == [0, 0.1, 0.3, 0.5]
    assert answer.seconds == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("answer", "transport", "source"),
    [
        (response(200, "OPTIONS"), "udp", PHONE),
        (response(200), "tcp", PHONE),
        (response(200), "udp", ("192.0.2.11", 5060)),
    ],
)
def test_what_answers_something_else_is_not_taken(answer: Response, transport: str, source: tuple[str, int]) -> None:
    async def once() -> bool:
        return Transaction("NOTIFY", "udp", PHONE).receive(answer, transport, source)

    assert asyncio.run(once()) is False

"""Our user agent, for one NOTIFY to somebody else's program."""

import asyncio

from provserver.sip.client import Answer, Timers, UserAgent
from provserver.sip.message import SipUri


def notify(target: SipUri, timers: Timers) -> Answer:
    """Tell a phone to fetch, and give how it ended."""

    async def once() -> Answer:
        agent = UserAgent(("127.0.0.1", 0), timers=timers)
        await agent.start()
        try:
            return await agent.notify(target, "check-sync;reboot=false")
        finally:
            await agent.close()

    return asyncio.run(once())

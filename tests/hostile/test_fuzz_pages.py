"""Every page with nonsense in its address, its form, its cookie and its language: never a 5xx."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

import provserver
from tests.access.calls import MINE
from tests.access.conftest import World, world
from tests.access.test_walk import CALLS, address_of
from tests.hostile.bytes_at import HEADERS
from tests.hostile.conftest import LONG, Report, Size

__all__ = ["world"]

pytestmark = pytest.mark.timeout(7200 if LONG else 300)

SEED = random.SystemRandom().randrange(2**32) if LONG else 3
VALUES = (
    "", " ", "0", "-1", "1", "²", "٣", "9" * 30, "9" * 5000, "1e400", "nan", "true", "on", "None", "\0", "a\nb",
    "\x7f", "é", "😀",
    "\u202e", "%00", "../..", "<script>", "' OR 1=1 --", "=1+1", "{{7*7}}", "a" * 300, "a" * 20_000, "201", "204",
    "805ec0d9c744",
    "00:04:f2:aa:bb:cc", "Office", "department:Office", "tenant", "poly/VVX301", "sip:x@y", "2026-13-45T99:99",
    "fe80::1%x", "\ufffe",
    "\U000e0001", "1=blf:204", "9223372036854775808", "0x10", "[]", "{}", '{"a":1}', "http://[", "a,b;c",
    "Europe/Nowhere", "25:61",
)  # fmt: skip
OTHERS_FAULT = {"GET /sign-in/openid": 502, "GET /account/confirm/openid": 502}
"""Pages that ask somebody else, who does not answer here, and the status that says so."""
PACKAGE = Path(provserver.__file__).parent
_FIELD = re.compile(r"""(?:name="|form\.get\("|args\.get\("|form\.getlist\("|args\[")(\w+)""")


def names() -> Sequence[str]:
    """Give every name that a form or an address of the pages has."""
    files = [*(PACKAGE / "templates").rglob("*.html"), *(PACKAGE / "web").glob("*.py")]
    return sorted({name for file in files for name in _FIELD.findall(file.read_text())} - {"csrf_token"})


def test_no_nonsense_breaks_a_page(world: World, size: Size, report: Report) -> None:
    dice, known, statuses = random.Random(SEED), names(), Counter[int]()
    pages = [key for key in CALLS if "/api/" not in key and "/static/" not in key and "sign-out" not in key]
    for key in pages if LONG else dice.sample(pages, 40):
        for _ in range(size(2, 25)):
            method, address = address_of(key, MINE)
            form = dict(CALLS[key].form or {}) if dice.random() < 0.7 else {}
            form |= {name: dice.choice(VALUES) for name in dice.sample(known, dice.randrange(8))}
            client, token, cookie = world.people["operator"]
            client.set_cookie("provserver", cookie)
            language = {"Accept-Language": dice.choice(HEADERS[b"Accept-Language"]).decode("latin-1")}
            more = {"data": form} if method == "POST" else {"query_string": form}
            if method == "POST" and dice.random() < 0.5:
                more["query_string"] = {name: dice.choice(VALUES) for name in dice.sample(known, 3)}
            answer = client.open(address, method=method, headers={"X-CSRFToken": token} | language, **more)
            answer.close()
            assert answer.status_code < 500 or answer.status_code == OTHERS_FAULT.get(key), (
                f"seed {SEED}: {key} with {form}"
            )
            statuses[answer.status_code] += 1
            if method == "POST":
                world.restore()
    report(asked=sum(statuses.values()), seed=SEED, **{f"status_{code}": n for code, n in sorted(statuses.items())})


@pytest.mark.parametrize("cookie", ["", ".", "e30.x.y", "a" * 5000, '"', "é", "eyJhIjoxfQ.aaaaaa.bbbb", "\x7f"])
def test_no_cookie_breaks_a_page(world: World, cookie: str) -> None:
    client = world.app.test_client()
    for language in ("it;q=nan", "*", "x-" * 500, "_", "en;q=1e999", "it-IT-u-co-phonebk", "\xff"):
        answer = client.get("/phones/", headers={"Cookie": f"provserver={cookie}", "Accept-Language": language})
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")

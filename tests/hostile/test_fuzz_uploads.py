"""What phones and people send in files: kept as it is, refused with a reason, and never more than it says."""

import csv
import gzip
import io
import random
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from provserver.app import create_app
from provserver.db.models import Upload
from provserver.domain.roles import Actor, Role
from provserver.errors import ProvisioningError
from provserver.fronts import Application
from provserver.services.access.accounts import ensure_company
from provserver.services.delivery.uploads import UPLOAD_LIMIT, UPLOADS_PER_PHONE
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.spreadsheet import exchange, export
from provserver.services.spreadsheet.table import COLUMNS
from tests.hostile.bytes_at import BODIES, mutated
from tests.hostile.conftest import LONG, Report, Size
from tests.hostile.guessing import Answer, ask

pytestmark = pytest.mark.timeout(7200 if LONG else 300)

SEED = random.SystemRandom().randrange(2**32) if LONG else 5
MAC = "805ec0d9c744"
CELLS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "=1+1",
            "+39 02",
            "-1",
            "@SUM(1)",
            "'=x",
            "\t=x",
            '=HYPERLINK("x")',
            "201",
            MAC,
            "yealink",
            "T46U",
            "1=line | 2=blf:201",
        ]
    ),
    st.sampled_from(
        ["\0", "\ud800", "a" * 5000, "9" * 400, "\r\n", '"', ";", "\u202e", "é", "😀", "1=" * 500, "|" * 900]
    ),
)
TABLES = st.builds(
    lambda names, rows: (names, rows),
    st.lists(st.sampled_from([*COLUMNS, "unknown", ""]), min_size=1, max_size=8),
    st.lists(st.lists(CELLS, max_size=9), max_size=5),
)


def bomb() -> bytes:
    """Give a small archive of a large nothing, ten megabytes in ten kilobytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a" * 10, b"\0" * 10 * 2**20)
    return packed.getvalue()


@pytest.fixture
def door(sqlite_house: House) -> Iterator[Application]:
    """The application in front of the house."""
    app = create_app(sqlite_house.config, sqlite_house)
    yield app.wsgi_app
    app.extensions["desk"].recorder.close()


@pytest.fixture
def anna(sqlite_house: House) -> Actor:
    """An operator of the company."""
    return Actor(ensure_company(sqlite_house, "Rossi S.p.A."), "anna", Role.OPERATOR)


def test_what_a_phone_sends_comes_back_as_it_was_or_was_refused(
    sqlite_house: House, anna: Actor, door: Application, size: Size, report: Report
) -> None:
    dice, kept, refused = random.Random(SEED), 0, 0
    _, url = devices.add_device(sqlite_house, anna, NewDevice(MAC, "yealink", "T46U"))
    own = url.removeprefix(sqlite_house.config.base_url)
    odd = (*BODIES, bomb(), gzip.compress(b"\0" * 2**20), b"x" * UPLOAD_LIMIT, b"x" * (UPLOAD_LIMIT + 1))
    tracemalloc.start()
    for number in range(size(150, 10_000)):
        body = dice.choice(odd) if number % 2 else mutated(dice.choice(BODIES), dice)
        name = dice.choice(
            (f"{MAC}-local.cfg", f"{MAC}-contact.xml", f"{MAC}{dice.randrange(40)}.log", f"{MAC}.cfg", "x.php")
        )
        answer = _send(door, f"{own}{name}", body, dice.choice(("PUT", "POST")))
        assert answer.status[:3] in {"201", "404", "413", "400"}, answer
        kept, refused = kept + (answer.status[:3] == "201"), refused + (answer.status[:3] != "201")
        if answer.status[:3] == "201" and not name.endswith(".log"):
            back = ask(door, f"{own}{name}", {"REMOTE_ADDR": "127.0.0.1"})
            assert back.body == body and dict(back.headers)["X-Content-Type-Options"] == "nosniff"
            assert dict(back.headers)["Content-Type"] == "application/octet-stream"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 2**20
    with sqlite_house.database.reading() as session:
        assert (session.scalar(select(func.count()).select_from(Upload)) or 0) <= UPLOADS_PER_PHONE
    report(kept=kept, refused=refused, peak_mib=peak // 2**20, seed=SEED)


def _send(door: Application, path: str, body: bytes, method: str) -> Answer:
    more = {"REQUEST_METHOD": method, "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body))}
    return ask(door, path, more, body)


def test_no_table_breaks_an_import(sqlite_house: House, anna: Actor, size: Size, report: Report) -> None:
    outcomes = {"saved": 0, "refused": 0}

    @seed(SEED)
    @settings(max_examples=size(40, 1_500), database=None, suppress_health_check=list(HealthCheck))
    @given(TABLES, st.sampled_from(",;\t"))
    def load(table: tuple[list[str], list[list[str]]], delimiter: str) -> None:
        written = io.StringIO(newline="")
        try:
            csv.writer(written, delimiter=delimiter).writerows([table[0], *table[1]])
        except csv.Error:
            return
        try:
            done = exchange.import_table(sqlite_house, anna, written.getvalue())
            outcomes["saved" if done.saved else "refused"] += 1
        except ProvisioningError:
            outcomes["refused"] += 1

    load()
    for row in csv.reader(io.StringIO(export.export_table(sqlite_house, anna), newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    report(**outcomes, seed=SEED)

"""The server's side of Digest, against the client's side and against the RFC's own example."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver import digest
from provserver.digest import Basic, Digest, Nonces
from tests.fakes.answering import Answerer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def header(*, nonce: str = "", algorithm: str = "MD5", word: str = "geheim-123") -> str:
    client = Answerer("phone", word, (algorithm,))
    assert client.learn(
        [text for _, text in digest.challenges(nonce or Nonces(b"k").make(NOW), stale=False, basic=True)]
    )
    return client.digest("GET", "/p/token/file.cfg")


def test_the_example_of_the_rfc_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 7616, section 3.9.1, in MD5 and SHA-256."""
    monkeypatch.setattr(digest, "REALM", "http-auth@example.org")
    nonce, mine = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    answers = {
        "MD5": "8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    }
    for algorithm, response in answers.items():
        text = (
            f'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm={algorithm}, '
            f'nonce="{nonce}", nc=00000001, cnonce="{mine}", qop=auth, response="{response}", '
            'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
        )
        given = digest.read(text)
        assert given is not None and digest.is_right(given, "GET", "Mufasa", "Circle of Life")
        assert not digest.is_right(given, "PUT", "Mufasa", "Circle of Life")
        assert not digest.is_right(given, "GET", "Mufasa", "Circle of life")


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_what_a_client_answers_is_right_for_its_password_alone(algorithm: str) -> None:
    given = digest.read(header(algorithm=algorithm))
    assert isinstance(given, Digest) and given.algorithm == algorithm
    assert digest.is_right(given, "GET", "phone", "geheim-123")
    assert not digest.is_right(given, "GET", "phone", "geheim-124")
    assert not digest.is_right(given, "GET", "fax", "geheim-123")
    assert "response" not in repr(given)


def test_what_is_signed_belongs_to_one_path_and_query() -> None:
    given = digest.read(header())
    assert isinstance(given, Digest)
    assert digest.is_about(given, "/p/token/file.cfg", "q=1") and digest.is_about(given, "/file.cfg", "", "/p/token")
    assert not digest.is_about(given, "/p/token/other.cfg", "")


def test_a_nonce_is_known_on_another_node_and_only_while_it_is_young() -> None:
    nonce = Nonces(b"one key").make(NOW)
    given = digest.read(header(nonce=nonce))
    assert isinstance(given, Digest)
    assert Nonces(b"one key").use(given, NOW + digest.LIFETIME)
    assert not Nonces(b"one key").use(given, NOW + digest.LIFETIME + timedelta(seconds=1))
    assert not Nonces(b"another key").use(given, NOW)


def test_an_answer_counts_once() -> None:
    nonces = Nonces(b"key")
    given = digest.read(header(nonce=nonces.make(NOW)))
    assert isinstance(given, Digest)
    assert nonces.use(given, NOW) and not nonces.use(given, NOW)


def test_what_is_remembered_of_nonces_is_bounded_and_what_was_forgotten_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(digest, "MOST_NONCES", 3)
    nonces = Nonces(b"key")
    given = [digest.read(header(nonce=nonces.make(NOW + timedelta(seconds=second)))) for second in range(5)]
    now = NOW + timedelta(seconds=5)
    assert all(isinstance(one, Digest) and nonces.use(one, now) for one in given)
    assert len(nonces._used) == 3
    assert not any(isinstance(one, Digest) and nonces.use(one, now) for one in given)


@given(st.text(max_size=300))
def test_no_header_breaks_the_reader(text: str) -> None:
    for start in ("", "Digest ", "Basic ", 'Digest username="'):
        assert digest.read(start + text) is None or isinstance(digest.read(start + text), (Basic, Digest))


def test_what_is_not_asked_for_is_no_answer() -> None:
    whole = header()
    for wrong in (
        whole.replace("qop=auth", "qop=auth-int"), whole.replace(", nc=00000001", ""),
        whole.replace("=MD5", "=MD5-sess"),
        whole.replace('realm="provserver"', 'realm="other"'), whole + ', realm="provserver"', "Bearer x",
    ):  # fmt: skip
        assert digest.read(wrong) is None

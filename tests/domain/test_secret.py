"""A secret shows itself to nobody who does not ask for it by name."""

import json
import logging
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.domain.phone import Line
from provserver.domain.secret import MASK, Secret
from provserver.domain.settings import Effective, Scope

HIDDEN = "hunter2-hunter2"


def test_no_way_of_writing_shows_a_secret() -> None:
    secret = Secret(HIDDEN)
    line = Line(1, "201", "Mario", "201", secret, "pbx")
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r}",
        f"{secret!s:>30}",
        "%s %r" % (secret, secret),  # noqa: UP031  as logging does it
        "{}".format(secret),  # noqa: UP032  one of the ways
        repr([secret]),
        repr({"password": secret}),
        str(line),
        repr(Effective(secret, Scope.TENANT)),
        json.dumps({"password": secret}, default=str),
        logging.makeLogRecord({"msg": "set to %s", "args": (secret,)}).getMessage(),
        "".join(traceback.format_exception(ValueError(secret))),
    ]
    assert not [text for text in shown if "hunter2" in text]
    assert "hunter2" not in MASK


def test_a_secret_is_no_text_by_accident() -> None:
    secret = Secret(HIDDEN)
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        secret + ""  # type: ignore[operator]
    with pytest.raises(TypeError):
        "".join([secret])  # type: ignore[list-item]
    assert not hasattr(secret, "__dict__")


@given(st.text())
def test_a_secret_is_revealed_as_it_was_given(text: str) -> None:
    secret = Secret(text)
    assert secret.reveal() == text
    assert bool(secret) == bool(text)
    assert secret == Secret(text)
    assert hash(secret) == hash(Secret(text))
    assert secret != text


def test_secrets_differ_by_their_text() -> None:
    assert Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2

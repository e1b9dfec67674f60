"""How people are named at a provider."""

import pytest

from provserver.domain.openid import plain_name


@pytest.mark.parametrize(
    ("text", "claim", "name"),
    [
        (" Anna@Example.COM ", "email", "anna@example.com"),
        ("AbC", "sub", "AbC"),
        ("Stra\u00dfe@example.com", "email", "Stra\u00dfe@example.com"),
        ("\u212aarl", "preferred_username", "\u212aarl"),
    ],
)
def test_no_two_names_become_the_same(text: str, claim: str, name: str) -> None:
    assert plain_name(text, claim) == name


@pytest.mark.parametrize("text", ["a\nb", "a\u202eb", "x" * 256])
def test_a_name_that_cannot_be_seen_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"character"):
        plain_name(text, "email")

"""Settings: each kind reads what it should and nothing else, and the nearest value wins."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.domain.secret import Secret
from provserver.domain.settings import Effective, Kind, Layer, Scope, Setting, Value, effective_ring, inherit
from provserver.domain.vocabulary import SECTIONS, SETTINGS, defaults

CHOICES = ("a", "b", "c")
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=80), st.binary()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)


def setting(kind: Kind, low: int = 1, high: int = 10) -> Setting:
    """Make a setting of a kind."""
    return Setting("s", kind, None, "phone", "S", CHOICES, low, high, "seconds")


GOOD: list[tuple[Kind, object, Value]] = [
    (Kind.FLAG, True, True),
    (Kind.FLAG, False, False),
    (Kind.CHOICE, "b", "b"),
    (Kind.NUMBER, 1, 1),
    (Kind.NUMBER, 10, 10),
    (Kind.TEXT, " Jose\u0301 ", "José"),
    (Kind.TEXT, "", ""),
    (Kind.DIALLED, "*9 8", "*98"),
    (Kind.DIALLED, "", ""),
    (Kind.DIALLED, "  ", ""),
    (Kind.HOST, "pbx.example.com:5061", "pbx.example.com:5061"),
    (Kind.HOST, "[::1]:5061", "[::1]:5061"),
    (Kind.HOST, " ", ""),
    (Kind.URL, "http://a/x", "http://a/x"),
    (Kind.URL, "", ""),
    (Kind.ZONE, "Europe/Rome", "Europe/Rome"),
    (Kind.ZONE, "UTC", "UTC"),
    (Kind.ORDER, ["b", "a"], ("b", "a")),
    (Kind.ORDER, ("c",), ("c",)),
    (Kind.IMAGES, "", ()),
    (Kind.IMAGES, [], ()),
    (Kind.IMAGES, "a.rom  b.rom", ("a.rom", "b.rom")),
    (Kind.IMAGES, ["T46U(T43U,T46U)-1.2.rom"] * 2, ("T46U(T43U,T46U)-1.2.rom",)),
    (Kind.ADDRESSES, "", ()),
    (Kind.ADDRESSES, "192.0.2.1, 2001:DB8::1  192.0.2.1", ("192.0.2.1", "2001:db8::1")),
    (Kind.ADDRESSES, ["192.0.2.1"], ("192.0.2.1",)),
    (Kind.SECRET, "hunter2!", Secret("hunter2!")),
    (Kind.SECRET, Secret("hunter2!"), Secret("hunter2!")),
    (Kind.SECRET, "x" * 64, Secret("x" * 64)),
]

BAD: list[tuple[Kind, list[object]]] = [
    (Kind.FLAG, [None, 0, 1, "true", "", [], "off"]),
    (Kind.CHOICE, [None, "", "d", "A", " a", 1, True, ["a"], {"a": 1}]),
    (Kind.NUMBER, [None, 0, 11, True, False, "5", 5.0, 5.5, [5], 10**40]),
    (Kind.TEXT, [None, 1, b"x", ["x"], "a\nb", "a\0b", "xxxxxxxxxxx", "\u202eabc", "\ud800"]),
    (Kind.DIALLED, [None, 98, "two words", "1\r\n2", "1" * 33, "<1>"]),
    (Kind.HOST, [None, 1, "a b", "a:0", "a:65536", "sip:a", "[::1]x", "a\nb", "::1]", "a" * 300]),
    (Kind.URL, [None, "a", "ftp://a", "http://u:p@a", "http://a/ b", "http://a/\ud800", "http://" + "a" * 300]),
    (Kind.ZONE, [None, "", "Europe/Roma", "europe/rome", "../../etc/passwd", "CEST", 1, ["UTC"]]),
    (Kind.ORDER, [None, "a", [], ["d"], ["a", "a"], ["a", 1], [1], [["a"]], [{}], {"a": 1}, {"a"}, ["a", None]]),
    (Kind.IMAGES, [None, 1, True, {}, [1], ["a b"], ["../a"], [".a"], ["a/b"], "a\0", ["a" * 81], "é.rom", [None]]),
    (Kind.ADDRESSES, [None, 1, {}, [1], "any", "10.0.0.0/8", "10.1.*.*", ["a b"], ["::1"] * 17, "fe80::1%eth0"]),
    (Kind.SECRET, [None, "", "abc", "x" * 65, "with blank", "pässword", "line\nend", "tab\tx", 1234, ["abcd"]]),
]


@pytest.mark.parametrize(("kind", "raw", "value"), GOOD)
def test_a_good_value_is_read_in_its_own_type(kind: Kind, raw: object, value: Value) -> None:
    read = setting(kind).read(raw)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(("kind", "raw"), [(kind, raw) for kind, rows in BAD for raw in rows])
def test_a_bad_value_is_refused_with_what_to_do(kind: Kind, raw: object) -> None:
    with pytest.raises(ValueError, match=r"\w") as problem:
        setting(kind).read(raw)
    assert type(problem.value) is ValueError, "a sentence of ours, not of Python's"


def test_every_kind_is_read_and_tested() -> None:
    assert {kind for kind, _, _ in GOOD} == {kind for kind, _ in BAD} == set(Kind)
    assert {item.kind for item in SETTINGS.values()} <= set(Kind)


def test_the_refusal_of_a_number_names_its_limits_and_unit() -> None:
    with pytest.raises(ValueError, match=r"^a whole number from 1 to 10 seconds$"):
        setting(Kind.NUMBER).read(11)


def test_a_refused_secret_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="printable") as problem:
        setting(Kind.SECRET).read("hunter2 hunter2")
    assert "hunter2" not in str(problem.value)


def test_a_text_without_a_limit_of_its_own_holds_64_characters() -> None:
    free = setting(Kind.TEXT, high=0)
    assert free.read("x" * 64) == "x" * 64
    with pytest.raises(ValueError, match="at most 64"):
        free.read("x" * 65)


@pytest.mark.parametrize("name", SETTINGS)
@given(raw=ANYTHING)
def test_whatever_a_program_sends_is_read_for_good_or_refused(name: str, raw: object) -> None:
    try:
        value = SETTINGS[name].read(raw)
    except ValueError:
        return
    assert SETTINGS[name].read(value) == value


@given(st.text(string.ascii_letters + string.digits + string.punctuation, min_size=4, max_size=64))
def test_any_printable_password_is_accepted(password: str) -> None:
    assert SETTINGS["admin_password"].read(password) == Secret(password)


@pytest.mark.parametrize("item", SETTINGS.values(), ids=SETTINGS)
def test_a_default_is_what_its_own_reader_gives(item: Setting) -> None:
    if item.kind is Kind.SECRET:
        assert item.default is None, "a password has no default; each phone gets its own"
        return
    assert item.read(item.default) == item.default


@pytest.mark.parametrize("item", SETTINGS.values(), ids=SETTINGS)
def test_a_setting_is_described_in_full(item: Setting) -> None:
    assert item.section in SECTIONS
    assert item.title
    assert bool(item.choices) == (item.kind in {Kind.CHOICE, Kind.ORDER})
    assert (item.low < item.high) >= (item.kind is Kind.NUMBER)
    assert item.low == item.high == 0 or item.kind in {Kind.NUMBER, Kind.TEXT}


def test_the_defaults_come_from_nowhere_else() -> None:
    found = defaults()
    assert set(found) == set(SETTINGS)
    assert {(value.origin, value.place) for value in found.values()} == {(Scope.DEFAULT, "")}
    assert {name: value.value for name, value in found.items()} == {n: s.default for n, s in SETTINGS.items()}


def test_the_nearest_value_wins_and_says_where_it_is_from() -> None:
    merged = inherit([
        (Scope.TENANT, "", {"language": "it", "clock": "12", "poll": False}),
        (Scope.DEPARTMENT, "Sales", {"clock": "24"}),
        (Scope.DEVICE, "0004f2aabbcc", {"poll": True}),
    ])  # fmt: skip
    assert merged == {
        "language": Effective("it", Scope.TENANT),
        "clock": Effective("24", Scope.DEPARTMENT, "Sales"),
        "poll": Effective(True, Scope.DEVICE, "0004f2aabbcc"),
    }


def test_an_empty_or_false_value_of_a_nearer_place_wins_too() -> None:
    for value in (None, "", False, 0):
        merged = inherit([(Scope.TENANT, "", {"x": "far"}), (Scope.LINE, "7", {"x": value})])
        assert merged == {"x": Effective(value, Scope.LINE, "7")}


LAYERS = st.lists(
    st.tuples(
        st.sampled_from(Scope),
        st.text(max_size=3),
        st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(), max_size=3),
    ),
    max_size=6,
)


@given(LAYERS)
def test_every_value_is_that_of_the_last_layer_that_has_it(layers: list[Layer]) -> None:
    merged = inherit(layers)
    assert set(merged) == {name for _, _, values in layers for name in values}
    for name, effective in merged.items():
        scope, place, values = [layer for layer in layers if name in layer[2]][-1]
        assert effective == Effective(values[name], scope, place)


def test_scopes_go_from_far_to_near_and_are_named_in_lower_case() -> None:
    assert [scope.word for scope in sorted(Scope)] == ["default", "tenant", "department", "model", "line", "device"]


@pytest.mark.parametrize("ring", ["off", "splash", "tone"])
def test_a_monitored_ring_sounds_only_with_the_popup(ring: str) -> None:
    settings = defaults() | inherit([(Scope.DEVICE, "", {"monitor_ring": ring})])
    assert effective_ring(settings) == "off"
    with_popup = settings | inherit([(Scope.TENANT, "", {"monitor_popup": True})])
    assert effective_ring(with_popup) == ring
    assert with_popup["monitor_ring"].value == ring, "what is stored stays"

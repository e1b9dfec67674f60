"""Keys: their places, and every rule that a plan of them keeps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.domain.hardware import Block, PhoneModel, Sidecar
from provserver.domain.keys import EMPTY, NAMED_KINDS, SHAPES, Key, KeyPlan, shown_label
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Invalid

DESK = PhoneModel(
    vendor="acme",
    name="D10",
    title="Acme D10",
    accounts=2,
    blocks=(Block("line", 10, (5, 5)),),
    sidecar=Sidecar("X20", 20, 2, (10, 10), missing=(7,)),
    kinds=frozenset(KeyKind),
    label_limit=12,
)
PLAIN = PhoneModel(
    vendor="acme",
    name="P2",
    title="Acme P2",
    accounts=1,
    blocks=(Block("line", 2),),
    kinds=frozenset({KeyKind.LINE, KeyKind.BLF, KeyKind.SPEED_DIAL}),
    lacks={"dtmf": "the P2 sends no tones from a key"},
    label_limit=20,
    label_bytes=20,
)
KEYLESS = PhoneModel(vendor="acme", name="K0", title="Acme K0", accounts=1)
FIRST = Slot(0, 1)
SLOTS = st.builds(Slot, st.integers(0, 99), st.integers(1, 9999))


class Company:
    """A directory of three, one of them without a name."""

    names = {"201": "Mario Rossi", "202": "Giulia Verdi", "203": ""}

    def name_of(self, number: str) -> str | None:
        """Look the number up."""
        return self.names.get(number)


def checked(key: Key, slot: Slot = FIRST, model: PhoneModel = DESK, lines: int = 2) -> Key:
    """Check one key alone; give it as it would be saved."""
    return KeyPlan({slot: key}).check(model, lines, Company(), [slot]).slots[slot]


def refused(key: Key, slot: Slot = FIRST, model: PhoneModel = DESK, lines: int = 2) -> dict[str, str]:
    """Check one key alone; give what is wrong with it, by field."""
    with pytest.raises(Invalid) as problem:
        checked(key, slot, model, lines)
    return {error.field: error.message for error in problem.value.fields}


@given(SLOTS)
def test_a_slot_is_read_as_it_is_written(slot: Slot) -> None:
    assert Slot.parse(str(slot)) == slot


def test_a_slot_is_written_as_people_name_it() -> None:
    assert str(Slot(0, 3)) == "3"
    assert str(Slot(1, 5)) == "s1.5"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "01",
        "1.5",
        "s1",
        "s0.1",
        "s1.0",
        "S1.5",
        "s1.5 ",
        " 3",
        "3\n",
        "٣",
        "s100.1",
        "10000",
        "1e1",
        "s1.5.2",
    ],
)
def test_anything_else_names_no_slot(text: str) -> None:
    with pytest.raises(ValueError, match="a key is named by its number"):
        Slot.parse(text)


def test_slots_are_ordered_as_numbers_and_the_phone_comes_before_its_modules() -> None:
    written = ["s10.1", "s2.10", "10", "s2.9", "2", "1", "s1.100"]
    assert [str(slot) for slot in sorted(map(Slot.parse, written))] == [
        "1", "2", "10", "s1.100", "s2.9", "s2.10", "s10.1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("slot", "model", "reason"),
    [
        (Slot(0, 11), DESK, "Acme D10 has no key 11; its keys are 1 to 10"),
        (Slot(3, 1), DESK, "Acme D10 takes at most 2 expansion modules"),
        (Slot(1, 21), DESK, "X20 has no key 21 that can be set"),
        (Slot(2, 7), DESK, "X20 has no key 7 that can be set"),
        (Slot(1, 1), PLAIN, "Acme P2 takes no expansion module"),
        (Slot(0, 1), KEYLESS, "Acme K0 has no keys that can be set"),
        (Slot(0, 1), replace(KEYLESS, lacks={"keys": "it is a cordless one"}), "it is a cordless one"),
    ],
)
def test_a_slot_that_the_phone_lacks_is_refused_with_the_reason(slot: Slot, model: PhoneModel, reason: str) -> None:
    assert refused(Key(KeyKind.LINE), slot, model) == {str(slot): reason}
    assert refused(EMPTY, slot, model) == {str(slot): reason}


def test_the_last_key_of_the_phone_and_of_the_last_module_can_be_set() -> None:
    for slot in (Slot(0, 10), Slot(2, 20), Slot(1, 8)):
        assert checked(Key(KeyKind.DND), slot).kind is KeyKind.DND


def test_a_kind_that_the_phone_lacks_is_refused_with_the_reason() -> None:
    assert refused(Key(KeyKind.DND), model=PLAIN) == {"1.kind": "Acme P2 has no dnd keys"}
    assert refused(Key(KeyKind.DTMF, "1"), model=PLAIN) == {"1.kind": "the P2 sends no tones from a key"}


def test_an_empty_key_forgets_everything_but_its_lock() -> None:
    key = Key(KeyKind.NONE, "201", "label\n", 9, use_name_as_label=True, locked=True)
    assert checked(key) == replace(EMPTY, locked=True)
    assert checked(replace(key, locked=False)) == EMPTY


def test_an_empty_key_needs_neither_a_kind_nor_a_line_of_the_phone() -> None:
    assert checked(EMPTY, model=replace(PLAIN, kinds=frozenset()), lines=0) == EMPTY


@pytest.mark.parametrize("kind", [kind for kind, shape in SHAPES.items() if shape.required])
@pytest.mark.parametrize("target", ["", "  ", "\n"])
def test_a_key_that_needs_a_target_is_refused_without_one(kind: KeyKind, target: str) -> None:
    assert refused(Key(kind, target))["1.target"].startswith("missing: ")


@pytest.mark.parametrize("kind", [KeyKind.PICKUP, KeyKind.VOICEMAIL, KeyKind.FORWARD])
def test_a_key_with_a_code_of_the_company_needs_no_target(kind: KeyKind) -> None:
    assert checked(Key(kind, " ")).target == ""
    assert checked(Key(kind, "*9 7")).target == "*97"


@pytest.mark.parametrize("kind", [KeyKind.LINE, KeyKind.DND])
def test_a_key_that_dials_nothing_keeps_no_target(kind: KeyKind) -> None:
    assert checked(Key(kind, "201")).target == ""


@pytest.mark.parametrize(
    ("kind", "typed", "target"),
    [
        (KeyKind.SPEED_DIAL, "+39 02-123", "+3902123"),
        (KeyKind.SPEED_DIAL, "999", "999"),
        (KeyKind.BLF, " 201 ", "201"),
        (KeyKind.PARK, "*70 1", "*701"),
        (KeyKind.INTERCOM, "202", "202"),
        (KeyKind.DTMF, "1p2", "1,2"),
        (KeyKind.URL, " http://a.example/x ", "http://a.example/x"),
    ],
)
def test_a_target_is_saved_as_its_kind_reads_it(kind: KeyKind, typed: str, target: str) -> None:
    assert checked(Key(kind, typed)).target == target


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (KeyKind.SPEED_DIAL, "two words"),
        (KeyKind.SPEED_DIAL, "20\r\n1"),
        (KeyKind.BLF, "+39"),
        (KeyKind.PARK, "<701>"),
        (KeyKind.INTERCOM, "2" * 33),
        (KeyKind.DTMF, "x"),
        (KeyKind.URL, "javascript:alert(1)"),
        (KeyKind.PICKUP, "\0"),
        (KeyKind.VOICEMAIL, "a b"),
        (KeyKind.FORWARD, "@"),
    ],
)
def test_a_target_that_its_kind_cannot_read_is_refused(kind: KeyKind, typed: str) -> None:
    assert list(refused(Key(kind, typed))) == ["1.target"]


def test_a_monitored_extension_must_exist_in_the_company() -> None:
    assert refused(Key(KeyKind.BLF, "999")) == {"1.target": "there is no extension 999 in this company"}
    assert checked(Key(KeyKind.BLF, "203")).target == "203", "somebody without a name is somebody"


def test_a_label_is_measured_in_characters_of_the_model() -> None:
    assert checked(Key(KeyKind.DND, label="é" * 12)).label == "é" * 12
    assert refused(Key(KeyKind.DND, label="e" * 13)) == {"1.label": "at most 12 characters"}


def test_a_label_is_measured_in_bytes_where_the_phone_counts_bytes() -> None:
    key = Key(KeyKind.LINE)
    assert checked(replace(key, label="é" * 10), model=PLAIN).label == "é" * 10
    assert checked(replace(key, label="😀" * 5), model=PLAIN).label == "😀" * 5
    for label in ("é" * 11, "😀" * 6):
        assert "20 bytes" in refused(replace(key, label=label), model=PLAIN)["1.label"]


def test_a_label_with_a_line_end_is_refused_and_one_in_pieces_composed() -> None:
    assert list(refused(Key(KeyKind.DND, label="a\r\nb"))) == ["1.label"]
    assert checked(Key(KeyKind.DND, label=" Jose\u0301 ")).label == "José"


@pytest.mark.parametrize("line", [0, -1, 3])
def test_a_line_that_the_phone_does_not_have_is_refused(line: int) -> None:
    assert refused(Key(KeyKind.LINE, line=line)) == {"1.line": f"this phone has no line {line}; it has 2"}


def test_a_phone_without_lines_is_told_to_get_one() -> None:
    assert refused(Key(KeyKind.LINE), lines=0) == {"1.line": "this phone has no line yet; assign one first"}


@pytest.mark.parametrize("kind", [kind for kind in KeyKind if kind is not KeyKind.NONE])
def test_only_a_key_whose_target_may_be_a_person_takes_the_persons_name(kind: KeyKind) -> None:
    target = "http://a/" if kind is KeyKind.URL else "201"
    assert checked(Key(kind, target, use_name_as_label=True)).use_name_as_label == (kind in NAMED_KINDS)


def test_every_wrong_field_of_every_key_is_named_at_once() -> None:
    plan = KeyPlan({
        Slot(0, 10): Key(KeyKind.BLF, "999", "x" * 13, 5),
        Slot(0, 2): Key(KeyKind.SPEED_DIAL),
        Slot(0, 11): EMPTY,
        Slot(1, 7): EMPTY,
    })  # fmt: skip
    with pytest.raises(Invalid) as problem:
        plan.check(DESK, 2, Company(), plan.slots)
    fields = [error.field for error in problem.value.fields]
    assert fields == ["2.target", "10.target", "10.label", "10.line", "11", "s1.7"]


def test_only_the_named_keys_are_checked() -> None:
    left_over = Key(KeyKind.BLF, "999", "x" * 99, 7)
    plan = KeyPlan({Slot(0, 5): left_over, FIRST: Key(KeyKind.SPEED_DIAL, "2 0 1")})
    after = plan.check(DESK, 1, Company(), {FIRST})
    assert after.slots == {Slot(0, 5): left_over, FIRST: Key(KeyKind.SPEED_DIAL, "201")}
    assert plan.slots[FIRST].target == "2 0 1", "a plan is never changed in place"


def test_a_slot_that_the_plan_does_not_name_is_empty() -> None:
    assert KeyPlan({}).check(DESK, 1, Company(), [FIRST]).slots == {FIRST: EMPTY}


def test_changes_replace_whole_keys_in_a_new_plan() -> None:
    plan = KeyPlan({FIRST: Key(KeyKind.BLF, "201", "Mario"), Slot(0, 2): EMPTY})
    after = plan.apply({FIRST: Key(KeyKind.DND)})
    assert after.slots == {FIRST: Key(KeyKind.DND), Slot(0, 2): EMPTY}
    assert plan.slots[FIRST].label == "Mario"


TYPED = st.builds(
    Key,
    st.sampled_from(KeyKind),
    st.one_of(st.sampled_from(["201", "+39 02", "http://a/", "1p2"]), st.text(max_size=20)),
    st.text(max_size=15),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
)


@given(TYPED)
def test_a_key_that_was_saved_can_be_saved_again(key: Key) -> None:
    try:
        saved = checked(key)
    except Invalid:
        return
    assert checked(saved) == saved
    assert saved.locked == key.locked


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (Key(KeyKind.BLF, "201", "Front desk"), "Front desk"),
        (Key(KeyKind.BLF, "201", "Front desk", use_name_as_label=True), "Mario Rossi"),
        (Key(KeyKind.BLF, "201"), "201"),
        (Key(KeyKind.BLF, "203", "Desk", use_name_as_label=True), "Desk"),
        (Key(KeyKind.BLF, "203", use_name_as_label=True), "203"),
        (Key(KeyKind.SPEED_DIAL, "999", "Pickup", use_name_as_label=True), "Pickup"),
        (Key(KeyKind.LINE), ""),
        (EMPTY, ""),
    ],
)
def test_the_phone_shows_the_name_or_the_label_or_what_the_key_dials(key: Key, shown: str) -> None:
    assert shown_label(key, Company()) == shown

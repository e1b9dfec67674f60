"""Where keys stand: counted down the columns, page after page, no two in one place."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from provserver.domain.hardware import Block, PhoneModel, Position, Sidecar
from provserver.domain.keys import Key, KeyPlan
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Invalid


class Nobody:
    """A directory without anybody."""

    def name_of(self, number: str) -> str | None:
        """Know nobody."""
        return None


def phone(*blocks: Block, sidecar: Sidecar | None = None) -> PhoneModel:
    """Make a model of these blocks."""
    return PhoneModel("acme", "A1", "Acme 1", 2, blocks, sidecar)


def places(positions: list[Position]) -> dict[str, tuple[int, int, int]]:
    """Give column, row and page by slot."""
    return {str(at.slot): (at.column, at.row, at.page) for at in positions}


def test_keys_are_counted_down_the_left_column_first() -> None:
    model = phone(Block("line", 6, (3, 3)))
    assert places(model.layout()) == {
        "1": (1, 1, 1),
        "2": (1, 2, 1),
        "3": (1, 3, 1),
        "4": (2, 1, 1),
        "5": (2, 2, 1),
        "6": (2, 3, 1),
    }
    assert not model.blocks[0].has_page_key


def test_columns_may_differ_in_length() -> None:
    assert places(phone(Block("line", 7, (2, 4, 1))).layout()) == {
        "1": (1, 1, 1),
        "2": (1, 2, 1),
        "3": (2, 1, 1),
        "4": (2, 2, 1),
        "5": (2, 3, 1),
        "6": (2, 4, 1),
        "7": (3, 1, 1),
    }


def test_where_a_page_has_a_key_less_than_its_columns_the_last_key_turns_the_page() -> None:
    block = Block("line", 9, (2, 2), pages=3)
    assert block.per_page == 3
    assert block.has_page_key
    found = places(phone(block).layout())
    assert found["3"] == (2, 1, 1)
    assert found["4"] == (1, 1, 2)
    assert found["9"] == (2, 1, 3)
    assert all((column, row) != (2, 2) for column, row, _ in found.values())


def test_a_block_whose_pages_are_full_has_no_page_key() -> None:
    assert not Block("line", 8, (2, 2), pages=2).has_page_key
    assert not Block("line", 7, (2, 2), pages=2).has_page_key, "a short last page is not a page key"


def test_keys_whose_place_nobody_tells_are_a_list() -> None:
    block = Block("line", 5)
    assert not block.has_page_key
    assert places(phone(block).layout()) == {str(n): (1, n, 1) for n in range(1, 6)}
    paged = places(phone(Block("line", 5, pages=2)).layout())
    assert paged["3"] == (1, 3, 1)
    assert paged["4"] == (1, 1, 2)


def test_blocks_are_counted_on() -> None:
    model = phone(Block("line", 3, (3,)), Block("memory", 4, (2, 2), side="right"))
    assert [str(slot) for slot in model.slots] == ["1", "2", "3", "4", "5", "6", "7"]
    assert {str(at.slot): (at.block, at.column, at.row) for at in model.layout()}["6"] == ("memory", 2, 1)
    assert model.block_of(Slot(0, 3)) == (model.blocks[0], 3)
    assert model.block_of(Slot(0, 4)) == (model.blocks[1], 1)
    assert model.block_of(Slot(0, 7)) == (model.blocks[1], 4)
    with pytest.raises(KeyError):
        model.block_of(Slot(0, 8))


def test_a_phone_without_keys_has_no_places() -> None:
    model = phone()
    assert model.layout() == []
    assert model.slots == model.sidecar_slots == model.module_slots(1) == ()
    assert model.all_slots == frozenset()
    assert model.sidecar_layout(1) == []


def test_a_key_of_a_module_that_cannot_be_set_leaves_a_gap() -> None:
    model = phone(Block("line", 1, (1,)), sidecar=Sidecar("X6", 6, 2, (3, 3), missing=(2, 6)))
    assert [str(slot) for slot in model.sidecar_slots] == [
        "s1.1", "s1.3", "s1.4", "s1.5", "s2.1", "s2.3", "s2.4", "s2.5",
    ]  # fmt: skip
    assert places(model.sidecar_layout(2)) == {
        "s2.1": (1, 1, 1),
        "s2.3": (1, 3, 1),
        "s2.4": (2, 1, 1),
        "s2.5": (2, 2, 1),
    }
    assert Slot(1, 2) not in model.all_slots
    assert len(model.all_slots) == 9


COLUMNS = st.lists(st.integers(1, 15), max_size=4).map(tuple)


@st.composite
def blocks(draw: st.DrawFn, name: str = "line") -> Block:
    """Draw a block that a table may describe: its keys fit its pages."""
    columns = draw(COLUMNS)
    pages = draw(st.integers(1, 5))
    keys = draw(st.integers(0, sum(columns) * pages if columns else 40))
    block = Block(name, keys, columns, pages)
    assume(not columns or block.per_page <= sum(columns))
    return block


@given(st.lists(blocks(), max_size=3))
def test_every_key_is_placed_once_and_no_two_in_one_place(drawn: list[Block]) -> None:
    model = phone(*(Block(f"b{n}", b.keys, b.columns, b.pages) for n, b in enumerate(drawn)))
    layout = model.layout()
    assert tuple(at.slot for at in layout) == model.slots
    assert len({(at.block, at.column, at.row, at.page) for at in layout}) == len(layout)
    for at in layout:
        block, _ = model.block_of(at.slot)
        assert at.block == block.name
        assert 1 <= at.page <= block.pages
        if block.columns:
            assert 1 <= at.column <= len(block.columns)
            assert 1 <= at.row <= block.columns[at.column - 1]


@given(blocks(), st.integers(1, 6), st.sets(st.integers(1, 60)))
def test_every_key_of_every_module_is_placed_once(block: Block, chain: int, missing: set[int]) -> None:
    sidecar = Sidecar("X", block.keys, chain, block.columns, block.pages, tuple(missing))
    model = phone(sidecar=sidecar)
    seen: list[Slot] = []
    for module in range(1, chain + 1):
        layout = model.sidecar_layout(module)
        assert len({(at.column, at.row, at.page) for at in layout}) == len(layout)
        seen += [at.slot for at in layout]
    assert tuple(seen) == model.sidecar_slots
    assert model.all_slots == set(seen)
    assert not {slot.number for slot in seen} & missing


def test_a_kind_may_lack_on_some_keys_of_a_model_only() -> None:
    model = PhoneModel(
        "acme",
        "M",
        "M",
        accounts=2,
        blocks=(Block("line", 2, (2,)), Block("memory", 4, without=frozenset({KeyKind.LINE}))),
        sidecar=Sidecar("X", 10, 1, without=frozenset({KeyKind.BLF})),
        kinds=frozenset({KeyKind.LINE, KeyKind.BLF}),
    )
    assert model.kinds_at(Slot(0, 2)) == {KeyKind.LINE, KeyKind.BLF}
    assert model.kinds_at(Slot(0, 3)) == {KeyKind.BLF}
    assert model.kinds_at(Slot(1, 1)) == {KeyKind.LINE}
    with pytest.raises(Invalid, match=r"3\.kind"):
        KeyPlan({Slot(0, 3): Key(KeyKind.LINE)}).check(model, 1, Nobody(), [Slot(0, 3)])

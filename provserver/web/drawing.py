"""A phone as a small drawing: where the marks stand in a box of 120 by 84, drawn from the model's own geometry."""

from dataclasses import dataclass

from provserver.domain.hardware import Block, PhoneModel

LEFT, RIGHT, TOP, BOTTOM = 42, 108, 12, 44
"""The display's edges."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One key beside the display, or a tile on it."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The marks of one model; ``glass`` is the display."""

    glass: Mark
    keys: tuple[Mark, ...]
    tiles: tuple[Mark, ...]
    memory: tuple[Mark, ...]


def draw(model: PhoneModel) -> Drawing:
    """Place a model's keys: beside the display where their columns are known, else as tiles on it."""
    keys: list[Mark] = []
    tiles: list[Mark] = []
    memory: list[Mark] = []
    for block in model.blocks:
        if block.side != "display":
            memory += _grid(block.columns or (block.per_page,), 84, 50, 24, 26)
        elif block.columns and not model.touch:
            keys += _sides(block)
        else:
            tiles += _grid(_columns(block), LEFT + 3, TOP + 3, RIGHT - LEFT - 6, BOTTOM - TOP - 6)
    glass = Mark(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP)
    return Drawing(glass, tuple(keys), tuple(tiles), tuple(memory))


def _columns(block: Block) -> tuple[int, ...]:
    if block.columns:
        return block.columns
    shown = min(block.per_page, 12)
    return (shown // 2 + shown % 2, shown // 2)


def _sides(block: Block) -> list[Mark]:
    marks: list[Mark] = []
    for x, count in zip((LEFT - 7, RIGHT + 3), block.columns, strict=False):
        step = (BOTTOM - TOP) / count
        marks += [Mark(x, round(TOP + step * row + step / 2 - 1.25, 2), 4, 2.5) for row in range(count)]
    return marks


def _grid(columns: tuple[int, ...], x: float, y: float, width: float, height: float) -> list[Mark]:
    filled = [count for count in columns if count]
    marks: list[Mark] = []
    for column, count in enumerate(filled):
        wide, high = width / len(filled), height / count
        marks += [
            Mark(round(x + wide * column, 2), round(y + high * row, 2), round(wide - 2, 2), round(high * 0.62, 2))
            for row in range(count)
        ]
    return marks

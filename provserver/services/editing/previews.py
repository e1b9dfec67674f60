"""What an edit would do to the phones that it touches: tried in a transaction that is thrown away, then compared."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TypeVar

from sqlalchemy.orm import Session, selectinload

from provserver.db.joined import Joined
from provserver.db.models import Device, DeviceLine
from provserver.db.queries import owned
from provserver.domain.phone import Phone
from provserver.domain.roles import Actor
from provserver.services.changes import TRIED
from provserver.services.editing.differing import ChangedFile, Rendered, compare
from provserver.services.house import House
from provserver.services.pushing.restarts import Waits, foreseen
from provserver.services.rendering.profiles import Profiles
from provserver.vendors.registry import vendors

SAMPLE = 100
"""Phones rendered for the counts. All where an edit touches no more; else some of every model, evenly spread, because a
model decides most of what an edit does. They are read in the transaction and rendered after it."""
PAGE = 20
"""Phones listed at once, each rendered, beside the sample."""
MOST = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PhonePreview:
    """What an edit would do to one phone; ``problem`` says why it cannot be told."""

    mac: str
    vendor: str
    model: str
    description: str
    lines: tuple[str, ...]
    files: tuple[ChangedFile, ...]
    problem: str = ""

    @property
    def restarts(self) -> tuple[str, ...]:
        """Name the parameters that restart the phone."""
        return self._named("yes")

    @property
    def may_restart(self) -> tuple[str, ...]:
        """Name the parameters that restart some firmwares."""
        return self._named("maybe")

    def _named(self, restart: str) -> tuple[str, ...]:
        return tuple(one.name for file in self.files for one in file.parameters if one.restart == restart)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many phones an edit touches, how many of them were rendered to see, and of these what it does to how many.

    ``nothing``, ``refreshing``, ``may_restart``, ``restarting`` and ``not_known`` are all that are touched; not known
    are those that were not rendered, or cannot be.
    """

    touched: int = 0
    rendered: int = 0
    changing: int = 0
    nothing: int = 0
    refreshing: int = 0
    may_restart: int = 0
    restarting: int = 0
    not_known: int = 0

    def scaled(self) -> "Counts":
        """Give what is to be expected of all that are touched, where those rendered stand for the others."""
        seen = self.touched - self.not_known
        if not seen or not self.not_known:
            return self
        parts = {name: getattr(self, name) * self.touched // seen for name in ("nothing", "may_restart", "restarting")}
        return replace(self, **parts, refreshing=self.touched - sum(parts.values()), not_known=0)


@dataclass(frozen=True, slots=True)
class Preview:
    """The counts, of all and by (maker, model), and one page of phones; ``next`` is the cursor, None after the last.

    ``waits`` says what phones that restart wait for, where several are touched.

    The counts are exact for what was rendered; where fewer were rendered than touched, nobody knows the others.
    """

    counts: Counts
    models: Mapping[tuple[str, str], Counts]
    phones: tuple[PhonePreview, ...]
    next: int | None
    waits: Waits | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether every phone that is touched was rendered."""
        return self.counts.rendered == self.counts.touched

    @property
    def about(self) -> Counts:
        """Give what is to be expected of all phones: each model's as those of it that were rendered."""
        return self.counts if self.is_whole else _sum(one.scaled() for one in self.models.values())


def attempt(
    house: House, actor: Actor, do: Callable[[House], T], *, after: int = 0, limit: int = PAGE
) -> tuple[T, Preview]:
    """Do an edit, render the phones before and after it, and take all of it back; raises what the edit raises.

    ``do`` is given the house to do it in. ``after`` is the cursor of the list of phones.
    """
    with house.database.transaction(discard=True) as session:
        touched: set[int] = session.info.setdefault(TRIED, set())
        savepoint = session.begin_nested()
        result = do(replace(house, database=Joined(house.database, session)))
        models = _models(session, actor, touched)
        mine = sorted(number for ids in models.values() for number in ids)
        sample, page = _sample(models), [number for number in mine if number > after][: limit + 1]
        chosen = sorted({*sample, *page[:limit]})
        now = _resolve(session, house, actor, chosen)
        savepoint.rollback()
        session.expunge_all()
        was = _resolve(session, house, actor, chosen)
        waits = foreseen(session, actor.tenant_id, len(mine), house.clock())
    phones = {number: _compared(was.get(number), now[number]) for number in chosen if number in now}
    counted = _counted(models, {number: phones[number] for number in sample if number in phones})
    following = page[limit - 1] if len(page) > limit else None
    listed = tuple(phones[number] for number in page[:limit] if number in phones)
    return result, Preview(_sum(counted.values()), counted, listed, following, waits)


def _models(session: Session, actor: Actor, touched: Collection[int]) -> dict[tuple[str, str], list[int]]:
    """Sort the touched phones by maker and model; those out of the actor's reach are none of their business."""
    query = owned(Device, actor).with_only_columns(Device.id, Device.vendor, Device.model)
    if len(touched) <= SAMPLE:
        query = query.where(Device.id.in_(touched))
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, vendor, model in session.execute(query.order_by(Device.id)):
        if number in touched:
            found[vendor, model].append(number)
    return dict(sorted(found.items()))


def _sample(models: Mapping[tuple[str, str], Sequence[int]]) -> list[int]:
    """Choose the phones to render: all, or of every model in turn, evenly spread over its phones."""
    if sum(map(len, models.values())) <= SAMPLE:
        return [number for ids in models.values() for number in ids]
    left = SAMPLE
    shares: dict[tuple[str, str], int] = {}
    for turn, (model, ids) in enumerate(sorted(models.items(), key=lambda item: len(item[1]))):
        shares[model] = min(len(ids), max(1, left // (len(models) - turn)), left)
        left -= shares[model]
    return [ids[place * len(ids) // shares[model]] for model, ids in models.items() for place in range(shares[model])]


def _resolve(session: Session, house: House, actor: Actor, ids: Sequence[int]) -> dict[int, tuple[Device, Phone]]:
    """Read phones as they stand at this moment; they are rendered afterwards, when nobody has to wait for it."""
    profiles = Profiles(session, actor.tenant_id, house.config.base_url)
    query = owned(Device, actor).where(Device.id.in_(ids))
    devices = session.scalars(query.options(selectinload(Device.lines).selectinload(DeviceLine.line)))
    return {device.id: (device, profiles.resolve(device)) for device in devices.all()}


def _compared(was: tuple[Device, Phone] | None, now: tuple[Device, Phone]) -> PhonePreview:
    device, phone = now
    files: tuple[ChangedFile, ...] = ()
    problem = ""
    try:
        before = Rendered.of(was[1]) if was else Rendered({}, {})
        files = tuple(compare(before, Rendered.of(phone), vendors()[device.vendor].rules))
    except (ValueError, KeyError, TypeError):  # what the worker meets too: the phone then keeps its last good files
        problem = "its files cannot be rendered; it keeps the last good ones"
    lines = tuple(row.line.extension for row in device.lines)
    return PhonePreview(device.mac, device.vendor, device.model, device.description, lines, files, problem)


def _counted(
    models: Mapping[tuple[str, str], Sequence[int]], phones: Mapping[int, PhonePreview]
) -> dict[tuple[str, str], Counts]:
    by_model: dict[tuple[str, str], list[PhonePreview]] = defaultdict(list)
    for phone in phones.values():
        by_model[phone.vendor, phone.model].append(phone)
    return {model: _counts(len(ids), by_model[model]) for model, ids in models.items()}


def _counts(touched: int, phones: Sequence[PhonePreview]) -> Counts:
    told = [phone for phone in phones if not phone.problem]
    restarting = sum(bool(phone.restarts) for phone in told)
    may_restart = sum(bool(phone.may_restart and not phone.restarts) for phone in told)
    changing = sum(bool(phone.files) for phone in told)
    return Counts(
        touched=touched,
        rendered=len(phones),
        changing=changing,
        nothing=len(told) - changing,
        refreshing=changing - restarting - may_restart,
        may_restart=may_restart,
        restarting=restarting,
        not_known=touched - len(told),
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    rows = [asdict(one) for one in counts]
    return Counts(**{field.name: sum(row[field.name] for row in rows) for field in fields(Counts)})

"""Where guesses come from: counted for all processes and nodes together."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base


class Source(Base):
    """An IPv4 address or the /64 of an IPv6 one that asked for what there is not; ``level`` holds until ``until``."""

    __tablename__ = "source"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(String(64))
    trusted: Mapped[bool]
    misses: Mapped[int]
    tokens: Mapped[int]
    level: Mapped[str] = mapped_column(String(8), default="")
    until: Mapped[datetime | None] = mapped_column(index=True)
    bans: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class SourceGuess(Base):
    """One thing that a source guessed, by a hash: only how many different ones there are counts."""

    __tablename__ = "source_guess"

    source: Mapped[str] = mapped_column(ForeignKey("source.name", ondelete="CASCADE"), primary_key=True)
    guess: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)

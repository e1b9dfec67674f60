"""Who was heard on the network without asking over HTTP: a phone that looks for a server, or says that it is there."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base


class Neighbour(Base):
    """One phone at one address, heard in one way; ``mac`` is empty where nobody could tell it."""

    __tablename__ = "neighbour"
    __table_args__ = (UniqueConstraint("mac", "address", "way"), Index("ix_neighbour_last_at", "last_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    mac: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(8))
    vendor: Mapped[str] = mapped_column(String(32), default="")
    model: Mapped[str] = mapped_column(String(32), default="")
    said: Mapped[str] = mapped_column(String(200), default="")
    answered: Mapped[bool] = mapped_column(default=False)
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

"""Certificate authorities that count: the makers' that sign their phones, and our own that phones are to trust."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base
from provserver.db.types import now


class Authority(Base):
    """One certificate of an authority; ``owner`` is a maker's name, ``ours``, or ``ours-old`` for old phones.

    It belongs to no company: a maker signs for all, and all nodes see the same ones.
    """

    __tablename__ = "authority"
    __table_args__ = (UniqueConstraint("owner", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(40))
    fingerprint: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(300))
    ends: Mapped[datetime]
    pem: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(default=now)
    added_by: Mapped[str] = mapped_column(String(100))


class OwnAuthority(Base):
    """The authority that signs what this server shows; ``owner`` is ``ours``, or ``ours-old`` for old phones."""

    __tablename__ = "own_authority"

    owner: Mapped[str] = mapped_column(String(40), primary_key=True)
    pem: Mapped[str] = mapped_column(Text)
    sealed_key: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(default=now)

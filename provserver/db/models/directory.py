"""The directory that keys point at: companies, departments, lines, groups, short codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from provserver.db.models.base import Base
from provserver.db.types import now


class Tenant(Base):
    """A company; everything else belongs to one."""

    __tablename__ = "tenant"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Department(Base):
    """A part of a company, such as a site; departments can lie in one another.

    ``operator_number`` is whom the attendant of the exchange puts through to (guide, A31).
    """

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(100))
    operator_number: Mapped[str] = mapped_column(String(64), default="")


class Line(Base):
    """An extension: ``name`` is the portal's, ``display_name`` what colleagues see on their phones (guide, A13)."""

    __tablename__ = "line"
    __table_args__ = (UniqueConstraint("tenant_id", "extension"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="SET NULL"), index=True)
    extension: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    display_name: Mapped[str] = mapped_column(String(64), default="")
    username: Mapped[str] = mapped_column(String(64))
    sealed_password: Mapped[bytes]
    domain: Mapped[str] = mapped_column(String(255), default="")
    transport: Mapped[str] = mapped_column(String(8), default="")
    outbound_proxy: Mapped[str] = mapped_column(String(255), default="")
    stun: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    department: Mapped[Department | None] = relationship()

    @property
    def shown_name(self) -> str:
        """Give the name that other phones show."""
        return self.display_name or self.name


class OldLinePassword(Base):
    """A SIP password that was replaced, and that the exchange has to accept until every phone has the new one."""

    __tablename__ = "old_line_password"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes]
    replaced_at: Mapped[datetime]


class Group(Base):
    """A hunt group (with a pilot number) or a pickup group (with a code)."""

    __tablename__ = "line_group"
    __table_args__ = (UniqueConstraint("tenant_id", "kind", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(32), default="")

    members: Mapped[list["GroupMember"]] = relationship(
        order_by="GroupMember.position", cascade="all, delete-orphan", passive_deletes=True
    )


class GroupMember(Base):
    """A line in a group, in the order of ringing."""

    __tablename__ = "group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("line_group.id", ondelete="CASCADE"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]

    line: Mapped[Line] = relationship()


class ShortCode(Base):
    """A company-wide or departmental code for a number or a service code (guide, A34-A38).

    Codes that were added as a range know its first code, and are edited and deleted together.
    """

    __tablename__ = "short_code"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="SET NULL"))
    code: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64), default="")
    range_first: Mapped[str] = mapped_column(String(16), default="")

    department: Mapped[Department | None] = relationship()

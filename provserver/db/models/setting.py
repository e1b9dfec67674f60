"""Values that are set somewhere: settings, and makers' own parameters."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base


class StoredValue(Base):
    """One value at one place.

    ``scope`` is a word of ``Scope`` and ``place`` what it means there: nothing for the company, an id for a
    department, line or device, ``vendor/model`` for a model. ``kind`` is ``setting`` or ``override``; overrides of
    a wide scope belong to one ``vendor``. The value is JSON, sealed: passwords are among them.
    """

    __tablename__ = "stored_value"
    __table_args__ = (UniqueConstraint("tenant_id", "scope", "place", "kind", "vendor", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(8))
    vendor: Mapped[str] = mapped_column(String(32), default="")
    name: Mapped[str] = mapped_column(String(120), index=True)
    sealed_value: Mapped[bytes]

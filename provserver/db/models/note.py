"""What the house remembers of itself."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base


class Note(Base):
    """One fact by name, such as what the renderings were made by."""

    __tablename__ = "house_note"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(String(400))

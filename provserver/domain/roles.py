"""Who may do what: roles, what each includes, and the person or program that acts."""

from dataclasses import dataclass
from enum import StrEnum

from provserver.errors import Forbidden


class Role(StrEnum):
    """From most to least; an operator works across companies."""

    OPERATOR = "operator"
    ADMIN = "admin"
    READER = "reader"


class Right(StrEnum):
    """One thing that a role may or may not do."""

    READ = "read"
    EDIT = "edit"
    REVEAL = "reveal"
    COMPANY = "company"
    """Change what holds for the whole company: its short codes, groups, outermost departments."""
    OPERATE = "operate"


_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset(Right),
    Role.ADMIN: frozenset({Right.READ, Right.EDIT, Right.REVEAL, Right.COMPANY}),
    Role.READER: frozenset({Right.READ}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for one company at a time; ``name`` is what the audit says."""

    tenant_id: int
    name: str
    role: Role
    user_id: int | None = None

    def may(self, right: Right) -> bool:
        """Tell whether the role includes the right."""
        return right in _RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Raise Forbidden unless the role includes the right."""
        if not self.may(right):
            raise Forbidden(f"the role {self.role} may not {right}")

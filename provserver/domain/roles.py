"""Who may do what: roles, what each includes, and the person or program that acts, on which part of a company."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from provserver.errors import Forbidden, Stale


class Role(StrEnum):
    """An operator works across companies; a user has the phones of one line."""

    OPERATOR = "operator"
    ADMIN = "admin"
    DEPARTMENT_ADMIN = "department-admin"
    READER = "reader"
    USER = "user"


class Right(StrEnum):
    """One thing that a role may or may not do; all but OPERATE inside the company and the actor's reach."""

    USE = "use"
    """See phones with their keys and call services."""
    KEYS = "keys"
    """Set keys that are not locked, and call services."""
    READ = "read"
    """See everything else: lists, files with masked secrets, requests, history, settings."""
    EDIT = "edit"
    REVEAL = "reveal"
    PEOPLE = "people"
    """Look after the people who may sign in, and after tokens."""
    COMPANY = "company"
    """Change what holds for the whole company: its settings, short codes, groups, outermost departments."""
    OPERATE = "operate"
    """Look after companies, images, keys: what no single company owns."""


_DEPARTMENT = frozenset({Right.USE, Right.KEYS, Right.READ, Right.EDIT, Right.REVEAL, Right.PEOPLE})

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset(Right),
    Role.ADMIN: _DEPARTMENT | {Right.COMPANY},
    Role.DEPARTMENT_ADMIN: _DEPARTMENT,
    Role.READER: frozenset({Right.USE, Right.READ}),
    Role.USER: frozenset({Right.USE, Right.KEYS}),
}

GIVES: dict[Role, tuple[Role, ...]] = {
    Role.OPERATOR: tuple(Role),
    Role.ADMIN: (Role.ADMIN, Role.DEPARTMENT_ADMIN, Role.READER, Role.USER),
    Role.DEPARTMENT_ADMIN: (Role.USER,),
}
"""Which roles a role may give, and whose people it looks after: never more than its own."""

_NEEDS: dict[Right, frozenset[Right]] = {
    Right.KEYS: frozenset({Right.USE}),
    Right.READ: frozenset({Right.USE}),
    Right.EDIT: frozenset({Right.USE, Right.KEYS, Right.READ}),
    Right.REVEAL: frozenset({Right.USE, Right.READ}),
    Right.PEOPLE: frozenset({Right.USE, Right.READ}),
    Right.COMPANY: frozenset({Right.USE, Right.KEYS, Right.READ, Right.EDIT}),
}


def with_needed(rights: Iterable[Right]) -> frozenset[Right]:
    """Give the rights of a token's scopes: those named, and what each makes no sense without."""
    named = frozenset(rights)
    return named.union(*(_NEEDS.get(right, frozenset()) for right in named))


@dataclass(frozen=True, slots=True)
class Reach:
    """The part of a company that somebody has to do with: departments with all that lies in them, or one line."""

    departments: frozenset[int] = frozenset()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for one company at a time; ``name`` is what the audit says.

    ``reach`` limits them to a part of the company (None: all of it), ``scopes`` a program to some of its role's
    rights. ``fresh`` tells that the person proved a moment ago who they are, without which no secret is shown.
    """

    tenant_id: int
    name: str
    role: Role
    user_id: int | None = None
    reach: Reach | None = None
    scopes: frozenset[Right] | None = None
    fresh: bool = True

    def may(self, right: Right) -> bool:
        """Tell whether the role includes the right, and the token's scopes do."""
        return right in RIGHTS[self.role] and (self.scopes is None or right in self.scopes)

    def require(self, right: Right) -> None:
        """Raise Forbidden unless the actor has the right, and Stale where a secret wants a fresh proof first."""
        if right not in RIGHTS[self.role]:
            raise Forbidden(f"the role {self.role} may not {right}")
        if not self.may(right):
            raise Forbidden(f"this token's scopes do not include {right}")
        if right is Right.REVEAL and not self.fresh:
            raise Stale("confirm your password first")

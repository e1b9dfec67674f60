"""The ground: every error that the house raises on purpose, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with what somebody sent: where it stood, and what to do about it."""

    field: str
    message: str


class ProvisioningError(Exception):
    """The parent of all; its text is a sentence for the person who reads it."""


class Invalid(ProvisioningError):
    """What was sent breaks a rule; nothing of it was saved."""

    def __init__(self, fields: Iterable[FieldError]) -> None:
        self.fields = tuple(fields)
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in self.fields))

    @classmethod
    def field(cls, field: str, message: str) -> "Invalid":
        """Build the error for a single field."""
        return cls([FieldError(field, message)])


class NotFound(ProvisioningError):
    """There is no such thing, or none that this person may know of."""


class Conflict(ProvisioningError):
    """The thing exists already, or changed since it was read."""


class Elsewhere(Conflict):
    """The thing exists where this person may know nothing of it; the text tells no more than that it is refused."""

    def __init__(self, message: str, name: str) -> None:
        self.name = name
        super().__init__(message)


class Unsupported(ProvisioningError):
    """The phone cannot do this; the text says why."""


class Forbidden(ProvisioningError):
    """The person is known, and may not do this."""


class Stale(Forbidden):
    """The person may do this, once they have proved again that it is still them."""


class Throttled(ProvisioningError):
    """Too many tries; the text says when the next one counts."""


class Unauthenticated(ProvisioningError):
    """The person is not known, or no longer."""


class Unproven(Unauthenticated):
    """What another server says of a person is not believed; ``reason`` says why, for the history and the log."""

    def __init__(self, message: str, reason: str) -> None:
        self.reason = reason
        super().__init__(message)


class Unreachable(ProvisioningError):
    """A server that this one needs did not answer, or not as agreed; the cause says how."""


class Unreadable(ProvisioningError):
    """A stored secret cannot be opened: its key is missing, or the bytes were altered."""

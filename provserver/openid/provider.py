"""An OpenID provider as one client knows it: where it asks people, and whether what it says of them is true.

OpenID Connect Core 1.0, code flow; Discovery 1.0; PKCE (RFC 7636); the issuer in the answer (RFC 9207). The protocol
is Authlib's, signatures are joserfc's; what is allowed and what is kept is decided here.
"""

import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from provserver.domain.openid import LONGEST, plain_name
from provserver.errors import Unproven, Unreachable
from provserver.openid.wire import Wire

SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that are believed: with a key that the provider alone has, and never "none"."""
SKEW = 60
"""Seconds that the provider's clock may differ from ours."""
_KEPT = 3600.0
"""Seconds that what the provider says of itself holds."""
_RESTS = 5.0
"""Seconds that a provider which did not answer is left alone, so that nobody waits for it again and again."""
_QUEUE = 1.0
"""Seconds that somebody waits for another one who is asking already."""
_WAYS = ("client_secret_basic", "client_secret_post")
_LONGEST_REASON = 120
_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Client:
    """What this server is at a provider; ``claim`` names a person there, ``patience`` is seconds for one step."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str = "email"
    hosts: tuple[str, ...] = ()
    trust: str = ""
    patience: float = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is remembered of a question until its answer comes; ``back`` is where the answer is sent."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider; ``name`` is empty where it is not verified, ``at`` when they proved it."""

    issuer: str
    subject: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the provider says of itself."""

    issuer: str
    asks_at: str
    redeems_at: str
    keys_at: str
    way: str
    algorithms: tuple[str, ...]
    names_itself: bool
    until: float


class Provider:
    """A provider; used by many threads, and remembers for an hour what it says of itself."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._wire = Wire(client.issuer, client.hosts, client.trust, client.patience)
        self._lock = Lock()
        self._facts: _Facts | None = None
        self._keys: KeySet | None = None
        self._rests_until = 0.0

    def ask(self, back: str, *, again: bool = False) -> tuple[str, Asked]:
        """Give the address where somebody says who they are, ``again`` even if they said so before; and what to keep.

        Raises Unreachable.
        """
        facts = self._known()
        asked = Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), back)
        more = {"prompt": "login", "max_age": "0"} if again else {}
        address, _state = self._authlib(facts, back).create_authorization_url(
            facts.asks_at, state=asked.state, code_verifier=asked.verifier, nonce=asked.nonce, **more
        )
        return str(address), asked

    def redeem(self, asked: Asked, code: str, issuer: str, now: datetime) -> Identity:
        """Give who brought a code; ``issuer`` is what the answer said of its origin, where it did.

        Raises Unproven where anything does not hold, and Unreachable.
        """
        facts = self._known()
        if issuer != facts.issuer and (issuer or facts.names_itself):
            raise _unproven("another issuer answered")
        try:
            given = self._authlib(facts, asked.back).fetch_token(
                facts.redeems_at, grant_type="authorization_code", code=code, code_verifier=asked.verifier
            )
            return self._identity(facts, given, asked, now)
        except AuthlibBaseError as error:
            raise _unproven(f"the provider refuses the code: {error.error}") from error
        except JoseError as error:
            raise _unproven(f"{error.error}: {error.description}") from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise _unproven(f"the answer has not the agreed form ({type(error).__name__})") from error

    def _authlib(self, facts: _Facts, back: str) -> OAuth2Client:
        return OAuth2Client(
            self._wire,
            client_id=self.client.client_id,
            client_secret=self.client.client_secret,
            token_endpoint_auth_method=facts.way,
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
        )

    def _identity(self, facts: _Facts, given: Mapping[str, object], asked: Asked, now: datetime) -> Identity:
        token = given.get("id_token")
        if not isinstance(token, str):
            raise _unproven("the answer has no ID token")
        read = self._read(facts, token)
        options = {
            "iss": {"essential": True, "value": facts.issuer},
            "aud": {"essential": True, "value": self.client.client_id},
        }
        params = {"client_id": self.client.client_id, "nonce": asked.nonce, "access_token": given.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, options, params)
        claims.validate(int(now.timestamp()), SKEW)
        subject = claims["sub"]
        if not 1 <= len(subject) <= LONGEST:
            raise _unproven("the subject is empty or too long")
        return Identity(facts.issuer, subject, self._name(claims), _moment(claims.get("auth_time")))

    def _read(self, facts: _Facts, token: str) -> jwt.Token:
        """Check a signature; keys are asked for anew where the token names one that is not known yet."""
        known = self._keys
        if known is not None:
            try:
                return jwt.decode(token, known, algorithms=facts.algorithms)
            except InvalidKeyIdError:
                pass
        self._keys = KeySet.import_key_set(self._wire.get(facts.keys_at))  # type: ignore[arg-type]
        return jwt.decode(token, self._keys, algorithms=facts.algorithms)

    def _name(self, claims: Mapping[str, object]) -> str:
        """Give what the claim says; nothing for an e-mail address that the provider did not verify."""
        value = claims.get(self.client.claim)
        if self.client.claim == "email" and claims.get("email_verified") not in (True, "true"):
            return ""
        return plain_name(value, self.client.claim) if isinstance(value, str) else ""

    def _known(self) -> _Facts:
        """Give what the provider says of itself, asked anew once an hour."""
        facts = self._facts
        if facts is not None and facts.until > time.monotonic():
            return facts
        if self._rests_until > time.monotonic():
            raise Unreachable("the provider did not answer a moment ago")
        if not self._lock.acquire(timeout=_QUEUE):
            raise Unreachable("others wait for the provider already")
        try:
            if self._facts is None or self._facts.until <= time.monotonic():
                self._facts, self._keys = self._discover(), None
            return self._facts
        finally:
            self._lock.release()

    def _discover(self) -> _Facts:
        try:
            return self._checked(self._wire.get(self.client.issuer.rstrip("/") + _DISCOVERY))
        except Unreachable:
            self._rests_until = time.monotonic() + _RESTS
            raise

    def _checked(self, said: Mapping[str, object]) -> _Facts:
        issuer = said.get("issuer")
        if not isinstance(issuer, str) or issuer.rstrip("/") != self.client.issuer.rstrip("/"):
            raise Unreachable("the provider calls itself something else than PROVSERVER_OIDC_ISSUER")
        ways = _words(said.get("token_endpoint_auth_methods_supported")) or _WAYS
        way = next((way for way in _WAYS if way in ways), None)
        offered = _words(said.get("id_token_signing_alg_values_supported"))
        algorithms = tuple(name for name in ALGORITHMS if name in offered or not offered)
        if way is None or not algorithms:
            raise Unreachable("the provider takes no client secret, or signs in no way that is believed")
        names_itself = said.get("authorization_response_iss_parameter_supported") is True
        return _Facts(
            issuer=issuer,
            asks_at=self._address(said, "authorization_endpoint"),
            redeems_at=self._address(said, "token_endpoint"),
            keys_at=self._address(said, "jwks_uri"),
            way=way,
            algorithms=algorithms,
            names_itself=names_itself,
            until=time.monotonic() + _KEPT,
        )

    def _address(self, said: Mapping[str, object], name: str) -> str:
        address = said.get(name)
        if isinstance(address, str) and self._wire.allows(address):
            return address
        raise Unreachable(f"the provider's {name} is not on its own host, nor on one of PROVSERVER_OIDC_HOSTS")


def _words(value: object) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(value, UTC)
    return None


def _unproven(reason: str) -> Unproven:
    plain = "".join(character for character in reason if character.isprintable())[:_LONGEST_REASON]
    return Unproven("the provider's answer cannot be believed; try again, or ask an administrator", plain)

"""Member tokens: short-lived EdDSA JWTs for one member's phone, and the key that checks them."""

import base64
import hashlib
import json
import time
from typing import Final
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from app.engine import typeids

ISSUER: Final = "rung"
LENGTH_MAX: Final = 1000


class Visitor(Struct, frozen=True, kw_only=True):
    """The member behind a token, and when it ends (real time: a test clock has no say here)."""

    program: UUID
    member: UUID
    ends_at: int


class MemberTokens:
    """Mints and checks tokens with a key that follows from the service's secret: nothing to store, nothing to lose."""

    def __init__(self, secret: bytes) -> None:
        seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rung member tokens 1").derive(secret)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._private.public_key()
        raw = self._public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._x = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        thumbprint = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": self._x}, separators=(",", ":"))
        digest = hashlib.sha256(thumbprint.encode()).digest()
        self.kid = base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def mint(self, program: UUID, member: UUID, ttl_s: int) -> tuple[str, int]:
        """A token, and the second of the epoch at which it ends."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": typeids.encode("mbr", member),
            "prg": typeids.encode("prg", program),
            "iat": now,
            "exp": now + ttl_s,
        }
        return jwt.encode(claims, self._private, algorithm="EdDSA", headers={"kid": self.kid}), now + ttl_s

    def check(self, token: str) -> Visitor | None:
        """Who shows this token, or None if we did not mint it or it has ended."""
        if len(token) > LENGTH_MAX:
            return None
        try:
            claims = jwt.decode(
                token,
                self._public,
                algorithms=["EdDSA"],
                issuer=ISSUER,
                options={"require": ["iss", "sub", "prg", "iat", "exp"]},
            )
        except jwt.InvalidTokenError:
            return None
        # PyJWT has seen to the types of the claims that it knows; `prg` is ours.
        program, member = typeids.decode("prg", str(claims["prg"])), typeids.decode("mbr", claims["sub"])
        if program is None or member is None:
            return None
        return Visitor(program=program, member=member, ends_at=int(claims["exp"]))

    @property
    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public key as a JSON Web Key Set (RFC 7517, RFC 8037)."""
        key = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": self._x}
        return {"keys": [key]}

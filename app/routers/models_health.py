"""What machines that watch are told."""

from typing import Annotated

from msgspec import Meta

from app.routers.wire import Answer


class Alive(Answer, frozen=True, kw_only=True):
    """The process answers."""

    status: Annotated[str, Meta(description="alive", examples=["alive"])]


class Check(Answer, frozen=True, kw_only=True):
    """One thing that must be right before requests are sent here."""

    name: Annotated[
        str, Meta(description="database, migrations, sweeper or follower; more may be added.", examples=["database"])
    ]
    ok: Annotated[bool, Meta(description="True if it is right.", examples=[True])]


class Ready(Answer, frozen=True, kw_only=True):
    """Whether requests should be sent here."""

    ready: Annotated[bool, Meta(description="True if every check is right.", examples=[True])]
    checks: Annotated[list[Check], Meta(description="The checks.")]


class PublicKey(Answer, frozen=True, kw_only=True):
    """A public key (RFC 7517, RFC 8037)."""

    kty: Annotated[str, Meta(description="OKP", examples=["OKP"])]
    crv: Annotated[str, Meta(description="Ed25519", examples=["Ed25519"])]
    use: Annotated[str, Meta(description="sig", examples=["sig"])]
    alg: Annotated[str, Meta(description="EdDSA", examples=["EdDSA"])]
    kid: Annotated[
        str, Meta(description="The thumbprint (RFC 7638).", examples=["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"])
    ]
    x: Annotated[str, Meta(description="The key.", examples=["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])]


class KeySet(Answer, frozen=True, kw_only=True):
    """The keys that check member tokens."""

    keys: Annotated[list[PublicKey], Meta(description="The keys.")]

"""The life of a voucher after it was issued: used, and given back to use where that was a mistake."""

from uuid import UUID

from msgspec import Struct


class VoucherUse(Struct, frozen=True, kw_only=True, array_like=True, tag=17):
    """Use the voucher that the redemption `voucher` issued. It works once."""

    voucher: UUID
    store: str | None = None
    not_after_us: int | None = None


class VoucherRestore(Struct, frozen=True, kw_only=True, array_like=True, tag=30):
    """The last use of the voucher was none: it works again, until its last day."""

    voucher: UUID


class VoucherUsed(Struct, frozen=True, kw_only=True, array_like=True, tag=13):
    """A voucher did its work."""

    reward: str


class VoucherRestored(Struct, frozen=True, kw_only=True, array_like=True, tag=24):
    """A voucher whose use was undone."""

    reward: str

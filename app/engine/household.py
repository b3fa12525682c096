"""A household: members who share the main wallet, each with a tier of their own.

The shared wallet is an account. What a member needs of it is brought over before their command is decided, and what is
free after it goes back, so every command is decided on one account and knows nothing of households.
"""

from app.engine.commands import Command, LetTimePass, TransferIn, TransferOut
from app.engine.context import Timeline
from app.engine.needs import needs
from app.engine.state import Account, Original


def before(
    command: Command,
    account: Account,
    shared: Account,
    timeline: Timeline,
    now_us: int,
    zone: str,
    originals: tuple[Original, ...],
) -> TransferOut | None:
    """What the shared wallet hands over first: what the command may draw, and what the member owes.

    Both accounts are settled to `now_us`.
    """
    drawn = needs(command, account, now_us, zone, timeline, originals).draw
    wanted = min(drawn + account.debt - account.free, shared.free)
    if wanted <= 0 or isinstance(command, TransferIn | LetTimePass):
        return None
    return TransferOut(to=account.member, points=wanted, reason="household")


def after(account: Account) -> TransferOut | None:
    """What the member brings to the shared wallet when the command is done: everything free.

    Whoever is blocked passes on no points.
    """
    if account.household is None or account.blocked or account.free <= 0:
        return None
    return TransferOut(to=account.household, points=None, reason="household")

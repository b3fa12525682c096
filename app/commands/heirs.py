"""Closed accounts: whoever names one means the account that goes on with it."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.engine.commands import Command, LetTimePass, MergeOut
from app.engine.state import Account

# Time ends on each account by itself, and who was merged is not merged again.
LEFT_ALONE: Final = (LetTimePass, MergeOut)


def decided_on(member: UUID, command: Command, accounts: Mapping[UUID, Account]) -> UUID:
    """On whose account the command is decided. All that follow a closed account are among `accounts`."""
    if isinstance(command, LEFT_ALONE):
        return member
    while (account := accounts.get(member)) is not None and account.merged_into is not None:
        member = account.merged_into
    return member


def beside(accounts: Mapping[UUID, Account]) -> set[UUID]:
    """Accounts that must be known too: households that share with these, and accounts that these were merged into."""
    others = {account.household for account in accounts.values()} | {a.merged_into for a in accounts.values()}
    return {other for other in others if other is not None} - set(accounts)


def is_theirs(fact_member: UUID, member: UUID, accounts: Mapping[UUID, Account]) -> bool:
    """Whether a fact was recorded on this account, or on one that it took over."""
    account = accounts.get(member)
    return fact_member == member or (
        account is not None and any(closed.member == fact_member for closed in account.continued)
    )

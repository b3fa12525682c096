"""Invariants that are sums and orders over stored rows: PostgreSQL checks them by itself."""

from uuid import UUID

from app.commands.audit.report import SAMPLES_MAX, Findings
from app.repositories import auditing
from app.repositories.auditing import InFlight, Sizes, Total
from app.repositories.database import Snapshot


async def check_sums(snapshot: Snapshot, program_id: UUID, findings: Findings) -> None:
    """Balances, entries, lots, what falls due, keys, owners."""
    for check, statement, sentence in (
        ("balances", auditing.broken_balances, "the account does not balance"),
        ("asides", auditing.broken_asides, "what is set aside does not add up"),
        ("asides", auditing.broken_holds, "holds or wallets are miscounted"),
        ("entries", auditing.broken_entries, "the entry does not follow the one before"),
        ("lots", auditing.broken_lots, "the lot does not add up"),
        ("due", auditing.late_accounts, "something falls due before due_at"),
        ("keys", auditing.repeated_keys, "recorded more than once"),
        ("keys", auditing.miscounted_cancellations, "cancelled keys are miscounted"),
        ("owners", auditing.ownerless, "rows without an owner"),
        ("stocks", auditing.miscounted_pools, "the codes of a pool are miscounted"),
    ):
        findings.add_broken(check, await statement(snapshot, program_id, SAMPLES_MAX), sentence)


def check_totals(sizes: Sizes, totals: list[Total], findings: Findings) -> None:
    """What was issued less what was redeemed, expired, reversed … is what all members have."""
    moved = sum(total.points for total in totals)
    if moved != sizes.balance:
        findings.add("totals", f"the entries sum to {moved}, the balances to {sizes.balance}")


def check_in_flight(in_flight: InFlight, age_s_max: int, findings: Findings) -> None:
    """Effects drain; a sandbox's clock cannot say how old they are."""
    if in_flight.oldest_age_s is not None and in_flight.oldest_age_s > age_s_max:
        findings.add(
            "effects",
            f"{in_flight.rows} rows have effects that were not carried over, the oldest for {in_flight.oldest_age_s} s",
            row=in_flight.oldest_number,
        )

"""What lies ahead of a balance: points that go soon or for want of activity, one's own and those of a shared wallet."""

from uuid import UUID

from app.commands import hindsight
from app.commands.reading import Standing
from app.engine import typeids
from app.repositories.programs import Program
from app.routers import render_expiring
from app.routers.handles import Handles
from app.routers.models_members import ExpiringSoon, SharedWallet


async def soon(
    kept: Handles, program: Program, member: UUID, standing: Standing, *, wallet: str, days: int
) -> ExpiringSoon | None:
    """What goes within so many days; None where nobody looks ahead."""
    found = await hindsight.expiring_soon(kept.database, program, member, standing, wallet=wallet, days=days)
    return render_expiring.soon(found, days, program.zone)


async def shared(kept: Handles, program: Program, standing: Standing, *, days: int) -> SharedWallet | None:
    """The wallet that a member shares now, with what lies ahead of it; None without one."""
    household, found = standing.account.household, await kept.reading.shared(program, standing)
    if household is None or found is None:
        return None
    return SharedWallet(
        household=typeids.encode("mbr", household),
        points=found.account.free,
        expiring_soon=await soon(kept, program, household, found, wallet="", days=days),
        lapses=render_expiring.lapse(found.account.main, found.now_us, program.zone),
    )

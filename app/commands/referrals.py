"""Who brought whom: codes and what stands against them, who says so after the enrolment, and what has come of it."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.commands import details as told
from app.commands.asks import Answered, Ask
from app.commands.effects import SYSTEM_SOURCE
from app.commands.lanes import Lanes
from app.commands.personal import Refused, locked
from app.commands.phones import phone_of
from app.commands.reading import Reading
from app.commands.requests import Request, claim, made_before
from app.engine.calendar import local_day
from app.engine.commands import Introduce
from app.engine.ids import fact_id
from app.engine.outcomes import Rewarded
from app.engine.refusals import Reason, Refusal
from app.repositories import details, journal, ledger, members, programs, referring
from app.repositories.database import Database, Reader
from app.repositories.programs import Program
from app.repositories.referring import CODES_MAX, Code, Friend, Said

_PHONE: Final = re.compile(r"\+?[0-9][0-9 ().-]{4,24}")
_VANITY: Final = re.compile(r"(?=.*[A-Z])[A-Z0-9](?:[A-Z0-9-]{1,18})[A-Z0-9]")
# What nobody may call themselves: it would sound as if the shop spoke.
RESERVED: Final = frozenset(
    {"ADMIN", "BONUS", "CASHIER", "FREE", "GIFT", "HELP", "MANAGER", "NONE", "NULL", "OFFICIAL", "OPERATOR", "PROMO",
     "REFERRAL", "RUNG", "SHOP", "STAFF", "STORE", "SUPPORT", "SYSTEM", "TEST", "VIP", "WELCOME"}
)  # fmt: skip


class Newcomer(Struct, frozen=True, kw_only=True):
    """Who names a code: what is known of them. `member` is None while they are being enrolled."""

    member: UUID | None = None
    phone: str | None = None
    email: str | None = None
    devices: frozenset[bytes] = frozenset()


class Mine(Struct, frozen=True, kw_only=True):
    """Everything about a member's referrals: who brought them, their codes, their friends, as of an instant."""

    own_code: str
    codes: Sequence[Code]
    said: Said | None
    referrer: UUID | None
    until_us: int | None
    qualified: bool
    friends: Sequence["Standing"]
    now_us: int


class Standing(Struct, frozen=True, kw_only=True):
    """A friend whom a member brought, and what the member got for it; `friend` says nothing of who it is."""

    friend: Friend
    state: str
    points: int
    reason: str | None


def normal(code: str) -> str:
    """A code as it is kept: capitals, without spaces."""
    return "".join(code.split()).upper()


async def found(reader: Reader, program: Program, code: str) -> Code | None:
    """Whose code this is: a member's first, one of their own making, or their phone. None if it is nobody's."""
    if _PHONE.fullmatch(code.strip()):
        phone = phone_of(code, program)
        sought = members.phone(phone.number) if phone is not None else None
        lead = (await members.identified(reader, program.id, [sought])).get(sought) if sought is not None else None
        if lead is not None:
            return Code(code=code, member=lead.member)
    return await referring.by_code(reader, program.id, normal(code))


async def obstacles(reader: Reader, program: Program, code: Code, newcomer: Newcomer, today: int) -> list[Reason]:
    """Everything that stands against a code: its dates, who gave it, and that nobody brings themselves."""
    reasons = []
    if code.valid_from is not None and today < code.valid_from.toordinal():
        reasons.append(_reason("referral_code_not_yet", valid_from=code.valid_from.isoformat()))
    if code.valid_until is not None and today > code.valid_until.toordinal():
        reasons.append(_reason("referral_code_expired", valid_until=code.valid_until.isoformat()))
    giver = await members.heir(reader, program.id, code.member)
    if await referring.is_blocked(reader, program.id, giver):
        reasons.append(_reason("referrer_blocked"))
    if await _is_same(reader, program, giver, newcomer):
        reasons.append(_reason("referral_self"))
    elif newcomer.member is not None and newcomer.member in await referring.ancestors(reader, program.id, giver):
        reasons.append(_reason("referral_cycle"))
    return reasons


async def _is_same(reader: Reader, program: Program, giver: UUID, newcomer: Newcomer) -> bool:
    """Whether who gave a code and who names it are one person, by all that we know of both."""
    if giver == newcomer.member:
        return True
    profile = await members.by_id(reader, program.id, giver)
    phone = phone_of(profile.phone, program) if profile is not None and profile.phone else None
    if phone is not None and phone.number == newcomer.phone:
        return True
    if newcomer.devices and newcomer.devices & await details.devices(reader, program.id, giver):
        return True
    if newcomer.email is None:
        return False
    return told.same_email((await details.of_one(reader, program.id, giver)).email, newcomer.email)


def _reason(code: str, **numbers: str) -> Reason:
    return Reason(code=code, pointer="/referral_code", numbers=tuple(numbers.items()))


async def _person(reader: Reader, program: Program, member: UUID) -> UUID:
    """Who goes on with the account of a member. Raises Refused if it is nobody who could be brought."""
    member = await members.heir(reader, program.id, member)
    profile = await members.by_id(reader, program.id, member)
    if profile is None or profile.kind != "person":
        raise Refused("member_not_found")
    if profile.erased_at is not None:
        raise Refused("member_erased")
    return member


async def _newcomer(reader: Reader, program: Program, member: UUID, device: str | None) -> Newcomer:
    """What is known of a member who is there already, and uses this device now."""
    profile = await members.by_id(reader, program.id, member)
    assert profile is not None, "the member was looked up"
    phone = phone_of(profile.phone, program) if profile.phone else None
    known = await details.devices(reader, program.id, member)
    return Newcomer(
        member=member,
        phone=phone.number if phone else None,
        email=(await details.of_one(reader, program.id, member)).email,
        devices=frozenset(known | ({told.device_digest(program, device)} if device else set())),
    )


async def introduce(
    database: Database,
    lanes: Lanes,
    reading: Reading,
    program: Program,
    source: int,
    *,
    member: UUID,
    code: str,
    device: str | None,
    key: str,
) -> Answered:
    """Let a member say by a code who brought them. Raises Refused; all that stands against it is told together."""
    fact = fact_id(program.secret, source, key)
    async with database.glancing() as reader:
        member = await _person(reader, program, member)
        is_known = bool(await journal.facts(reader, program.id, [fact]))
        given = await found(reader, program, code)
        if given is None:
            raise Refused("referral_code_unknown")
        command = Introduce(referrer=given.member)
        reasons: list[Reason] = []
        if not is_known:
            now_us, _ = await ledger.now(reader, program.id)
            newcomer = await _newcomer(reader, program, member, device)
            today = local_day(now_us, program.zone)
            reasons = await obstacles(reader, program, given, newcomer, today)
    if reasons:
        quoted = await reading.quote(program, member, command)
        more = quoted.reasons if isinstance(quoted, Refusal) else ()
        codes = {reason.code for reason in reasons}
        return Refusal(reasons=(*reasons, *(reason for reason in more if reason.code not in codes)))
    return await lanes.ask(program, source, Ask(member=member, command=command, key=key))


async def say(
    database: Database, program: Program, member: UUID, request: Request, *, answer: str, note: str | None
) -> Said | None:
    """Keep what a member answers to “who sent you?”; None if there is no such member. Raises KeyReused and Refused."""
    async with database.transaction() as writer:
        one = await locked(writer, program, member, request)
        if one is None:
            return None
        profile, keyed = one
        if await made_before(writer, keyed) is None:
            now = await programs.clock(writer)
            await referring.say(writer, program.id, profile.id, Said(answer=answer, note=note, said_at=now))
            await claim(writer, keyed, str(profile.id), now)
        return await referring.said(writer, program.id, profile.id)


async def add_code(
    database: Database,
    program: Program,
    member: UUID,
    request: Request,
    *,
    code: str,
    valid_from: date | None,
    valid_until: date | None,
) -> Code | None:
    """Give a member a code of their own making; earlier ones go on to lead to them. None if there is no such member.

    Raises KeyReused, and Refused with code_not_valid, code_reserved, code_taken or too_many_codes.
    """
    wanted = normal(code)
    if _VANITY.fullmatch(wanted) is None:
        raise Refused("code_not_valid")
    if wanted in RESERVED:
        raise Refused("code_reserved")
    async with database.transaction() as writer:
        one = await locked(writer, program, member, request)
        if one is None:
            return None
        profile, keyed = one
        made = Code(code=wanted, member=profile.id, valid_from=valid_from, valid_until=valid_until)
        if await made_before(writer, keyed) is None:
            known = await referring.codes(writer, program.id, profile.id)
            if len(known) >= CODES_MAX and wanted not in {each.code for each in known}:
                raise Refused("too_many_codes")
            now = await programs.clock(writer)
            if not await referring.add_code(writer, program.id, made, now):
                raise Refused("code_taken")
            await claim(writer, keyed, str(profile.id), now)
        return made


async def mine(database: Database, program: Program, member: UUID) -> Mine | None:
    """A member's referrals as they stand; None if there is no such member. Raises Refused for one who was erased."""
    async with database.reading() as reader:
        member = await members.heir(reader, program.id, member)
        profile = await members.by_id(reader, program.id, member)
        if profile is None:
            return None
        if profile.erased_at is not None:
            raise Refused("member_erased")
        kin = await members.kin(reader, program.id, member)
        friends = await referring.friends(reader, program.id, kin)
        now_us, _ = await ledger.now(reader, program.id)
        referrer, until_us, purchase = await referring.brought_by(reader, program.id, member)
        return Mine(
            own_code=profile.referral_code,
            codes=await referring.codes(reader, program.id, member),
            said=await referring.said(reader, program.id, member),
            referrer=referrer,
            until_us=until_us,
            qualified=purchase is not None,
            friends=await _standings(reader, program, friends, now_us),
            now_us=now_us,
        )


async def _standings(reader: Reader, program: Program, friends: Sequence[Friend], now_us: int) -> list[Standing]:
    """What each friend's purchase led to, found by the keys under which the follower asks."""
    rewards = {
        friend.purchase: fact_id(program.secret, SYSTEM_SOURCE, f"referral-reward:{friend.purchase}")
        for friend in friends
        if friend.purchase is not None
    }
    rows = {row.id: row for row in await journal.facts(reader, program.id, list(rewards.values()))}
    standings = []
    for friend in friends:
        row = rows.get(rewards[friend.purchase]) if friend.purchase is not None else None
        given = row.change.outcome if row is not None else None
        if isinstance(given, Rewarded):
            state = "rewarded" if given.reason == "paid" else "not_rewarded"
            reason = None if given.reason == "paid" else given.reason
            standings.append(Standing(friend=friend, state=state, points=given.points, reason=reason))
            continue
        is_over = friend.until_us is None or friend.until_us <= now_us
        state = "qualified" if friend.purchase is not None else "lapsed" if is_over else "invited"
        standings.append(Standing(friend=friend, state=state, points=0, reason=None))
    return standings

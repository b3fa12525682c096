"""Answers about rulebooks: versions, drafts, faults, and what changes from one to another."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import structs

from app.commands import rulebooks as commands
from app.commands.plainly.compare import compare
from app.commands.plainly.explain import explain
from app.commands.plainly.voice import Voice
from app.commands.rulebooks import DateRefused, Faulty
from app.engine import typeids
from app.engine.rulebook.check import Fault as RulebookFault
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.refund_order import order_matters
from app.repositories import drafts
from app.repositories.rulebooks import Published
from app.routers import models_drafts
from app.routers.models_configuration import (
    RulebookChange,
    RulebookDetail,
    RulebookNow,
    RulebookPublished,
    RulebookVersion,
    RulebookWarning,
)
from app.routers.problems import Fault, Rejected
from app.routers.wire import moment

_NOTICE: Final = (("seconds_min", int(commands.NOTICE.total_seconds())),)


def version(published: Published) -> RulebookVersion:
    """A version as it was published."""
    return RulebookVersion(
        version=published.version,
        effective_at=moment(published.effective_at),
        published_at=moment(published.published_at),
        published_by=typeids.encode("key", published.published_by),
        draft=None if published.draft is None else typeids.encode("drf", published.draft),
        restores=published.restores,
        document=json.loads(published.document),
    )


def version_now(published: Published, now: datetime) -> RulebookNow:
    """A version, and where it stands at an instant."""
    ends_at = published.ends_at
    state: Literal["scheduled", "live", "ended"] = "live" if ends_at is None or ends_at > now else "ended"
    if published.effective_at > now:
        state = "scheduled"
    shown = structs.asdict(version(published))
    return RulebookNow(
        **shown,
        state=state,
        ends_at=None if ends_at is None else moment(ends_at),
    )


def just_published(published: Published) -> RulebookPublished:
    """A version, and what to think about in it."""
    shown = version(published)
    return RulebookPublished(**structs.asdict(shown), warnings=warnings(Rulebook.model_validate(shown.document)))


def warnings(document: Rulebook) -> list[RulebookWarning]:
    """What may surprise in a rulebook."""
    return [_noted(fault) for fault in order_matters(document)]


def draft(found: drafts.Draft) -> models_drafts.Draft:
    """A draft as it is kept."""
    return models_drafts.Draft(
        id=typeids.encode("drf", found.id),
        name=found.name,
        revision=found.revision,
        created_at=moment(found.created_at),
        created_by=typeids.encode("key", found.created_by),
        updated_at=moment(found.updated_at),
        updated_by=typeids.encode("key", found.updated_by),
        document=json.loads(found.document),
    )


def etag(shown: models_drafts.Draft) -> str:
    """What tells a draft from every other that it has been."""
    return f'"{hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:32]}"'


def checked(found: Rulebook | tuple[RulebookFault, ...], voice: Voice) -> models_drafts.DraftChecked:
    """What publishing would say, and what the rulebook says."""
    if isinstance(found, Rulebook):
        told = [
            models_drafts.ToldBlock(
                section=block.section, id=block.id, heading=block.heading, sentences=list(block.sentences)
            )
            for block in explain(found, voice)
        ]
        return models_drafts.DraftChecked(
            valid=True, faults=[], warnings=warnings(found), language=voice.language, told=told
        )
    faults = [_noted(fault) for fault in found]
    return models_drafts.DraftChecked(valid=False, faults=faults, warnings=[], language=voice.language, told=[])


def changes(old: Rulebook, new: Rulebook, voice: Voice) -> list[RulebookChange]:
    """What changes from one rulebook to another."""
    return [
        RulebookChange(
            kind=change.kind,
            section=change.section,
            id=change.id,
            text=change.text,
            details=[
                RulebookDetail(aspect=each.aspect, before=each.before, after=each.after) for each in change.details
            ],
        )
        for change in compare(old, new, voice)
    ]


def refused(said: Faulty | DateRefused) -> Rejected:
    """Why a document was not published."""
    if isinstance(said, Faulty):
        return invalid(said.faults)
    fault = Fault(code=said.code, pointer="/effective_at", values=_NOTICE)
    return Rejected(said.code, [fault], values=dict(_NOTICE))


def invalid(faults: Iterable[RulebookFault]) -> Rejected:
    """A document with faults."""
    found = [Fault(code=fault.code, pointer=f"/document{fault.pointer}", detail=fault.detail) for fault in faults]
    return Rejected("rulebook_invalid", found)


def _noted(fault: RulebookFault) -> RulebookWarning:
    return RulebookWarning(pointer=f"/document{fault.pointer}", code=fault.code, detail=fault.detail)

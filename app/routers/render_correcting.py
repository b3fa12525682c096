"""Answers about corrections."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.engine import typeids
from app.repositories.corrections import Correction, Line, Sums
from app.routers import models_correcting as models
from app.routers.wire import moment

NONE: Final = Sums(purchases=0, members=0, up=0, down=0, largest=0)
WHOLE: Final = 1_000_000
STATES: Final = {"open": "planned"}


def correction(found: Correction, sums: Mapping[str, Sums], largest: Sequence[Line]) -> models.Correction:
    """A correction, and what of it is done."""
    return models.Correction(
        id=typeids.encode("crn", found.id),
        state=found.state,  # type: ignore[arg-type]  # the table has no other
        under=found.under,
        versions=None if found.versions is None else list(found.versions),
        occurred_from=None if found.from_at is None else moment(found.from_at),
        occurred_until=None if found.until_at is None else moment(found.until_at),
        reason=found.reason,
        asked_by=typeids.encode("key", found.asked_by),
        asked_at=moment(found.asked_at),
        approved_by=None if found.approved_by is None else typeids.encode("key", found.approved_by),
        approved_at=None if found.approved_at is None else moment(found.approved_at),
        checked=found.checked,
        progress_ppm=_progress(found, sums),
        planned=_sums(sums.get("open", NONE)),
        done=_sums(sums.get("done", NONE)),
        refused=_sums(sums.get("refused", NONE)),
        unknown=_sums(sums.get("unknown", NONE)),
        largest=[line(each) for each in largest],
    )


def line(found: Line) -> models.CorrectionLine:
    """One purchase."""
    return models.CorrectionLine(
        purchase=typeids.encode("pur", found.fact),
        member=typeids.encode("mbr", found.member),
        state=STATES.get(found.state, found.state),  # type: ignore[arg-type]  # the table has no other
        points_up=found.up,
        points_down=found.down,
        code=found.code,
        adjustment=None if found.booked_as is None else typeids.encode("cor", found.booked_as),
    )


def _progress(found: Correction, sums: Mapping[str, Sums]) -> int:
    if found.state == "checking":
        total = len(found.facts) if found.facts is not None else found.until_number
        return found.position * WHOLE // max(1, total)
    if found.state == "applying":
        left, total = sums.get("open", NONE).purchases, sum(each.purchases for each in sums.values())
        return (total - left) * WHOLE // max(1, total)
    return WHOLE


def _sums(found: Sums) -> models.CorrectionSums:
    return models.CorrectionSums(
        purchases=found.purchases, members=found.members, points_up=found.up, points_down=found.down
    )

"""Chance: draws match their odds, depend on what was promised and on nothing else, and tampering is found."""

import hashlib
from collections import Counter
from uuid import UUID

import pytest

from app.engine.draws import commitment_of, message_of, pick, seed_of, value_of

SECRET = bytes(range(32))
MEMBER = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
DAY = 739_500
# The 99.9 % quantiles of chi-square with so many degrees of freedom.
CHI_SQUARE_MAX = {3: 16.27, 9: 27.88}


def drawn(weights: tuple[int, ...], nothing: int, times: int) -> Counter[int | None]:
    """How often each prize came over many days of many members."""
    counted: Counter[int | None] = Counter()
    for number in range(times):
        member = UUID(int=MEMBER.int + number % 997)
        seed = seed_of(SECRET, DAY + number % 400)
        counted[pick(value_of(seed, message_of(member, "lucky", 1 + number // 997)), weights, nothing)] += 1
    return counted


@pytest.mark.parametrize(
    ("weights", "nothing"), [((1, 10, 100), 889), ((1,) * 10, 0)], ids=["rare prizes", "equal prizes"]
)
def test_a_hundred_thousand_draws_match_their_odds(weights: tuple[int, ...], nothing: int) -> None:
    times = 100_000
    counted = drawn(weights, nothing, times)
    shares = dict(enumerate(weights)) | ({None: nothing} if nothing else {})
    expected = {place: times * weight / (sum(weights) + nothing) for place, weight in shares.items()}
    assert set(counted) <= set(expected)
    chi_square = sum((counted[place] - mean) ** 2 / mean for place, mean in expected.items())
    assert chi_square < CHI_SQUARE_MAX[len(expected) - 1]


def test_every_value_stops_at_the_prize_whose_share_holds_it() -> None:
    last = 2**128 - 1
    ends = [pick(value, (1, 2), 1) for value in (0, last // 4, last // 4 + 1, 3 * last // 4, 3 * last // 4 + 1, last)]
    assert ends == [0, 0, 1, 1, None, None]
    assert [pick(value, (3, 1), 0) for value in (0, last)] == [0, 1]


def test_the_commitment_is_of_the_seed_and_each_day_has_its_own() -> None:
    seeds = [seed_of(SECRET, day) for day in range(DAY, DAY + 400)]
    assert len(set(seeds)) == 400
    assert {len(seed) for seed in seeds} == {32}
    assert commitment_of(seeds[0]) == hashlib.sha256(seeds[0]).digest()
    assert seed_of(b"another secret", DAY) != seeds[0]


def test_a_value_depends_on_seed_member_draw_and_number_alone() -> None:
    seed = seed_of(SECRET, DAY)
    values = {
        value_of(seed, message_of(MEMBER, "lucky", 1)),
        value_of(seed, message_of(MEMBER, "lucky", 2)),
        value_of(seed, message_of(MEMBER, "wheel", 1)),
        value_of(seed, message_of(UUID(int=1), "lucky", 1)),
        value_of(seed_of(SECRET, DAY + 1), message_of(MEMBER, "lucky", 1)),
    }
    assert len(values) == 5
    assert value_of(seed, message_of(MEMBER, "lucky", 1)) in values

"""Ids as callers see them: one spelling an id, and back."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.commands.credentials import is_well_formed, new_token
from app.commands.identities import REFERRAL_ALPHABET, new_id, new_referral_code
from app.engine import typeids
from app.repositories.instants import at


@given(st.uuids())
def test_every_uuid_comes_back(value: UUID) -> None:
    text = typeids.encode("mbr", value)
    assert len(text) == 30
    assert typeids.decode("mbr", text) == value
    assert typeids.decode("pur", text) is None


@given(st.text(max_size=40))
def test_no_text_has_two_spellings(text: str) -> None:
    found = typeids.decode("mbr", f"mbr_{text}")
    assert found is None or typeids.encode("mbr", found) == f"mbr_{text}"


def test_the_examples_of_the_specification() -> None:
    nil = "00000000000000000000000000"
    assert typeids.encode("x", UUID(int=0)) == f"x_{nil}"
    assert typeids.encode("x", UUID("01890a5d-ac96-774b-bcce-b302099a8057")) == "x_01h455vb4pex5vsknk084sn02q"
    assert typeids.encode("x", UUID(int=2**128 - 1)) == "x_7zzzzzzzzzzzzzzzzzzzzzzzzz"
    for wrong in (
        "8zzzzzzzzzzzzzzzzzzzzzzzzz",
        nil[1:],
        nil + "0",
        "0000000000000000000000000I",
        nil.replace("0", "O"),
    ):
        assert typeids.decode("x", f"x_{wrong}") is None


def test_new_ids_are_version_7_and_in_order() -> None:
    ids = [new_id(at(milliseconds * 1000)) for milliseconds in range(1_700_000_000_000, 1_700_000_000_100)]
    assert ids == sorted(ids)
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
    assert len({new_id(at(0)) for _ in range(1000)}) == 1000


def test_keys_have_a_check_sum() -> None:
    for sandbox, prefix in ((True, "rung_test_"), (False, "rung_live_")):
        token = new_token(sandbox=sandbox)
        assert token.startswith(prefix)
        assert is_well_formed(token)
        swapped = token[:12] + token[13] + token[12] + token[14:]
        assert swapped == token or not is_well_formed(swapped)
        assert not is_well_formed(token + "\n")
    assert len({new_token(sandbox=True) for _ in range(100)}) == 100


def test_referral_codes_can_be_read_aloud() -> None:
    codes = {new_referral_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(len(code) == 8 and set(code) <= set(REFERRAL_ALPHABET) for code in codes)
    assert not set(REFERRAL_ALPHABET) & set("01ILOU")

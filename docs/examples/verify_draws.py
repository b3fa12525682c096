"""Checks draws of Rung with nothing but the standard library; share it, read it, write your own.

    python verify_draws.py PROOF.json [COMMITMENTS.json]

PROOF.json is the answer of GET /v1/facts/{fact}/draws, COMMITMENTS.json an answer of GET /v1/draws/commitments that you
kept from before the day. Ends with 1 when something does not hold.
"""

import hashlib
import hmac
import json
import sys


def faults(draw: dict, kept: dict[str, str]) -> list[str]:
    """What is wrong with one draw."""
    found = []
    if kept and kept.get(draw["day"]) != draw["commitment"]:
        found.append("the commitment is not among those that were kept from before the day")
    if draw["seed"] is None:
        return [*found, "the seed is not revealed before its day is over: ask again tomorrow"]
    seed = bytes.fromhex(draw["seed"])
    if hashlib.sha256(seed).hexdigest() != draw["commitment"]:
        found.append("the seed is not the one that the commitment promised")
    message = f"{draw['member']}/{draw['draw']}/{draw['number']}"
    value = hmac.digest(seed, message.encode(), "sha256")[:16]
    if value.hex() != draw["value"]:
        found.append("the value does not follow from seed, member, draw and number")
    if stops_at(int.from_bytes(value, "big"), draw) != draw["place"]:
        found.append("the value stops at another prize")
    return found


def stops_at(value: int, draw: dict) -> int | None:
    """The prize at which a value of 128 bits stops: the weights side by side, nothing last."""
    weights = [prize["weight"] for prize in draw["prizes"]]
    point = value * (sum(weights) + draw["nothing_weight"]) >> 128
    for place, weight in enumerate(weights):
        if point < weight:
            return place
        point -= weight
    return None


def main(paths: list[str]) -> int:
    """Check every draw of a proof and say what came of it."""
    documents = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            documents.append(json.load(file))
    kept = {day["day"]: day["commitment"] for day in documents[1]["data"]} if documents[1:] else {}
    wrong = 0
    for draw in documents[0]["data"]:
        found = faults(draw, kept)
        wrong += bool(found)
        print(f"{draw['draw']} number {draw['number']} of {draw['day']}:", "; ".join(found) or "holds")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

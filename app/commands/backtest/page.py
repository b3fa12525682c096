"""A backtest's report as one HTML page that needs nothing else: styles and charts are in it, no script, no request."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from app.commands.backtest.charts import bars, histogram, lines, number
from app.commands.backtest.report import HEADINGS, Report
from app.commands.plainly.voice import Voice

EXTREMES_SHOWN: Final = 10
STYLE: Final = """
:root { color-scheme: light dark; --was: #8b97a8; --now: #2a6fdb; --gain: #2f9e5f; --loss: #d1495b;
  --ink: #1c2430; --quiet: #647082; --line: #dde3ea; --paper: #fff; --card: #f6f8fb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ecf3; --quiet: #9aa7b8; --line: #2d3745; --paper: #12171e;
  --card: #1a212b; --now: #6ea3f7; --was: #74808f; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink);
  background: var(--paper); margin: 0 auto; max-width: 1060px; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; }
p { margin: .3rem 0; } .quiet { color: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: .8rem; margin-top: 1.4rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem; }
.card b { display: block; font-size: 1.45rem; font-variant-numeric: tabular-nums; }
.up { color: var(--gain); } .down { color: var(--loss); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; } th:first-child, td:first-child { text-align: left; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(330px, 1fr)); gap: 1.6rem; }
svg { width: 100%; height: auto; display: block; } svg text { font-size: 11px; fill: var(--quiet); }
svg .grid { stroke: var(--line); } svg .was { fill: var(--was); } svg .now { fill: var(--now); }
svg .gain { fill: var(--gain); } svg .loss { fill: var(--loss); }
svg .line { fill: none; stroke-width: 2.5; } svg .line.was { stroke: var(--was); } svg .line.now { stroke: var(--now); }
.key span { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .35em 0 1em; }
code { font-size: .86em; } ul { padding-left: 1.2rem; }
"""


def page(told: Report, title: str, programme: str) -> str:
    """The page. Whatever people have written is escaped."""
    since = f"from {told['from_date']}" if told["from_date"] else "from the first day"
    body = [
        f"<h1>Backtest: {escape(title)}</h1>",
        (
            f'<p class="quiet">{escape(programme)} · the draft holds {since} · history until {told["until"]} · '
            f"{number(told['purchases'])} purchases of {number(told['members'])} members</p>"
        ),
        _cards(told),
        *_wallets(told),
        *_months(told),
        *_people(told),
        *_tiers(told),
        *_rules(told),
        *_refused(told),
        *_assumed(told),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Backtest: {escape(title)}</title><style>{STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


def _cards(told: Report) -> str:
    main = next(each for each in told["wallets"] if each["wallet"] == "points")
    people = told["members_by_difference"]
    cards = [
        (name.capitalize(), main[name]["was"], main[name]["now"]) for name in ("issued", "redeemed", "outstanding")
    ]
    html = [
        f'<div class="card"><span class="quiet">{name}</span><b>{number(now)}</b>'
        f'<span class="quiet">was {number(was)}</span> {_change(was, now)}</div>'
        for name, was, now in cards
    ]
    html.append(
        '<div class="card"><span class="quiet">Members</span>'
        f'<b><span class="up">▲ {number(people["better"])}</span> '
        f'<span class="down">▼ {number(people["worse"])}</span></b>'
        f'<span class="quiet">{number(people["same"])} the same</span></div>'
    )
    return f'<div class="cards">{"".join(html)}</div>'


def _change(was: int, now: int) -> str:
    if was == now:
        return '<span class="quiet">unchanged</span>'
    share = f" ({(now - was) * 100 / abs(was):+.1f} %)" if was else ""
    return f'<span class="{"up" if now > was else "down"}">{"+" if now > was else ""}{number(now - was)}{share}</span>'


def _wallets(told: Report) -> Iterable[str]:
    currency = told["currency"]
    for wallet in told["wallets"]:
        rows = [
            (heading.capitalize(), *_sides(wallet[heading]))
            for heading in (*HEADINGS, "outstanding")
            if any(wallet[heading].values()) or heading in ("issued", "redeemed", "outstanding")
        ]
        cost = wallet["cost"]
        if cost is not None:
            worth = f"{number(cost['denominator'])} points = {_money(cost['numerator'], currency)}"
            rows += [
                (f"Cost of {heading} ({escape(worth)})", *_monies(cost[f"{heading}_minor"], currency))
                for heading in ("issued", "redeemed", "outstanding")
            ]
        if wallet["wallet"] == "points":
            rows.append(("Money off", *_monies(told["discounts_minor"], currency)))
        yield f"<h2>Wallet {escape(wallet['wallet'])}</h2>" if len(told["wallets"]) > 1 else "<h2>Points</h2>"
        yield _table(("", "as it was", "under the draft", "difference"), rows)


def _money(minor: int, currency: str) -> str:
    return Voice(language="en", currency=currency).money(minor)


def _sides(both: dict[str, int]) -> tuple[str, str, str]:
    return number(both["was"]), number(both["now"]), _change(both["was"], both["now"])


def _monies(both: dict[str, int], currency: str) -> tuple[str, str, str]:
    was, now = both["was"], both["now"]
    sign = "+" if now > was else ""
    shown = '<span class="quiet">unchanged</span>'
    if was != now:
        shown = f'<span class="{"up" if now > was else "down"}">{sign}{escape(_money(now - was, currency))}</span>'
    return escape(_money(was, currency)), escape(_money(now, currency)), shown


KEY: Final = (
    '<p class="key quiet"><span style="background:var(--was)"></span>as it was'
    '<span style="background:var(--now)"></span>under the draft</p>'
)


def _months(told: Report) -> Iterable[str]:
    months = told["months"]
    if not months:
        return
    labels = [each["month"] for each in months]
    yield "<h2>Month by month</h2>" + KEY + '<div class="two">'
    for heading, chart in (("issued", bars), ("redeemed", bars), ("outstanding", lines), ("expired", bars)):
        was, now = ([each[heading][side] for each in months] for side in ("was", "now"))
        yield f"<div><p>{heading.capitalize()}</p>{chart(labels, was, now, f'{heading} by month')}</div>"
    yield "</div>"


def _people(told: Report) -> Iterable[str]:
    people = told["members_by_difference"]
    bins = people["distribution"]
    yield "<h2>Who gains, who loses</h2>"
    yield (
        f"<p>{number(people['better'])} members earn more, {number(people['gained'])} points together; "
        f"{number(people['worse'])} earn less, {number(people['lost'])} points together. "
        "Earned is what was issued in the main wallet less what refunds took back. "
        "A bar counts the members whose difference begins at its number and ends before the next.</p>"
    )
    if bins:
        labels = [_range(each["from_points"], each["to_points"]) for each in bins]
        kinds = ["gain" if each["from_points"] > 0 else "loss" if each["to_points"] < 0 else "was" for each in bins]
        yield histogram(labels, [each["members"] for each in bins], kinds, "members by difference in points")
    yield '<div class="two">'
    for name, heading in (("winners", "Most gained"), ("losers", "Most lost")):
        rows = [
            (f"<code>{escape(each['member'])}</code>", *_sides({"was": each["was"], "now": each["now"]}))
            for each in people[name][:EXTREMES_SHOWN]
        ]
        if rows:
            yield f"<div><p>{heading}</p>{_table(('member', 'was', 'now', 'difference'), rows)}</div>"
    yield "</div>"


def _range(least: int, most: int) -> str:
    """The end of a bin that is nearer to nothing."""
    near = least if least >= 0 else most
    return f"{near:+,}".replace(",", "\u202f") if near else "0"


def _tiers(told: Report) -> Iterable[str]:
    if not told["tiers"]:
        return
    yield "<h2>Tiers</h2>" + KEY + '<div class="two"><div>'
    labels = [each["tier"] for each in told["tiers"]]
    yield bars(labels, [each["was"] for each in told["tiers"]], [each["now"] for each in told["tiers"]], "members")
    rows = [
        (escape(each["from_tier"]), escape(each["to_tier"]), number(each["members"])) for each in told["tier_changes"]
    ]
    yield "</div><div>" + (_table(("from", "to", "members"), rows) if rows else "<p>Nobody changes tier.</p>")
    yield "</div></div>"


def _rules(told: Report) -> Iterable[str]:
    rows = [
        (
            f"<code>{escape(each['rule'])}</code>",
            number(each["was"]["purchases"]),
            number(each["now"]["purchases"]),
            *_sides({"was": each["was"]["granted"], "now": each["now"]["granted"]}),
            number(each["now"]["wanted"] - each["now"]["granted"]),
        )
        for each in told["rules"]
    ]
    yield "<h2>Which rules paid what</h2>"
    header = ("rule", "times as it was", "times now", "points as it was", "points now", "difference", "cut by caps now")
    yield _table(header, rows)


def _refused(told: Report) -> Iterable[str]:
    yield "<h2>What the draft refuses</h2>"
    rows = [
        (
            escape(each["kind"].replace("_", " ")),
            f"<code>{escape(each['code'])}</code>",
            number(each["times"]),
            number(each["points"]),
        )
        for each in told["refused"]
    ]
    yield _table(("what", "why", "times", "points asked"), rows) if rows else "<p>Nothing of what was accepted.</p>"


def _assumed(told: Report) -> Iterable[str]:
    yield "<h2>What this assumes</h2><ul>"
    for each in told["assumptions"]:
        counted = "" if each["count"] is None else f" <b>{number(each['count'])}</b>"
        yield f"<li>{escape(each['text'])}{counted}</li>"
    yield "</ul>"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already."""
    head = "".join(f"<th>{cell}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

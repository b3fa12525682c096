"""Charts as inline SVG: two bars side by side, two lines, a histogram. No script, no request."""

from collections.abc import Sequence
from html import escape

WIDTH, NARROW, HEIGHT, LEFT, BOTTOM, TOP = 960, 480, 260, 78, 42, 12
# So many labels fit under an axis.
LABELS_MAX = 9
WAS, NOW, LOSS, GAIN = "was", "now", "loss", "gain"


def number(value: int) -> str:
    """With thin spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def bars(labels: Sequence[str], was: Sequence[int], now: Sequence[int], title: str) -> str:
    """Pairs of bars, as it was and under the draft."""
    low, high = _bounds([*was, *now])
    step = (NARROW - LEFT - 8) / max(1, len(labels))
    width = min(34.0, step * 0.38)
    parts = []
    for place in range(len(labels)):
        centre = LEFT + step * (place + 0.5)
        for values, kind, shift in ((was, WAS, -width - 1), (now, NOW, 1)):
            parts.append(_bar(centre + shift, width, values[place], (low, high), kind))
    parts += _labels(labels, step)
    return _chart(title, parts, (low, high), NARROW)


def histogram(labels: Sequence[str], counts: Sequence[int], kinds: Sequence[str], title: str) -> str:
    """One bar a bin."""
    low, high = _bounds(counts)
    step = (WIDTH - LEFT - 8) / max(1, len(labels))
    parts = [
        _bar(LEFT + step * place + 1, step - 2, count, (low, high), kinds[place]) for place, count in enumerate(counts)
    ]
    parts += [_text(LEFT + step * (place + 0.5), HEIGHT - BOTTOM + 16, label) for place, label in enumerate(labels)]
    return _chart(title, parts, (low, high), WIDTH)


def lines(labels: Sequence[str], was: Sequence[int], now: Sequence[int], title: str) -> str:
    """Two lines over the same months."""
    low, high = _bounds([*was, *now])
    step = (NARROW - LEFT - 8) / max(1, len(labels))
    parts = []
    for values, kind in ((was, WAS), (now, NOW)):
        points = [
            f"{LEFT + step * (place + 0.5):.1f},{_y(value, (low, high)):.1f}" for place, value in enumerate(values)
        ]
        parts.append(f'<polyline class="line {kind}" points="{" ".join(points)}"/>')
        for point, value in zip(points, values, strict=True):
            x, y = point.split(",")
            parts.append(f'<circle class="{kind}" cx="{x}" cy="{y}" r="3"><title>{number(value)}</title></circle>')
    parts += _labels(labels, step)
    return _chart(title, parts, (low, high), NARROW)


def _bounds(values: Sequence[int]) -> tuple[int, int]:
    """Round numbers on both sides of all values, four steps apart."""
    low, high = min((0, *values)), max((0, *values))
    least = max(1, -(-(high - low) // 4))
    step = next(
        digit * 10**power // 2 for power in range(20) for digit in (2, 4, 5, 10) if digit * 10**power // 2 >= least
    )
    first = low // step * step
    return first, first + 4 * step if first + 4 * step >= high else first + 8 * step


def _y(value: int, bounds: tuple[int, int]) -> float:
    low, high = bounds
    return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)


def _bar(x: float, width: float, value: int, bounds: tuple[int, int], kind: str) -> str:
    top, zero = sorted((_y(value, bounds), _y(0, bounds)))
    height = max(zero - top, 1.0 if value else 0.0)
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{zero - height if value >= 0 else top:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}"><title>{number(value)}</title></rect>'
    )


def _labels(labels: Sequence[str], step: float) -> list[str]:
    """As many of the labels as fit, evenly."""
    every = -(-len(labels) // LABELS_MAX)
    return [
        _text(LEFT + step * (place + 0.5), HEIGHT - BOTTOM + 18, label)
        for place, label in enumerate(labels)
        if place % every == 0
    ]


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(text)}</text>'


def _chart(title: str, parts: Sequence[str], bounds: tuple[int, int], width: int) -> str:
    low, high = bounds
    grid = []
    for part in range(5):
        value = low + (high - low) * part // 4
        y = _y(value, bounds)
        grid.append(f'<line class="grid" x1="{LEFT}" x2="{width - 8}" y1="{y:.1f}" y2="{y:.1f}"/>')
        grid.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number(value)}</text>')
    return (
        f'<svg viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{''.join(grid)}{''.join(parts)}</svg>"
    )

"""The chart of the benchmarks: bars in an SVG, which is text and needs no library."""

from __future__ import annotations

from html import escape
from typing import Any

_COLOURS = {
    "httpx": "#9aa4b2",
    "hubspot-events": "#2f6fde",
    "hubspot-events[orjson]": "#6ea0f2",
    "hubspot-api-client": "#e0a458",
    "hubspot-sdk": "#c97b63",
}
# It paints its own paper, so that it can be read on a page that is light where the reader's system is dark.
_STYLE = """<style>
svg { --paper: #ffffff; --ink: #1f2937 }
@media (prefers-color-scheme: dark) { svg { --paper: #17191c; --ink: #e5e7eb } }
.paper { fill: var(--paper) } text { fill: var(--ink) }
</style>"""
_PANELS = {"one": "one input", "hundred": "100 inputs", "ready": "import, and a client that is ready to send"}
_WIDTH, _LEFT, _RIGHT, _BAR, _GAP = 720, 190, 110, 16, 5


def chart(figures: dict[str, Any]) -> str:
    """Return an SVG of what calls and the import cost each contestant."""
    parts = [_text(16, 26, "CPU time of the client, in milliseconds; shorter is better", 15, weight="bold")]
    top = 52
    for case, title in _PANELS.items():
        bars = {name: of[case]["median"] for name, of in figures["milliseconds"].items() if case in of}
        parts.append(_text(16, top, title, 13, weight="bold"))
        top += 12
        scale = (_WIDTH - _LEFT - _RIGHT) / max(bars.values())
        for name, value in bars.items():
            parts.append(_text(_LEFT - 8, top + _BAR - 4, "httpx alone" if name == "httpx" else name, 12, anchor="end"))
            width = max(1.0, value * scale)
            colour = _COLOURS[name]
            parts.append(f'<rect x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR}" rx="2" fill="{colour}"/>')
            label = f"{value:.{2 if value < 10 else 0}f} ms"
            parts.append(_text(_LEFT + width + 6, top + _BAR - 4, label, 12))
            top += _BAR + _GAP
        top += 26
    parts.append(_text(16, top - 8, f"{figures['date']}, Python {figures['python']}, make bench", 11))
    height = top + 6
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
            f' viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif">',
            _STYLE,
            f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _text(x: float, y: float, text: str, size: int, *, weight: str = "normal", anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"'
    return f"<text {place}>{escape(text)}</text>"

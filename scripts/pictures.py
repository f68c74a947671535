"""Draw the documentation's pictures as SVG, from what the program really says.

No font is measured: letters are taken to be as wide as in the widest usual font, so that a text never runs out of its
place. Colours follow the reader's light or dark setting.
"""

from __future__ import annotations

import html
import re
import textwrap
from typing import NamedTuple

LETTER = 0.6
"""The width of a letter of a fixed-width font, in units of its size; no usual font is wider on average."""
SIZE = 13
LINE = 20

_STYLE = """\
    .card { fill: #ffffff; stroke: #d1d9e0 }
    .line { stroke: #d1d9e0 }
    .box { fill: #f6f8fa; stroke: #8c959f }
    text { fill: #1f2328; font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif }
    .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px }
    .title { font-size: 16px; font-weight: 600 }
    .strong { font-weight: 600 }
    .faint { fill: #59636e }
    .yes { fill: #1a7f37 }
    .no { fill: #d1242f }
    .unknown { fill: #9a6700 }
    @media (prefers-color-scheme: dark) {
      .card { fill: #0d1117; stroke: #3d444d }
      .line { stroke: #3d444d }
      .box { fill: #151b23; stroke: #9198a1 }
      text { fill: #f0f6fc }
      .faint { fill: #9198a1 }
      .yes { fill: #3fb950 }
      .no { fill: #f85149 }
      .unknown { fill: #d29922 }
    }
"""


class Lane(NamedTuple):
    """One way that a commit can go: what happened, and what the gate decided.

    ``target`` is empty where nothing is published; ``failed`` says that nothing could be decided.
    """

    situation: str
    builds: bool
    target: str
    reason: str
    failed: bool = False


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    name = f' class="{kind}"' if kind else ""
    # Columns of a table stand where they stand because of their blanks.
    blanks = ' xml:space="preserve"' if "  " in text else ""
    return f'  <text x="{x:g}" y="{y:g}"{name}{blanks}>{html.escape(text, quote=False)}</text>'


def _picture(width: float, height: float, title: str, parts: list[str]) -> str:
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{html.escape(title)}">',
        f"  <title>{html.escape(title, quote=False)}</title>",
        f"  <style>\n{_STYLE}  </style>",
        f'  <rect class="card" x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="6"/>',
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return what Markdown shows for a text: without marks, with its escapes resolved."""
    return html.unescape(re.sub(r"\*\*|`|</?sub>", "", text))


def summary(markdown: str) -> str:
    """Draw a job summary: its headings, lines and tables."""
    width, left = 780, 24
    columns = (left + 10, left + 44, left + 190)
    parts: list[str] = []
    y = 20.0
    # What a reader may fold is drawn open.
    opened = markdown.replace("<details><summary>", "\N{BLACK DOWN-POINTING SMALL TRIANGLE} ")
    for line in re.sub(r"</?(?:details|summary)>", "", opened).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not line or (cells and not cells[-1].strip(":-")):
            continue
        if line.startswith("### "):
            y += LINE
            parts.append(_text(left, y, _plain(line[4:]), "title"))
            y += 4
        elif cells:
            y += LINE + 6
            mark, check, seen = (_plain(cell) for cell in cells)
            kind = {"\N{CHECK MARK}": "yes", "\N{BALLOT X}": "no", "?": "unknown"}.get(mark, "strong")
            parts.append(_text(columns[0], y, mark, kind))
            parts.append(_text(columns[1], y, check, "" if mark else "strong"))
            for number, piece in enumerate(textwrap.wrap(seen, _letters(width - columns[2] - left)) or [""]):
                y += LINE * bool(number)
                parts.append(_text(columns[2], y, piece, "" if mark else "strong"))
            parts.append(f'  <line class="line" x1="{left}" y1="{y + 8:g}" x2="{width - left}" y2="{y + 8:g}"/>')
        else:
            small = line.startswith("<sub>")
            y += 14
            for piece in textwrap.wrap(_plain(line), _letters(width - 2 * left)):
                y += LINE
                parts.append(_text(left, y, piece, "faint" if small else ""))
    return _picture(width, y + 24, "The job summary of a run", parts)


def _letters(width: float) -> int:
    return int(width / (SIZE * LETTER))


def terminal(command: str, lines: list[str]) -> str:
    """Draw a command and what it prints; lines that publish stand out."""
    size = 12
    rows = [f"$ {command}", *lines]
    parts = []
    for number, row in enumerate(rows):
        publishes = re.search(r"  yes  +yes  ", row)
        kind = "code yes" if publishes else "code faint" if number in {0, 3} else "code"
        if row:
            parts.append(_text(20, 32 + number * 18, row, kind))
    width = 40 + max(map(len, rows)) * size * LETTER + size
    return _picture(round(width), 32 + len(rows) * 18, f"What {command} prints", parts)


def road(lanes: list[Lane]) -> str:
    """Draw the ways from a push to an index, one below the other, each as far as it goes."""
    columns = (20, 300, 400, 500, 640)
    height = 46.0
    parts = []
    heads = ("what happens", "gate", "build", "publish", "")
    parts += [_text(x + 8, 30, word, "faint") for x, word in zip(columns, heads, strict=True) if word]
    for number, lane in enumerate(lanes):
        y = 44 + number * height
        stations = [(columns[1], "gate")]
        if lane.builds:
            stations.append((columns[2], "build"))
        if lane.target:
            stations.append((columns[3], lane.target))
        parts.append(_text(columns[0] + 8, y + 20, lane.situation))
        end = 288.0
        for x, word in stations:
            width = 110 if x == columns[3] else 70
            parts.append(_arrow(end, x, y + 15))
            parts.append(f'  <rect class="box" x="{x}" y="{y:g}" width="{width}" height="30" rx="5"/>')
            parts.append(_text(x + 12, y + 20, word, "strong"))
            end = x + width
        parts.append(_arrow(end, columns[4] if lane.target else end + 22, y + 15))
        kind = "unknown" if lane.failed else "yes" if lane.target else "no"
        word = "failed: " if lane.failed else "" if lane.target else "no: "
        parts.append(_text((columns[4] if lane.target else end + 22) + 8, y + 20, word + lane.reason, f"code {kind}"))
    title = "The ways from a push to an index, and where each ends"
    return _picture(800, 44 + len(lanes) * height + 6, title, parts)


def _arrow(start: float, end: float, y: float) -> str:
    return (
        f'  <path class="line" fill="none" d="M{start + 2:g} {y:g}H{end - 3:g}'
        f'm-5 -4l5 4l-5 4" style="stroke-width:1.5"/>'
    )

"""SVG plots of the results, readable on a light and on a dark page."""
import math
from xml.sax.saxutils import escape

STYLE = """
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 13px } .small { font-size: 11px; fill: #59636e }
.axis { stroke: #8c959f } .grid { stroke: #d1d9e0 } .line { fill: none; stroke: #0969da; stroke-width: 2 }
.dot, .bar { fill: #0969da } .peer { fill: #9a6700 } .goal { stroke: #1a7f37 }
.floor { stroke: #1f2328; stroke-width: 2 }
.share0 { fill: #0969da } .share1 { fill: #1a7f37 } .share2 { fill: #9a6700 } .share3 { fill: #8250df }
.share4 { fill: #cf222e } .share5 { fill: #8c959f }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc } .small { fill: #9198a1 } .axis { stroke: #656c76 } .grid { stroke: #3d444d }
.line { stroke: #4493f8 } .dot, .bar, .share0 { fill: #4493f8 } .peer, .share2 { fill: #d29922 }
.goal { stroke: #3fb950 } .floor { stroke: #f0f6fc } .share1 { fill: #3fb950 } .share3 { fill: #ab7df8 }
.share4 { fill: #f85149 } .share5 { fill: #656c76 }
}
</style>
""".strip()


def all_of(results):
    growth = results["growth"]
    return {
        "table.svg": _table(results["table"]),
        "layers.svg": _layers(results["layers"]),
        "requests.svg": _panels(growth["requests"], "open requests", (
            ("opens_per_second", "durable opens a second"), ("get_p50_us", "Get, median µs"),
            ("ready_ms", "start to READY, ms"))),
        "timers.svg": _panels(growth["timers"], "pending timers", (
            ("resident_mb", "resident memory, MB"), ("late_p50_ms", "lateness, median ms"),
            ("late_p99_ms", "lateness, p99 ms"))),
        "connections.svg": _panels(growth["connections"], "connections, one call in flight each", (
            ("opens_per_second", "durable opens a second"), ("open_p50_us", "open, median µs"),
            ("resident_mb", "resident memory after, MB"))),
    }


def _svg(width, height, title, body):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img">\n<title>{escape(title)}</title>\n{STYLE}\n' + "\n".join(body) + "\n</svg>\n")


def _text(x, y, text, kind="", anchor="start"):
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>{escape(text)}</text>'


def _line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _short(value):
    for size, letter in ((1_000_000, "M"), (1000, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def _scale(top):
    """Round steps from zero to above the greatest value."""
    step = 10 ** math.floor(math.log10(top or 1))
    step = next(size * step for size in (0.25, 0.5, 1, 2) if top / (size * step) <= 5)
    return [step * number for number in range(math.ceil(top / step * 1.12) + 1)]


def _panels(points, across, figures):
    """A small plot for each figure, all over the same logarithmic axis."""
    width, height, gap, left, top = 230, 130, 60, 50, 40
    body = []
    sizes = [point["size"] for point in points]
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    for number, (figure, title) in enumerate(figures):
        x0, y0 = left + number * (width + gap), top + height
        marks = _scale(max(point[figure] for point in points))
        body.append(_text(x0, top - 20, title, "title"))
        for mark in marks:
            y = y0 - mark / marks[-1] * height
            body += [_line(x0, y, x0 + width, y, "grid"), _text(x0 - 6, y + 4, _short(mark), "small", "end")]
        places = []
        for point in points:
            x = x0 + 16 + (math.log10(point["size"]) - low) / ((high - low) or 1) * (width - 32)
            y = y0 - point[figure] / marks[-1] * height
            places.append((x, y))
            body += [
                _text(x, y - 8, _short(point[figure]), "small", "middle"),
                _text(x, y0 + 16, _short(point["size"]), "small", "middle"),
            ]
        body.append(f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
        body += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
        body += [_line(x0, y0, x0 + width, y0, "axis"), _text(x0 + width / 2, y0 + 34, across, "small", "middle")]
    whole = left + len(figures) * (width + gap) - gap + 16
    return _svg(whole, top + height + 46, "How cost grows with " + across, body)


def _table(rows):
    """How far each row is from its floor and its goal, on one axis: right of the line is reached."""
    left, width, line, top = 400, 380, 26, 44
    shown = [row for row in rows if row["value"] is not None]
    body = [
        _text(left, 18, "how many times the goal", "title"),
        _text(left + width / 2, 34, "goal", "small", "middle"),
    ]
    least, most = -1.5, 1.5

    def place(share):
        return left + (min(max(math.log10(share), least), most) - least) / (most - least) * width

    bottom = top + line * len(shown)
    for power in (0.1, 1, 10):
        body.append(_line(place(power), top - 4, place(power), bottom, "goal" if power == 1 else "grid"))
        body.append(_text(place(power), bottom + 16, f"{power:g} ×", "small", "middle"))
    for number, row in enumerate(shown):
        y = top + line * number + 8
        share = _share(row, row["value"])
        against = f" · {row['against']}" if row["against"] else ""
        name = row["name"] if row["name"] != "the same" else _named(rows, row)
        body.append(_text(left - 12, y + 9, (name + against).replace("`", ""), "small", "end"))
        start, end = sorted((place(1), place(share)))
        kind = "bar" if row["reached"] == "goal" else "peer" if row["reached"] == "floor" else "share4"
        body.append(f'<rect class="{kind}" x="{start:.1f}" y="{y:.1f}" width="{max(end - start, 2):.1f}" height="12"/>')
        floor = place(_share(row, row["floor"]))
        body.append(_line(floor, y - 3, floor, y + 15, "floor"))
    legend = "blue: goal reached · yellow: floor reached · red: neither · thick mark: the floor"
    body.append(_text(20, bottom + 36, legend, "small"))
    return _svg(left + width + 30, bottom + 48, "Each row of the table against its goal", body)


def _named(rows, row):
    return next(other["name"] for other in rows if other["work"] == row["work"])


def _share(row, value):
    """How many times as good as the goal, where 1 is just reached."""
    goal = row["goal"]
    if row["kind"] in ("times", "least"):
        return max(value, 1e-3) / goal
    if row["kind"] == "most" and goal == 0:
        return 1 if value == 0 else 1 / (1 + value)
    return goal / max(value, goal / 1000)


def _layers(layers):
    """One bar: what a call costs the daemon, cut into its layers."""
    parts, left, width, height, top = _parts(layers), 20, 720, 34, 40
    total = sum(cost for _, cost in parts)
    body = [_text(left, 22, f"Processor time of the daemon for one durable open: {total:.1f} µs", "title")]
    x = left
    for number, (name, cost) in enumerate(parts):
        share = cost / total * width
        body.append(f'<rect class="share{number}" x="{x:.1f}" y="{top}" width="{share:.1f}" height="{height}"/>')
        x += share
        y = top + height + 24 + 20 * number
        body.append(f'<rect class="share{number}" x="{left}" y="{y - 10}" width="12" height="12"/>')
        body.append(_text(left + 20, y, f"{name}: {cost:.2f} µs"))
    return _svg(left * 2 + width, top + height + 30 + 20 * len(parts), "The cost of one call, layer by layer", body)


def _parts(layers):
    measured = layers["layers_us"]
    parts = [
        ("parse the message", measured["parse"]), ("check it against the interface", measured["check"]),
        ("decide", measured["decide, batches of 256"]),
        ("write and commit, in batches of 256", measured["commit, batches of 256, processor time"]),
        ("encode the answer", measured["encode"]),
    ]
    rest = layers["daemon_processor_us"] - sum(cost for _, cost in parts)
    return parts + [("socket, threads, queues: the rest", max(rest, 0))]

"""The results as a document for people and as figures for programs."""
import json
from pathlib import Path

from .place import REPOSITORY, Failure

RESULTS = REPOSITORY / "Benchmarks" / "results"


def newest():
    files = sorted(RESULTS.glob("*.json"))
    if not files:
        raise Failure("there are no results yet: run `make bench`")
    return files[-1]


def write(results, text):
    RESULTS.mkdir(exist_ok=True)
    name = results["machine"]["date"].replace(":", "").replace("Z", "")
    paths = RESULTS / f"{name}.md", RESULTS / f"{name}.json"
    paths[0].write_text(text)
    paths[1].write_text(json.dumps(results, indent=1) + "\n")
    return [path.relative_to(REPOSITORY) for path in paths]


def text(results):
    parts = [f"# Measured {results['machine']['date'][:10]}", machine(results)]
    if "table" in results:
        parts += ["## Against what was asked", table(results), others(results)]
    if results.get("durability"):
        parts += ["## Calls to sync for each answer, one caller", durability(results)]
    if "growth" in results:
        parts += ["## How cost grows"] + [growth(results, what) for what in ("requests", "timers", "connections")]
    if "layers" in results:
        parts += ["## One durable Open, layer by layer", layers(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def machine(results):
    m, s = results["machine"], results["settings"]
    runs = "one run" if s["runs"] == 1 else f"the median of {s['runs']} runs, by turns"
    return (
        f"{m['processor']}, {m['processors']} processors, {m['memory_mb'] / 1024:.0f} GB; {m['system']}, Linux "
        f"{m['kernel']}; {m['filesystem']}. fdatasync of 4 KiB: appended {m['sync_append_p50_us']:,.0f} µs (p99 "
        f"{m['sync_append_p99_us']:,.0f}), overwritten {m['sync_overwrite_p50_us']:,.0f} µs (p99 "
        f"{m['sync_overwrite_p99_us']:,.0f}). Load of the machine before: {m['load_before']}. "
        f"Commit {m['commit']}. Each figure is {runs} of {s['seconds']:g} seconds; {s['requests']:,} requests where "
        f"there are many of them, {s['timers']:,} timers due together.")


def table(results):
    lines = []
    for row in results["table"]:
        lines.append((
            row["name"], row["against"] or "–", _limit(row, "floor"), _limit(row, "goal"),
            _figure(row["ours"], row["unit"]), _figure(row["peer"], row["unit"]), _outcome(row),
            {"goal": "goal", "floor": "floor", "no": "**no**"}[row["reached"]]))
    return markdown(
        ("work", "against", "floor", "goal", "ours", "theirs", "comes to", "reached"), lines, left=(0, 1, 7))


def others(results):
    """What was measured besides: latencies, and rows that nothing is asked of."""
    from .table import median

    lines = []
    for work, contenders in results["measured"].items():
        for name, runs in contenders.items():
            cells = []
            for figure in ("per_second", "p50_us", "p99_us", "p50_ms", "p99_ms", "max_ms", "resident_after_mb"):
                there = all(run.get(figure) is not None for run in runs)
                cells.append(f"{median(results['measured'], work, name, figure):,.1f}" if there else "")
            if any(cells):
                lines.append((work, name, *cells))
    return markdown(
        ("work", "who", "a second", "median µs", "p99 µs", "median ms", "p99 ms", "max ms", "MB after"), lines,
        left=(0, 1))


def durability(results):
    return markdown(
        ("who", "answers", "syncs", "syncs an answer"),
        [(name, f"{f['answers']:,}", f"{f['syncs']:,}",
          f"{f['syncs_per_answer']:.2f}" if f["syncs"] >= f["answers"] else f"**{f['syncs_per_answer']:.2f}**")
         for name, f in results["durability"].items()])


GROWTH = {
    "requests": (
        "open requests", (
            ("ready_ms", "start to READY, ms"), ("get_p50_us", "Get, median µs"),
            ("opens_per_second", "opens a second, 16 × 1"), ("open_p99_us", "open, p99 µs"),
            ("ledger_mb", "ledger, MB"))),
    "timers": (
        "pending timers", (
            ("resident_mb", "resident, MB"), ("late_p50_ms", "lateness, median ms"),
            ("late_p99_ms", "lateness, p99 ms"))),
    "connections": (
        "connections", (
            ("opens_per_second", "opens a second"), ("open_p50_us", "open, median µs"), ("open_p99_us", "open, p99 µs"),
            ("resident_mb", "resident after, MB"))),
}


def growth(results, what):
    head, columns = GROWTH[what]
    return markdown(
        (head, *(title for _, title in columns)),
        [(f"{point['size']:,}", *(f"{point[key]:,.1f}" for key, _ in columns)) for point in results["growth"][what]],
        left=())


def layers(results):
    measured = results["layers"]
    lines = [(name, f"{us:,.2f}") for name, us in measured["layers_us"].items()]
    lines.append(
        (f"the daemon in all, at {measured['calls_per_second']:,.0f} opens a second (processor time)",
         f"{measured['daemon_processor_us']:,.2f}"))
    return markdown(("layer", "µs a call"), lines)


def markdown(head, lines, left=(0,)):
    rule = ["---" if column in left else "---:" for column in range(len(head))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *lines))


def _limit(row, which):
    value = f"{row[which]:g}"
    return {"times": f"{value} ×", "within": f"{value} ×", "plus": f"+ {value} {row['unit']}",
            "most": f"{value} {row['unit']}".strip(), "least": f"{value} {row['unit']}".strip()}[row["kind"]]


def _outcome(row):
    if row["kind"] in ("times", "within"):
        return f"{row['value']:.2f} ×"
    if row["kind"] != "plus":
        return _figure(row["value"], row["unit"])
    # What rounds to nothing has no sign.
    value = row["value"] if abs(row["value"]) >= 0.05 else 0
    return ("− " if value < 0 else "+ ") + _figure(abs(value), row["unit"])


def _figure(value, unit):
    if value is None:
        return "–"
    text = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"
    return f"{text} {unit}".strip()

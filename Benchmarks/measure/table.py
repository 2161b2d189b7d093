"""The table: each work, who does it, and what is asked of us."""
import json
import statistics
import sys
import time
from dataclasses import dataclass

from . import processes
from .beanstalkd import Beanstalkd
from .echo import Echo
from .lodge import Lodge
from .mails import mails
from .postgres import Postgres
from .queues import DBOS, Huey
from .redis import Redis


@dataclass(frozen=True)
class Row:
    """What is asked of us: a figure of ours against another's, or alone."""

    work: str
    name: str
    figure: str
    unit: str
    # The contender that ours is compared with; none where the figure stands alone.
    against: str | None
    # "times": ours is at least so many times the other's. "within": at most so many times. "plus": at most so much
    # more. "most": at most so much, alone. "least": at least so much, alone.
    kind: str
    floor: float
    goal: float
    ours: str = "ours"


ROWS = [
    Row("opens-16x1", "durable opens, 16 connections × 1 in flight", "per_second", "calls/s", "PostgreSQL 15",
        "times", 1.5, 3),
    Row("opens-16x1", "the same", "per_second", "calls/s", "Redis 7", "times", 0.7, 1),
    Row("opens-16x1", "the same", "per_second", "calls/s", "beanstalkd", "times", 3, 5),
    Row("opens-16x50", "durable opens, 16 connections × 50 in flight", "per_second", "calls/s", "PostgreSQL 15",
        "times", 3, 6),
    Row("tasks", "tasks triggered, run, outcome durable, a full queue", "per_second", "runs/s", "huey", "times", 5, 10,
        ours="ours, 50 in flight"),
    Row("tasks", "tasks triggered, run, outcome durable, 16 callers that wait", "per_second", "runs/s", "DBOS", "times",
        50, 100),
    Row("get", "`Get` round trip, one connection, median", "p50_us", "µs", "echo in C", "within", 3, 1.5),
    Row("bookings", "a free range booked, 10,000 bookings of the room, no socket", "p50_us", "µs", "PostgreSQL 15",
        "within", 1.5, 1),
    Row("bookings", "the same", "p50_us", "µs", "ours, 10 bookings", "within", 1.5, 1.1),
    Row("bookings", "the same", "p50_us", "µs", None, "most", 1000, 500),
    Row("grants", "a key returned, granted to the first of 1,000, no socket", "p50_us", "µs", "PostgreSQL 15",
        "within", 1.5, 1),
    Row("grants", "a range returned, granted to the first of 1,000, no socket", "p50_us", "µs", "PostgreSQL 15",
        "within", 1.5, 1, ours="ours, a range"),
    Row("promises", "opens with a promise, commits of 16, no socket", "per_second", "calls/s", "ours, plain opens", "times",
        0.7, 0.9, ours="ours, with a promise"),
    Row("promises", "opens with directory, offer, promise and notice, the same", "per_second", "calls/s",
        "ours, plain opens", "times", 0.5, 0.7, ours="ours, with everything"),
    Row("residents", "import of 100,000 residents, no socket", "seconds", "s", None, "most", 10, 5,
        ours="ours, imported"),
    Row("residents", "the same again, a hundredth of them changed", "seconds", "s", None, "most", 4, 2,
        ours="ours, a hundredth changed"),
    Row("residents", "search among 100,000 residents, no socket, median", "p50_us", "µs", None, "most", 10_000, 5000,
        ours="ours, searched"),
    Row("mails", "mails to residents, from the ledger to a mail server", "per_second", "mails/s", None, "least", 500,
        1000),
    Row("report", "the report over a million closed requests, no socket", "seconds", "s", None, "most", 4, 2),
    Row("timers", "timers due within a second: p99 lateness", "p99_ms", "ms", None, "most", 100, 10),
    Row("many", "resident memory with a million pending timers", "resident_mb", "MB", "empty", "plus", 50, 10),
    Row("many", "start to READY with a million open requests", "ready_ms", "ms", "empty", "within", 3, 1.2),
    Row("idle", "idle for a minute: wake-ups", "wakeups_per_minute", "", None, "most", 59, 0),
    Row("idle", "idle for a minute: resident memory", "resident_mb", "MB", None, "most", 30, 20),
]


def works(place, filled):
    """Who does each work: a function for each contender, which gives the figures of one run."""
    count = place.settings.requests
    return {
        "opens-16x1": {
            "ours": lambda: _with(Lodge(place), lambda it: {**it.calls("open", 16), **_after(it)}),
            "PostgreSQL 15": lambda: _with(Postgres(place), lambda it: it.opens(16)),
            "Redis 7": lambda: _with(Redis(place), lambda it: it.opens(16)),
            "beanstalkd": lambda: _with(Beanstalkd(place), lambda it: it.opens(16)),
        },
        "opens-16x50": {
            "ours": lambda: _with(Lodge(place), lambda it: {**it.calls("open", 16, 50), **_after(it)}),
            "PostgreSQL 15": lambda: _with(Postgres(place), lambda it: it.opens(64)),
        },
        "tasks": {
            "ours": lambda: _with(Lodge(place), lambda it: it.calls("trigger", 16)),
            "ours, 50 in flight": lambda: _with(Lodge(place), lambda it: it.calls("trigger", 16, 50)),
            "huey": lambda: _with(Huey(place), lambda it: it.tasks()),
            "DBOS": lambda: _with(DBOS(place), lambda it: it.tasks()),
        },
        "get": {
            "ours": lambda: _with(Lodge(place), lambda it: it.round_trip()),
            "echo in C": lambda: _with(Echo(place), lambda it: it.round_trip()),
            "ours, bare client": lambda: _with(Lodge(place), lambda it: it.calls("get", 1)),
            "echo in C, bare client": lambda: _with(Echo(place), lambda it: it.calls()),
        },
        "bookings": {
            "ours": lambda: bookings(place, "open", 10_000),
            "ours, 1,000 bookings": lambda: bookings(place, "open", 1000),
            "ours, 10 bookings": lambda: bookings(place, "open", 10),
            "ours, refused with the next free ranges": lambda: bookings(place, "refuse", 10_000),
            "ours, refused, all of the 10,000 back to back": lambda: bookings(place, "refuse-full", 10_000),
            "PostgreSQL 15": lambda: _with(Postgres(place), lambda it: it.booking(10_000, *_portions(place))),
            "PostgreSQL 15, 10 bookings": lambda: _with(Postgres(place), lambda it: it.booking(10, *_portions(place))),
        },
        "grants": {
            "ours": lambda: bookings(place, "grant-key", 1000),
            "ours, a range": lambda: bookings(place, "grant-range", 1000),
            "PostgreSQL 15": lambda: _with(Postgres(place), lambda it: it.grant(1000, *_portions(place))),
        },
        "promises": {
            "ours, with a promise": lambda: promises(place, "promised"),
            "ours, with everything": lambda: promises(place, "whole"),
            "ours, plain opens": lambda: promises(place, "plain"),
        },
        "residents": {
            "ours, imported": lambda: residents(place, "import"),
            "ours, a hundredth changed": lambda: residents(place, "change"),
            "ours, searched": lambda: residents(place, "search"),
        },
        "mails": {"ours": lambda: mails(place)},
        "report": {"ours": lambda: promises(place, "report")},
        "timers": {"ours": lambda: _with(Lodge(place), lambda it: it.timers())},
        "many": {
            "ours": lambda: _with(Lodge(place, filled.state(count)), _settled),
            "empty": lambda: _with(Lodge(place), _settled),
        },
        "idle": {"ours": lambda: _with(Lodge(place), lambda it: _idle(it, place.settings.idle_seconds))},
    }


def measure(place, filled, wanted=None):
    """Runs every work, its contenders by turns, and gives all figures of all runs."""
    measured = {}
    for work, contenders in works(place, filled).items():
        if wanted and work not in wanted:
            continue
        runs = 1 if work == "idle" else place.settings.runs
        measured[work] = {name: [] for name in contenders}
        for number in range(runs):
            for name, run in contenders.items():
                figures = run()
                measured[work][name].append(figures)
                print(f"{work} {number + 1}/{runs} {name}: {_short(figures)}", file=sys.stderr, flush=True)
    return measured


def judged(measured):
    """Each row with its medians, what they come to, and whether that is enough."""
    rows = []
    for row in ROWS:
        if row.work not in measured:
            continue
        ours = median(measured, row.work, row.ours, row.figure)
        peer = median(measured, row.work, row.against, row.figure) if row.against else None
        value = {"times": lambda: ours / peer, "within": lambda: ours / peer, "plus": lambda: ours - peer,
                 "most": lambda: ours, "least": lambda: ours}[row.kind]()
        enough = (lambda limit: value >= limit) if row.kind in ("times", "least") else (lambda limit: value <= limit)
        reached = "goal" if enough(row.goal) else "floor" if enough(row.floor) else "no"
        rows.append({
            "work": row.work, "name": row.name, "against": row.against, "kind": row.kind, "unit": row.unit,
            "floor": row.floor, "goal": row.goal, "ours": ours, "peer": peer, "value": value, "reached": reached,
        })
    return rows


def median(measured, work, contender, figure):
    return statistics.median(figures[figure] for figures in measured[work][contender])


def bookings(place, work, others):
    """One work of bench-inside on a ledger of its own, on the disk that is measured."""
    passes, calls = _portions(place)
    return json.loads(place.run([
        place.programs / "bench-inside", "bookings", "--state-dir", place.fresh("bookings"), "--work", work,
        "--others", others, "--passes", passes, "--calls", calls]))


def promises(place, work):
    """One work of bench-inside on a ledger of its own, on the disk that is measured."""
    passes, commits = _portions(place)
    return json.loads(place.run([
        place.programs / "bench-inside", "promises", "--state-dir", place.fresh("promises"), "--work", work,
        "--requests", place.settings.requests, "--residents", place.settings.residents, "--passes", passes,
        "--commits", commits]))


def residents(place, work):
    """One work of bench-inside on a directory of its own, on the disk that is measured."""
    passes, calls = _portions(place)
    return json.loads(place.run([
        place.programs / "bench-inside", "residents", "--state-dir", place.fresh("residents"), "--work", work,
        "--residents", place.settings.residents, "--passes", passes, "--calls", calls]))


def _portions(place):
    """How many portions of how many calls are measured."""
    return 5, max(10, int(40 * place.settings.seconds))


def _with(server, body):
    with server as entered:
        return body(entered)


def _after(lodge):
    return {"resident_after_mb": lodge.memory()["resident_mb"], "processor_seconds": lodge.processor_seconds()}


def _settled(lodge):
    time.sleep(2)
    return {"ready_ms": lodge.seconds_to_ready * 1000, **lodge.memory()}


def _idle(lodge, seconds):
    # It has served somebody, as it would have.
    lodge.calls("open", 1, seconds=0.2)
    time.sleep(5)
    before = processes.switches(lodge.process.pid)
    time.sleep(seconds)
    after = processes.switches(lodge.process.pid)
    woken = {}
    for thread, (name, count) in after.items():
        more = count - before.get(thread, (name, 0))[1]
        if more:
            woken[name] = woken.get(name, 0) + more
    return {
        "wakeups": sum(woken.values()), "wakeups_per_minute": sum(woken.values()) * 60 / seconds, "by_thread": woken,
        "seconds": seconds, **lodge.memory(),
    }


def _short(figures):
    shown = [name for name in (
        "per_second", "p50_us", "p99_us", "p50_ms", "p99_ms", "max_ms", "ready_ms", "resident_mb", "wakeups", "seconds"
    ) if figures.get(name) is not None]
    return ", ".join(f"{name} {figures[name]:,.1f}" for name in shown)

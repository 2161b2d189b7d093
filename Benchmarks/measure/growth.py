"""How cost grows: with requests, with timers, with connections."""
import os
import statistics
import sys

from .lodge import Lodge


def measure(place, filled):
    return {
        "requests": [_requests(place, filled, size) for size in place.settings.sizes],
        "timers": [_timers(place, filled, size) for size in place.settings.sizes],
        "connections": [_connections(place, count) for count in place.settings.connections],
    }


def _requests(place, filled, size):
    """Of a ledger with so many open requests: start, one read, and durable opens on top."""
    state = filled.state(size)
    starts = []
    for _ in range(place.settings.runs):
        with Lodge(place, state) as lodge:
            starts.append(lodge.seconds_to_ready * 1000)
    with Lodge(place, state) as lodge:
        get = lodge.calls("get", 1)
        opens = lodge.calls("open", 16)
    figures = {
        "size": size, "ready_ms": statistics.median(starts), "get_p50_us": get["p50_us"],
        "opens_per_second": opens["per_second"], "open_p99_us": opens["p99_us"],
        "ledger_mb": os.path.getsize(state / "ledger.sqlite") / (1 << 20),
    }
    return _said("requests", figures)


def _timers(place, filled, size):
    """Of a daemon with so many timers pending: memory, and the lateness of others that are due together."""
    with Lodge(place, filled.state(size)) as lodge:
        memory = lodge.memory()["resident_mb"]
        late = lodge.timers()
    return _said("timers", {
        "size": size, "resident_mb": memory, "late_p50_ms": late["p50_ms"], "late_p99_ms": late["p99_ms"],
    })


def _connections(place, count):
    """Of so many connections, each with one durable open in flight."""
    with Lodge(place) as lodge:
        before = lodge.memory()["resident_mb"]
        opens = lodge.calls("open", count)
        after = lodge.memory()["resident_mb"]
    return _said("connections", {
        "size": count, "opens_per_second": opens["per_second"], "open_p50_us": opens["p50_us"],
        "open_p99_us": opens["p99_us"], "resident_mb": after, "resident_before_mb": before,
    })


def _said(what, figures):
    print(f"growth with {what}: {figures}", file=sys.stderr, flush=True)
    return figures

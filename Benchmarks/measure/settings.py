"""How long and how much is measured: the environment's BENCH_ variables, each with its default."""
import os
from dataclasses import dataclass


def _number(name, default):
    return type(default)(os.environ.get("BENCH_" + name) or default)


@dataclass(frozen=True)
class Settings:
    # Each figure is the median of so many runs, ours and the peer's by turns.
    runs: int
    # How long one run is measured, and how long it goes before that.
    seconds: float
    warm_up: float
    # Open requests and pending timers in the rows about many of them.
    requests: int
    # Residents of the directory.
    residents: int
    # Residents who are written to.
    mails: int
    # Timers that are due together.
    timers: int
    idle_seconds: int
    # The three sizes at which growth is measured.
    sizes: tuple
    connections: tuple

    @staticmethod
    def from_environment():
        smoke = os.environ.get("BENCH_SMOKE") not in (None, "", "0")
        requests = _number("REQUESTS", 20_000 if smoke else 1_000_000)
        return Settings(
            runs=_number("RUNS", 1 if smoke else 3),
            seconds=_number("SECONDS", 1.0 if smoke else 5.0),
            warm_up=_number("WARM_UP", 0.5 if smoke else 1.0),
            requests=requests,
            residents=_number("RESIDENTS", 5000 if smoke else 100_000),
            mails=_number("MAILS", 500 if smoke else 10_000),
            timers=_number("TIMERS", 2000 if smoke else 10_000),
            idle_seconds=_number("IDLE_SECONDS", 5 if smoke else 60),
            sizes=(requests // 100, requests // 10, requests),
            connections=(1, 16, 256),
        )

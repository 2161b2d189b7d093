"""Whether everybody syncs before it answers: calls to the disk for each answer, with one caller, from strace."""
import re
import shutil
import sys
import time

from .beanstalkd import Beanstalkd
from .lodge import Lodge
from .postgres import Postgres
from .queues import DBOS, Huey
from .redis import Redis


def measure(place):
    """Syncs for each answer by contender; nothing where strace is not there or may not trace."""
    if not shutil.which("strace"):
        print("durability is not checked: there is no strace (apt-get install strace)", file=sys.stderr)
        return {}
    contenders = {
        "ours, open": (Lodge, lambda it: it.calls("open", 1, seconds=1)),
        "ours, task": (Lodge, lambda it: it.calls("trigger", 1, seconds=1)),
        "PostgreSQL 15": (Postgres, lambda it: it.opens(1, seconds=1)),
        "Redis 7": (Redis, lambda it: it.opens(1, seconds=1)),
        "beanstalkd": (Beanstalkd, lambda it: it.opens(1, seconds=1)),
        "huey": (Huey, lambda it: it.tasks(seconds=1)),
        "DBOS": (DBOS, lambda it: it.tasks(seconds=1)),
    }
    counted = {}
    for name, (server, body) in contenders.items():
        place.fresh("traces")
        trace = place.folder / "traces" / "summary"
        # As a grandchild, so that the process that is started is the server itself.
        tracer = ("strace", "-D", "-f", "--seccomp-bpf", "-c", "-o", str(trace), "-e",
                  "trace=fsync,fdatasync,sync_file_range")
        with server(place, tracer=tracer) as entered:
            answered = body(entered)["answered_in_all"]
        syncs = _syncs(trace)
        if syncs is None:
            print(f"durability of {name} is not checked: strace may not trace here", file=sys.stderr)
            continue
        counted[name] = {"answers": answered, "syncs": syncs, "syncs_per_answer": syncs / answered}
        print(f"durability of {name}: {syncs} syncs for {answered} answers", file=sys.stderr, flush=True)
    return counted


def _syncs(trace):
    """What strace counted; it writes that once the server has ended."""
    for _ in range(100):
        text = trace.read_text() if trace.exists() else ""
        if "total" in text:
            return sum(int(count) for count in re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s.*sync", text, re.M))
        time.sleep(0.1)
    return None

"""What the figures were measured on."""
import os
import platform
import subprocess
import time
from datetime import datetime, timezone


def describe(place):
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "processor": _processor(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "kernel": platform.release(),
        "system": _system(),
        "filesystem": _filesystem(place.folder),
        "load_before": round(os.getloadavg()[0], 2),
        "commit": _commit(),
        **_sync(place.folder),
    }


def _processor():
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def _system():
    with open("/etc/os-release") as lines:
        for line in lines:
            if line.startswith("PRETTY_NAME="):
                return line.split("=", 1)[1].strip().strip('"')
    return platform.system()


def _filesystem(folder):
    done = subprocess.run(
        ["findmnt", "-n", "-o", "FSTYPE,SOURCE,OPTIONS", "-T", folder], capture_output=True, text=True)
    return " ".join(done.stdout.split()) or "unknown"


def _commit():
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, cwd=os.path.dirname(__file__))
    return done.stdout.strip() or "unknown"


def _sync(folder):
    """How long fdatasync(2) takes after 4 KiB were written: at a file's end, which makes it longer, and within it."""
    found = {}
    path = folder / "sync-probe"
    page = os.urandom(4096)
    for kind, offset in (("append", None), ("overwrite", 0)):
        took = []
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            ends = time.monotonic() + 0.5
            while len(took) < 50 or time.monotonic() < ends:
                os.pwrite(descriptor, page, len(took) * 4096 if offset is None else offset)
                began = time.perf_counter()
                os.fdatasync(descriptor)
                took.append((time.perf_counter() - began) * 1e6)
        finally:
            os.close(descriptor)
        took.sort()
        found[f"sync_{kind}_p50_us"] = round(took[len(took) // 2], 1)
        found[f"sync_{kind}_p99_us"] = round(took[len(took) * 99 // 100], 1)
    path.unlink()
    return found

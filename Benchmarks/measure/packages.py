"""The peers' programs, from Debian's and PyPI's packages.

What is missing on the machine is fetched and unpacked below .build, so that nothing is installed, no server of the
machine is started, and no rights are needed.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .place import PEERS, Failure

# A program of each package, and where it may be besides the PATH.
DEBIAN = {
    "postgresql-15": "usr/lib/postgresql/15/bin/postgres",
    "redis-server": "usr/bin/redis-server",
    "redis-tools": "usr/bin/redis-benchmark",
    "beanstalkd": "usr/bin/beanstalkd",
}


def find(place, package, program=None):
    """A program of a package: the machine's own, or the one unpacked."""
    path = Path(DEBIAN[package])
    path = path.with_name(program) if program else path
    for root in (Path("/"), place.peers / "root"):
        if (root / path).exists():
            return root / path
    return None


def prepare(place):
    """Fetches what is missing."""
    place.base.mkdir(parents=True, exist_ok=True)
    place.peers.mkdir(exist_ok=True)
    missing = [package for package in DEBIAN if not find(place, package)]
    if missing:
        _unpack(place, missing)
    _python(place)
    echo = place.peers / "echo"
    source = PEERS / "echo.c"
    if not echo.exists() or echo.stat().st_mtime < source.stat().st_mtime:
        compiler = next((found for name in ("gcc", "cc", "clang") if (found := shutil.which(name))), None)
        if not compiler:
            raise Failure("there is no C compiler: apt-get install gcc")
        subprocess.run([compiler, "-O2", "-D_GNU_SOURCE", "-o", echo, source], check=True)


def python(place):
    return place.peers / "venv/bin/python"


def _unpack(place, packages):
    print("fetching Debian's " + ", ".join(packages), file=sys.stderr)
    if not _simulated(packages):
        as_root = [] if os.geteuid() == 0 else ["sudo"]
        subprocess.run([*as_root, "apt-get", "update", "-qq"], check=True)
    names = _simulated(packages)
    if not names:
        raise Failure("apt-get does not know all of " + ", ".join(packages))
    archives, root = place.peers / "archives", place.peers / "root"
    archives.mkdir(exist_ok=True)
    subprocess.run(
        ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *names], cwd=archives, check=True)
    for archive in archives.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", archive, root], check=True)
        archive.unlink()


def _simulated(packages):
    """The packages with what they depend on and the machine lacks."""
    done = subprocess.run(
        ["apt-get", "install", "-s", "--no-install-recommends", *packages], capture_output=True, text=True)
    return [line.split()[1] for line in done.stdout.splitlines() if line.startswith("Inst ")]


def _python(place):
    """huey and DBOS in an environment of their own."""
    venv, wanted = place.peers / "venv", (PEERS / "requirements.txt").read_text()
    stamp = venv / "requirements.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("fetching PyPI's " + ", ".join(wanted.split()), file=sys.stderr)
    shutil.rmtree(venv, ignore_errors=True)
    system = Path("/usr/bin/python3")
    interpreter = system if system.exists() else Path(sys.executable)
    done = subprocess.run([interpreter, "-m", "venv", venv], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"no Python environment could be made (apt-get install python3-venv): {done.stdout.strip()}")
    subprocess.run(
        [venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", PEERS / "requirements.txt"],
        check=True)
    stamp.write_text(wanted)

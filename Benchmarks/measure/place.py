"""Where everything runs: a folder on a disk, a user without rights, and what was started, ended at the end."""
import os
import pwd
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PEERS = REPOSITORY / "Benchmarks" / "peers"


class Failure(Exception):
    """Something that cannot be measured, in words for whoever runs it."""


class Place:
    """The folder of one run. Leaving it ends every process that was started in it, and removes it."""

    def __init__(self, settings):
        self.settings = settings
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.base = self._base()
        self.peers = self.base / "peers"
        self._started = []
        # A thousand connections are a thousand files for either side.
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536) if hard > 0 else 65_536, hard))

    def __enter__(self):
        self.base.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="bench.", dir=self.base))
        self.folder.chmod(0o755)
        self.own(self.folder)
        # A socket's path may have 107 bytes: those of a deep checkout lie elsewhere.
        short = len(str(self.folder)) < 70
        self.sockets = self.folder if short else Path(tempfile.mkdtemp(prefix="bench."))
        self.own(self.sockets)
        self.programs = self._copied_programs()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return self

    def __exit__(self, *_):
        for process in reversed(self._started):
            self.end(process)
        for folder in {self.folder, self.sockets}:
            shutil.rmtree(folder, ignore_errors=True)

    def own(self, path):
        """Gives a file to the user that the servers run as."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def fresh(self, name):
        """An empty folder on the disk that is measured."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        self.own(path)
        return path

    def socket(self, name):
        path = self.sockets / name
        path.unlink(missing_ok=True)
        return path

    def environment(self, extra=None):
        inherited = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
        root = self.peers / "root"
        if root.exists():
            libraries = [str(path) for path in (root / "usr/lib").glob("*-linux-gnu*")] + [str(root / "usr/lib")]
            inherited["LD_LIBRARY_PATH"] = ":".join(libraries)
        return {**inherited, "HOME": str(self.folder), **(extra or {})}

    def start(self, command, *, environment=None, log=None, tracer=()):
        """Starts a server, as the user without rights."""
        path = self.folder / (log or Path(command[0]).name + ".log")
        with open(path, "ab") as output:
            process = subprocess.Popen(
                [*tracer, *map(str, command)], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                cwd=self.folder, env=self.environment(environment), **self._identity())
        process.log = path
        self._started.append(process)
        return process

    def run(self, command, *, environment=None, timeout=600):
        """Runs a program to its end and gives what it printed."""
        done = subprocess.run(
            [str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
            cwd=self.folder, env=self.environment(environment), **self._identity())
        if done.returncode != 0:
            raise Failure(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-2000:]}")
        return done.stdout

    def end(self, process, with_signal=signal.SIGTERM):
        """Ends a process that was started here, and waits for it."""
        if process in self._started:
            self._started.remove(process)
        if process.poll() is None:
            process.send_signal(with_signal)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait_for(self, process, condition, what, seconds=60):
        limit = time.monotonic() + seconds
        while not condition():
            if process.poll() is not None or time.monotonic() > limit:
                raise Failure(f"{what} did not start:\n{process.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def _identity(self):
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _base(self):
        """BENCH_DIR, or .build of the checkout where the user without rights gets there."""
        if os.environ.get("BENCH_DIR"):
            return Path(os.environ["BENCH_DIR"]).resolve()
        base = REPOSITORY / ".build" / "bench"
        if self.user and any(not parent.stat().st_mode & 0o001 for parent in base.parents if parent.exists()):
            return Path("/var/tmp/concierged-bench")
        return base

    def _copied_programs(self):
        """Our programs, where the user without rights can run them."""
        built = REPOSITORY / os.environ.get("BIN", ".build/release")
        folder = self.folder / "bin"
        folder.mkdir()
        for name in ("bench-lodge", "lodge-load", "bench-inside", "concierged", "conciergectl", "concierge-mail"):
            if not (built / name).exists():
                raise Failure(f"{built / name} is not there: run `make bench-programs`")
            shutil.copy(built / name, folder / name)
        shutil.copy(REPOSITORY / "Benchmarks/lodge.yaml", folder / "lodge.yaml")
        shutil.copy(
            REPOSITORY / "Sources/ConciergeProtocol/Interfaces/org.concierged.Requests.varlink",
            folder / "requests.varlink")
        shutil.copytree(PEERS, folder / "peers", ignore=shutil.ignore_patterns("__pycache__"))
        return folder

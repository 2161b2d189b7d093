"""PostgreSQL 15: the same rows in one statement, prepared, from pgbench, over a Unix socket."""
import re
import signal

from . import packages
from .place import Failure


class Postgres:
    name = "PostgreSQL 15"

    def __init__(self, place, tracer=()):
        self.place, self.tracer = place, tracer
        self.data = place.fresh("postgres")
        self.tool = lambda name: packages.find(place, "postgresql-15", name)

    def __enter__(self):
        place = self.place
        place.run([
            self.tool("initdb"), "--pgdata", self.data, "--username", "bench", "--auth", "trust", "--encoding", "UTF8",
            "--no-locale"])
        # Durable as it comes; the rest is what any guide sets first on a machine that writes much.
        options = {
            "listen_addresses": "", "unix_socket_directories": place.sockets, "fsync": "on",
            "synchronous_commit": "on", "shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "100",
        }
        self.process = place.start(
            [self.tool("postgres"), "-D", self.data, *(f"--{name}={value}" for name, value in options.items())],
            log="postgres.log", tracer=self.tracer)
        socket = place.sockets / ".s.PGSQL.5432"
        place.wait_for(self.process, socket.exists, "PostgreSQL")
        self.place.wait_for(self.process, self._answers, "PostgreSQL")
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", place.programs / "peers/schema.sql")
        return self

    def __exit__(self, *_):
        # SIGINT is its fast shutdown: it ends without waiting for clients.
        self.place.end(self.process, signal.SIGINT)

    def _answers(self):
        try:
            self._run("pg_isready", "-q")
            return True
        except Failure:
            return False

    def _run(self, tool, *arguments):
        database = [] if tool == "pg_isready" else ["-d", "postgres"]
        return self.place.run([self.tool(tool), "-h", self.place.sockets, "-U", "bench", *database, *arguments])

    def booking(self, bookings, passes, calls):
        """A free range of a room that has so many bookings, from the call to the disk, within the server."""
        return self._timed("booking", bookings, passes, calls)

    def grant(self, line, passes, calls):
        """What is given back goes to the first of so many in line, in one transaction, within the server."""
        return self._timed("grant", line, passes, calls)

    def _timed(self, work, *counts):
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", self.place.programs / "peers/bookings.sql")
        call = f"CALL measure_{work}({', '.join(map(str, counts))}, NULL)"
        return {"p50_us": float(self._run("psql", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", call))}

    def opens(self, clients, seconds=None):
        settings = self.place.settings
        script = self.place.programs / "peers/open.sql"
        pgbench = ["--no-vacuum", "--protocol", "prepared", "--client", clients, "--jobs", 1, "--file", script]
        # pgbench counts whole seconds, and rows must be there before it is measured, as with ours.
        processed = r"transactions actually processed: (\d+)"
        before = self._run("pgbench", *pgbench, "--time", max(1, round(settings.warm_up)))
        printed = self._run("pgbench", *pgbench, "--time", max(1, round(seconds or settings.seconds)))
        failed = re.search(r"number of failed transactions: (\d+)", printed)
        if not failed or failed.group(1) != "0":
            raise Failure("pgbench: " + printed)
        return {
            "per_second": float(re.search(r"tps = ([\d.]+)", printed).group(1)),
            "average_us": float(re.search(r"latency average = ([\d.]+) ms", printed).group(1)) * 1000,
            "answered": int(re.search(processed, printed).group(1)),
            "answered_in_all": sum(int(re.search(processed, text).group(1)) for text in (before, printed)),
        }

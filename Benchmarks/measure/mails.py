"""Mails to residents: from the notices in a ledger, through the worker that sends them, to a mail server of this machine."""
import json
import socket
import time

from . import packages
from .place import Failure

CONFIGURATION = """\
journal:
  level: notice
lodge:
  language: en
messages:
  mail: true
  sender: The office
  wait: 0s
  on_holidays: true
  hours:
"""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def mails(place):
    """Each of so many residents has a parcel; then the worker starts, and sends each a mail."""
    count = place.settings.mails
    folder = place.fresh("mails")
    configuration = folder / "concierged.yaml"
    configuration.write_text(CONFIGURATION + "".join(f'    {day}: ["00:00-24:00"]\n' for day in DAYS))
    control = place.socket("mails.socket")
    daemon = place.start(
        [place.programs / "concierged", "--config", configuration, "--state-dir", folder / "state", "--socket", control],
        log="mails.log")
    sink = worker = None
    try:
        place.wait_for(daemon, control.exists, "the daemon")
        people = folder / "residents.csv"
        people.write_text("id;name;dwelling;language;email\n" + "".join(
            f"r{number};Resident {number};A {number};{'en' if number % 7 == 0 else 'fr'};r{number}@example.org\n"
            for number in range(count)))
        place.own(people)
        place.run([place.programs / "conciergectl", "residents", "import", people],
                  environment={"CONCIERGE_SOCKET": str(control)})
        open_parcels(control, count)
        port = folder / "port"
        sink = place.start([packages.python(place), place.programs / "peers" / "mail_sink.py", port, count], log="sink.log")
        place.wait_for(sink, port.exists, "the mail server")
        worker = place.start(
            [place.programs / "concierge-mail", "work", "--task", "lodge.send-mail", "--socket", control,
             "--relay", f"smtp+plain://127.0.0.1:{port.read_text()}", "--from", "lodge@example.org",
             "--connections", 8], log="worker.log")
        limit = time.monotonic() + 60 + count / 20
        while sink.poll() is None:
            if time.monotonic() > limit or daemon.poll() is not None or worker.poll() is not None:
                raise Failure(f"the mails did not come:\n{worker.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        figures = json.loads(sink.log.read_text().splitlines()[-1])
        return {"per_second": (count - 1) / figures["seconds"], **figures}
    finally:
        for process in (worker, sink, daemon):
            if process:
                place.end(process)


def open_parcels(control, count):
    """Opens a request for each resident, fifty at a time."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(control))
        replies = connection.makefile("rb")
        for first in range(0, count, 50):
            numbers = range(first, min(first + 50, count))
            connection.sendall(b"".join(json.dumps({
                "method": "org.concierged.Requests.Open",
                "parameters": {
                    "service": "parcel.reception", "resident": f"r{number}",
                    "input": {"tracking": f"6A{number:011}"}},
            }).encode() + b"\0" for number in numbers))
            for _ in numbers:
                reply = _message(replies)
                if "error" in reply:
                    raise Failure(f"a parcel was not taken: {reply}")


def _message(stream):
    message = bytearray()
    while (byte := stream.read(1)) != b"\0":
        if not byte:
            raise Failure("the daemon has closed the connection")
        message += byte
    return json.loads(message)

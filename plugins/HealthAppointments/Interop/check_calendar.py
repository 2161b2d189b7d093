"""Reads a calendar file as others do, and prints what they see of its events.

check_calendar.py FILE: parses the file with icalendar, stores it with radicale on the loopback interface, fetches it from
there and parses it again. Prints a JSON list of the events. Fails if anything is refused or lost.
"""

import base64
import datetime
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import icalendar


def events(text):
    calendar = icalendar.Calendar.from_ical(text)
    if calendar.errors:
        raise SystemExit(f"icalendar: {calendar.errors}")
    found = []
    for event in calendar.walk("VEVENT"):
        if event.errors:
            raise SystemExit(f"icalendar: {event.errors}")
        found.append(
            {
                "uid": str(event["UID"]),
                "sequence": int(event["SEQUENCE"]),
                "start": event.decoded("DTSTART").astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "end": event.decoded("DTEND").astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "summary": str(event["SUMMARY"]),
                "location": str(event.get("LOCATION", "")),
                "status": str(event["STATUS"]),
            }
        )
    return sorted(found, key=lambda event: event["uid"])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def request(url, method, body=None):
    headers = {
        "Authorization": "Basic " + base64.b64encode(b"lodge:lodge").decode(),
        "Content-Type": "text/calendar; charset=utf-8",
    }
    call = urllib.request.Request(url, data=body, method=method, headers=headers)
    with urllib.request.urlopen(call, timeout=60) as answer:
        return answer.read()


def through_radicale(text):
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "radicale", "--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none",
                "--storage-filesystem-folder", folder, "--logging-level", "error",
            ],
            # Whoever reads what this program prints does not wait for the server.
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}/lodge/calendar/"
            for _ in range(600):
                try:
                    request(f"http://127.0.0.1:{port}/", "OPTIONS")
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.1)
            request(url, "PUT", text)
            return request(url, "GET")
        finally:
            server.kill()
            server.wait()


def main():
    text = pathlib.Path(sys.argv[1]).read_bytes()
    for line in text.split(b"\r\n"):
        if len(line) > 75 or b"\n" in line:
            raise SystemExit(f"not a content line of RFC 5545: {line!r}")
    read = events(text)
    stored = events(through_radicale(text))
    if read != stored:
        raise SystemExit(f"radicale keeps other events: {stored}")
    print(json.dumps(read))


main()

#!/usr/bin/env python3
"""A worker for concierged, with the standard library alone: worker.py SOCKET TASK"""
import json, socket, sys


def execute(job, progress):
    """The work. job["key"] is the same for each attempt of a run: give it to whoever has the effect."""
    for piece in range(job["input"]["pieces"]):
        progress(done=piece + 1, total=job["input"]["pieces"])
    return {"answer": {"pieces": job["input"]["pieces"]}, "text": {"fr": "Porté.", "en": "Carried."}}


def connect():
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(sys.argv[1])
    return connection, messages(connection)


def messages(connection):
    rest = b""
    while portion := connection.recv(65536):
        *whole, rest = (rest + portion).split(b"\0")
        yield from map(json.loads, whole)


def send(connection, method, **more):
    connection.sendall(json.dumps({"method": "org.concierged.Work." + method, **more}).encode() + b"\0")


def report(method, job, **what):
    send(reports, method, parameters={"worker": worker, "run": job["run"], "attempt": job["attempt"], **what})
    reply = next(answers)  # an error says why it has no effect: the attempt is over, for example
    if "error" in reply:
        print(job["run"], reply, file=sys.stderr)


(runs, events), (reports, answers) = connect(), connect()
send(runs, "Take", parameters={"tasks": [sys.argv[2]], "limit": 1, "name": "worker.py"}, more=True)
for event in events:
    if "error" in event:
        sys.exit(str(event))
    worker = event["parameters"].get("worker") or worker
    if job := event["parameters"].get("job"):
        try:
            end = {"outcome": "succeeded", **execute(job, lambda **far: report("Progress", job, **far))}
        except Exception as failure:
            end = {"outcome": "failed", "reason": repr(failure)}
        report("Finish", job, **end)

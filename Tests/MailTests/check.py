"""Reads messages with Python's strict parser, and prints what it found in each as a line of JSON.

Arguments: files, each with one message as it would be sent.
"""
import email
import email.policy
from email.header import decode_header, make_header
import json
import sys

for path in sys.argv[1:]:
    raw = open(path, "rb").read()
    lines = raw.split(b"\r\n")
    # Raises for the first defect; a message with addresses beyond ASCII is UTF-8 (RFC 6532).
    message = email.message_from_string(raw.decode("utf-8"), policy=email.policy.strict)

    def mailbox(header):
        (address,) = message[header].addresses
        return [address.display_name, address.addr_spec]

    # The parser of addresses keeps the space between two encoded words where there are spaces in them (against RFC 2047,
    # section 6.2), and makes one of several; the older decoder does not.
    raw_to = email.message_from_string(raw.decode("utf-8"))["To"]
    name = str(make_header(decode_header(raw_to.rpartition("<")[0].strip())))

    def text(kind):
        part = message.get_body((kind,))
        return None if part is None else part.get_content()

    defects = [str(defect) for part in message.walk() for defect in part.defects]
    defects += [str(defect) for header in message.values() for defect in getattr(header, "defects", ())]
    print(json.dumps({
        "headers": message.keys(),
        "from": mailbox("From"),
        "to": mailbox("To"),
        "name": name,
        "subject": str(message["Subject"]),
        "date": message["Date"].datetime.isoformat(),
        "id": str(message["Message-ID"]),
        "auto": str(message["Auto-Submitted"]),
        "text": text("plain"),
        "html": text("html"),
        "defects": defects,
        "longest": max(len(line) for line in lines),
        "bare": any(b"\r" in line or b"\n" in line for line in lines),
        "dots": sum(line.startswith(b".") for line in lines),
    }))

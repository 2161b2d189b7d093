"""Reads an export as others do, and prints the statuses of its appointments and how many slots of each status it has.

check_fhir.py FILE: reads the bundle with fhir.resources (its models of FHIR R4B, in which Appointment, Slot and Schedule
are as in R4), and checks the invariants app-1 to app-4 of Appointment and that every reference leads to a resource.
"""

import collections
import json
import pathlib
import sys

from fhir.resources.R4B.bundle import Bundle


def main():
    bundle = Bundle.model_validate_json(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    resources = [entry.resource for entry in bundle.entry]
    known = {f"{resource.get_resource_type()}/{resource.id}" for resource in resources}
    if len(known) != len(resources):
        raise SystemExit("two resources have the same id")

    def require(reference):
        if reference.reference not in known:
            raise SystemExit(f"{reference.reference} is not in the bundle")

    appointments = {}
    slots = collections.Counter()
    for resource in resources:
        kind = resource.get_resource_type()
        if kind == "Schedule":
            for actor in resource.actor:
                require(actor)
        elif kind == "Slot":
            slots[resource.status] += 1
            require(resource.schedule)
        elif kind == "Appointment":
            appointments[resource.id] = resource.status
            for slot in resource.slot or []:
                require(slot)
            for participant in resource.participant:
                if participant.actor:
                    require(participant.actor)
                elif not participant.type:
                    raise SystemExit(f"app-1: {resource.id}")
            if (resource.start is None) != (resource.end is None):
                raise SystemExit(f"app-2: {resource.id}")
            if resource.start is None and resource.status not in ("proposed", "cancelled", "waitlist"):
                raise SystemExit(f"app-3: {resource.id}")
            if resource.cancelationReason and resource.status not in ("cancelled", "noshow"):
                raise SystemExit(f"app-4: {resource.id}")
    print(json.dumps({"appointments": appointments, "slots": slots}))


main()

import ConciergeKit

// The resources of FHIR R4 (hl7.org/fhir/R4) that the export writes, with the elements that it fills. Their names are
// those of FHIR.

/// A code of a code system.
struct FHIRConcept: Encodable {
    struct Coding: Encodable {
        let system: String
        let code: String
    }
    let coding: [Coding]

    init(_ code: String, of system: String) { coding = [Coding(system: system, code: code)] }
}

/// A reference to a resource of the same bundle.
struct FHIRReference: Encodable {
    let reference: String
}

struct FHIRPeriod<Time: Encodable>: Encodable {
    let start: Time
    let end: Time
}

struct FHIRPractitioner: Encodable {
    struct Name: Encodable {
        let text: String
    }
    var resourceType = "Practitioner"
    let id: String
    let name: [Name]
}

struct FHIRSchedule: Encodable {
    var resourceType = "Schedule"
    let id: String
    let actor: [FHIRReference]
    let planningHorizon: FHIRPeriod<Instant>
}

struct FHIRSlot: Encodable {
    enum Status: String, Encodable {
        case busy
        case free
        case unavailable = "busy-unavailable"
        case tentative = "busy-tentative"
    }
    var resourceType = "Slot"
    let id: String
    let schedule: FHIRReference
    let status: Status
    let start: Instant
    let end: Instant

    init(_ slot: Slot, until end: Instant, _ status: Status) {
        id = Self.id(of: slot)
        schedule = FHIRReference(reference: "Schedule/\(slot.practitioner)")
        self.status = status
        start = slot.start
        self.end = end
    }

    /// An id of FHIR has letters, digits, hyphens and points, 64 at most; the settings limit those of practitioners.
    static func id(of slot: Slot) -> String { "\(slot.practitioner).\(slot.start.milliseconds / 1000)" }
}

struct FHIRAppointment: Encodable {
    enum Status: String, Encodable {
        case pending, booked, arrived, fulfilled, cancelled, noshow, waitlist
    }
    struct Participant: Encodable {
        enum Status: String, Encodable {
            case accepted, declined
            case needsAction = "needs-action"
        }
        /// What the participant is; for the resident, whom the export does not name.
        var type: [FHIRConcept]?
        var actor: FHIRReference?
        let status: Status
    }
    var resourceType = "Appointment"
    let id: String
    let status: Status
    /// Only of an appointment that was cancelled (invariant app-4).
    let cancelationReason: FHIRConcept?
    /// Start and end are both there or both missing (app-2); they are missing only on the waiting list, or once it was
    /// left (app-3).
    let start: Instant?
    let end: Instant?
    let created: Instant
    let slot: [FHIRReference]?
    let participant: [Participant]
    let requestedPeriod: [FHIRPeriod<LocalDate>]?
}

extension FHIRAppointment {
    /// The appointment as FHIR says it. It names no resident.
    init(_ appointment: RequestSnapshot<Appointment>) {
        let record = appointment.record
        let (start, end) = (record.start, record.end)
        status = Self.status(of: appointment)
        let isCancelled = status == .cancelled
        id = appointment.id
        self.start = end == nil ? nil : start
        self.end = start == nil ? nil : end
        created = appointment.openedAt
        cancelationReason = isCancelled ? record.cancelledBy.map(Self.reason) : nil
        // A slot that was given back may be another one's.
        let taken = isCancelled ? nil : Slot(of: record)
        slot = taken.map { [FHIRReference(reference: "Slot/\(FHIRSlot.id(of: $0))")] }
        var participants = [
            Participant(
                type: [FHIRConcept("SBJ", of: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType")],
                status: isCancelled && record.cancelledBy != .practice
                    ? .declined : status == .pending ? .needsAction : .accepted)
        ]
        if let practitioner = record.practitioner {
            participants.append(
                Participant(
                    actor: FHIRReference(reference: "Practitioner/\(practitioner)"),
                    status: isCancelled && record.cancelledBy == .practice ? .declined : .accepted))
        }
        participant = participants
        if let from = record.wantedFrom, let until = record.wantedUntil {
            requestedPeriod = [FHIRPeriod(start: from, end: until)]
        } else {
            requestedPeriod = nil
        }
    }

    private static func status(of appointment: RequestSnapshot<Appointment>) -> Status {
        // FHIR has no state for what nobody has noted: it is as it was before the evening.
        if appointment.state == .unsettled { return appointment.record.arrivedAt == nil ? .booked : .arrived }
        return Status(rawValue: appointment.state.id) ?? .booked
    }

    private static func reason(_ origin: Origin) -> FHIRConcept {
        FHIRConcept(
            origin == .practice ? "prov" : "pat",
            of: "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason")
    }
}

/// Resources in one file.
struct FHIRBundle: Encodable {
    enum Resource: Encodable {
        case practitioner(FHIRPractitioner)
        case schedule(FHIRSchedule)
        case slot(FHIRSlot)
        case appointment(FHIRAppointment)

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .practitioner(let resource): try resource.encode(to: encoder)
            case .schedule(let resource): try resource.encode(to: encoder)
            case .slot(let resource): try resource.encode(to: encoder)
            case .appointment(let resource): try resource.encode(to: encoder)
            }
        }
    }
    struct Entry: Encodable {
        let resource: Resource
    }
    var resourceType = "Bundle"
    var type = "collection"
    let timestamp: Instant
    let entry: [Entry]
}

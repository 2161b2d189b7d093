import ConciergeKit

/// Which slots are taken, as a task reads it: a rule has claims for that.
struct Occupancy {
    private var slots: Set<Slot> = []
    private var away: [String: [Range<Instant>]] = [:]
    private let practice: Practice

    /// Reads the open appointments and absences.
    init(_ practice: Practice, in context: TaskContext) async throws {
        self.practice = practice
        for try await appointment in context.requests(of: Appointment.self) {
            if let slot = Slot(of: appointment.record) { slots.insert(slot) }
        }
        let service = Absence(practice: practice)
        for try await absence in context.requests(of: Absence.self) {
            away[absence.record.practitioner, default: []].append(service.time(of: absence.record))
        }
    }

    func isAway(_ slot: Slot) -> Bool {
        let time = practice.time(of: slot)
        return away[slot.practitioner]?.contains { $0.overlaps(time) } ?? false
    }

    func isFree(_ slot: Slot) -> Bool { !slots.contains(slot) && !isAway(slot) }
}

extension Slot {
    /// The slot of an appointment; nil on the waiting list.
    init?(of appointment: Appointment.Record) {
        guard let practitioner = appointment.practitioner, let start = appointment.start else { return nil }
        self.init(practitioner, at: start)
    }
}

import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("Conduct")
struct ConductTests {
    /// One slot a day, so that some wait for it. Both receive at the same time, and a hold lasts until the start: so
    /// the walk comes to the start of a slot that is booked.
    private static let house = """
        {"hold_for": "7 days", "offer_for": "1 day", "reminders": ["2h"], "practitioners": {
            "dr-martin": {"name": "Dr Martin", "hours": \(week)},
            "sage-femme": {"name": "Mme Petit", "hours": \(week)}}}
        """
    private static let week = """
        {"monday": ["09:00-09:20"], "tuesday": ["09:00-09:20"], "wednesday": ["09:00-09:20"],
        "thursday": ["09:00-09:20"], "friday": ["09:00-09:20"], "saturday": ["09:00-09:20"]}
        """

    @Test("The provider holds the grade that its manifest names")
    func conduct() async throws {
        let settings = try HealthSettings(json: Self.house)
        let practice = settings.practice(in: paris)
        let martin = try #require(practice.practitioners["dr-martin"])
        try await checkConduct(
            of: HealthAppointments.self, settings: settings, seeds: 1...4, steps: 300,
            inputs: { now in
                let agenda = Agenda(practice, now: now, horizon: .days(21)) { _ in [:] }
                let slots = agenda.slots(of: [martin], after: now, limit: 2)
                let today = paris.local(now).date
                func taking(_ practitioner: String) -> [[String: Scalar]] {
                    slots.map { ["practitioner": .string(practitioner), "start": .string("\($0.start)")] }
                }
                let waiting = slots.map { slot -> [String: Scalar] in
                    let day = Scalar.string("\(paris.local(slot.start).date)")
                    return ["practitioner": "martin", "from": day, "until": day]
                }
                let absence: [[String: Scalar]] = [["practitioner": "petit", "from": .string("\(today)")]]
                return [
                    "health.appointment": taking("martin"), "health.appointment hold": taking("petit"),
                    "health.appointment wait": waiting,
                    "health.appointment move": slots.map { ["start": .string("\($0.start)")] },
                    "health.absence": absence, "health.practitioner-away": absence,
                ]
            },
            exclusive: [
                Exclusive(Appointment.self) { appointment in
                    appointment.practitioner.map { "\($0) \(appointment.start ?? .earliest)" }
                }
            ], zone: paris, at: monday)
    }
}

import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("Conduct")
struct ConductTests {
    @Test("The provider holds the grade that its manifest names")
    func conduct() async throws {
        let settings = try HealthSettings(json: house)
        let timetable = try #require(settings.practice(in: paris).practitioners["dr-martin"]?.timetable)
        try await checkConduct(
            of: HealthAppointments.self, settings: settings, seeds: 1...4, steps: 300,
            inputs: { now in
                let slots = timetable.slots(after: now, through: now + .days(21), in: paris, limit: 12)
                return ["health.appointment": slots.map { ["practitioner": "dr-martin", "start": .string("\($0)")] }]
            },
            exclusive: [Exclusive(Appointment.self) { "\($0.practitioner) \($0.start)" }], zone: paris, at: monday)
    }
}

import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("Appointments that earlier versions stored")
struct StoredTests {
    // The records as a ledger of each version stored them. A sample is never changed; a new version adds its own.
    private let samples = [
        StoredSample(
            version: 1, state: "booked", timers: ["reminder": .days(1)],
            record: """
                {"practitioner":"dr-martin","start":"2026-11-24T08:20:00Z","end":"2026-11-24T08:40:00Z",\
                "transport":true,"wanted":[],"sequence":1,"changed_at":"2026-11-20T08:20:00Z"}
                """),
        StoredSample(
            version: 1, state: "waitlist", timers: ["wait-ends": .days(1)],
            record: """
                {"transport":false,"wanted":["dr-martin"],"wanted_from":"2026-11-24","wanted_until":"2026-11-30",\
                "sequence":0,"changed_at":"2026-11-20T08:20:00Z"}
                """),
        StoredSample(
            version: 1, state: "noshow",
            record: """
                {"practitioner":"dr-martin","start":"2026-11-24T08:20:00Z","end":"2026-11-24T08:40:00Z",\
                "transport":false,"wanted":[],"sequence":0,"changed_at":"2026-11-20T08:20:00Z"}
                """),
    ]

    @Test("The current version reads appointments of every earlier version, also of an unknown practitioner")
    func goneOnWith() throws {
        let service = Appointment(settings: HealthSettings(), practice: Practice(practitioners: [:], zone: paris))
        let appointments = try checkUpgrades(of: service, from: samples)
        #expect(appointments.map(\.state) == [.booked, .waitlist, .noshow])
        #expect(appointments[0].timers == [.reminder: .days(1)])
        #expect(appointments[0].record.transport)
        #expect(appointments[1].record.wanted == ["dr-martin"])
    }
}

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
                "transport":true}
                """),
        StoredSample(
            version: 1, state: "noshow",
            record: """
                {"practitioner":"dr-martin","start":"2026-11-24T08:20:00Z","end":"2026-11-24T08:40:00Z",\
                "transport":false}
                """),
    ]

    @Test("The current version reads appointments of every earlier version, also of an unknown practitioner")
    func goneOnWith() throws {
        let service = Appointment(settings: HealthSettings(), practice: Practice(practitioners: [:], zone: paris))
        let appointments = try checkUpgrades(of: service, from: samples)
        #expect(appointments.map(\.state) == [.booked, .noshow])
        #expect(appointments[0].timers == [.reminder: .days(1)])
        #expect(appointments[0].record.transport)
    }
}

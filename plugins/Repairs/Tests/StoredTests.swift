import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("Repairs that earlier versions stored")
struct StoredTests {
    // The records as a ledger of each version stored them. A sample is never changed; a new version adds its own.
    static let samples = [
        StoredSample(
            version: 1, state: "reported",
            record: """
                {"category":"plumbing","location":"Apt 12","description":"The tap drips","orders":0,"no_access":0,\
                "reopened":0}
                """),
        StoredSample(
            version: 1, state: "assigned", timers: ["warning": .hours(18), "deadline": .hours(24)],
            record: """
                {"category":"plumbing","location":"Apt 12","description":"The tap drips","urgency":"U2",\
                "due":"2026-11-24T08:00:00Z","contractor":"plomberie-martin","orders":1,\
                "order_sent_at":"2026-11-23T08:00:01.500Z","order_error":"no paper","no_access":1,"reopened":0}
                """),
        StoredSample(
            version: 1, state: "confirmed",
            record: """
                {"category":"plumbing","location":"Apt 12","description":"The tap drips","urgency":"U2",\
                "due":"2026-11-24T08:00:00Z","missed_at":"2026-11-24T08:00:00Z","kept":false,\
                "contractor":"plomberie-martin","orders":1,"no_access":0,"completed_at":"2026-11-24T09:00:00Z",\
                "work_done":"Washer replaced","reopened":1}
                """),
        StoredSample(
            version: 1, state: "cancelled",
            record: """
                {"category":"plumbing","location":"Apt 12","description":"The tap drips","orders":0,"no_access":0,\
                "reopened":0,"cancel_reason":"Reported twice"}
                """),
        StoredSample(
            version: 2, state: "confirmed",
            record: """
                {"category":"plumbing","location":"Apt 12","description":"The tap drips","urgency":"U2",\
                "contractor":"plomberie-martin","orders":1,"no_access":0,"completed_at":"2026-11-24T09:00:00Z",\
                "work_done":"Washer replaced","score":9,"confirmed_by_silence":false,"reopened":1}
                """),
    ]

    @Test("The current version reads repairs of every earlier version, with their states")
    func goneOnWith() throws {
        let repairs = try checkUpgrades(of: Repair(settings: RepairSettings()), from: Self.samples)
        #expect(repairs.map(\.state) == [.reported, .assigned, .confirmed, .cancelled, .confirmed])
        #expect(repairs[1].timers.isEmpty)
        #expect(repairs[2].record.workDone == "Washer replaced")
    }
}

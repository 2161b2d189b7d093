import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import ParcelReception

@Suite("Parcels that earlier versions stored")
struct StoredTests {
    // The records as a ledger of each version stored them. A sample is never changed; a new version adds its own.
    private let samples = [
        StoredSample(
            version: 1, state: "held", timers: ["remind": .days(3), "retention": .days(14)],
            record: """
                {"tracking":"RB123456785GB","format":"upu-s10","carrier":"Colissimo","shelf":"A3","code":"281655",\
                "reminders_sent":2}
                """),
        StoredSample(
            version: 1, state: "collected",
            record: """
                {"tracking":"6A12345678901","format":"unverified","code":"281655","reminders_sent":0,\
                "override_reason":"nominee with identity card"}
                """),
    ]

    @Test("The current version reads parcels of every earlier version, with their states and records")
    func goneOnWith() throws {
        let parcels = try checkUpgrades(of: Reception(settings: ParcelSettings()), from: samples)
        #expect(parcels.map(\.state) == [.held, .collected])
        #expect(parcels[0].record.code == "281655")
        #expect(parcels[0].record.remindersSent == 2)
    }
}

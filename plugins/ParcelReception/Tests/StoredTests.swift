import ConciergeKit
import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("Parcels that earlier versions stored")
struct StoredTests {
    // The records as a ledger of each version stored them. A sample is never changed; a new version adds its own.
    private let samples = [
        StoredSample(
            version: 1, state: "held", timers: ["remind": .days(3), "retention": .days(14)],
            record: """
                {"tracking":"6A12345678901","format":"unverified","carrier":"Colissimo","candidates":["Colissimo"],\
                "kind":"parcel","shelf":"A3","code":"281655","arrived_at":"2026-11-23T08:00:00Z","last_day":"2026-12-07",\
                "reminders_sent":2,"is_fragile_told":false}
                """),
        StoredSample(
            version: 1, state: "collected",
            record: """
                {"tracking":"LOGE-12345","format":"lodge","candidates":[],"kind":"perishable","sender":"Fleurs Martin",\
                "code":"281655","arrived_at":"2026-11-23T08:00:00Z","last_day":"2026-11-25","reminders_sent":0,\
                "is_fragile_told":false,"collected_by":"M. Bernard","collector":"other","proof":"identity-card",\
                "hand_over_reason":"voisin de palier"}
                """),
    ]

    @Test("The current version reads parcels of every earlier version, with their states and records")
    func goneOnWith() throws {
        let parcels = try checkUpgrades(of: Reception(settings: ParcelSettings(), zone: .utc), from: samples)
        #expect(parcels.map(\.state) == [.held, .collected])
        #expect(parcels[0].record.code == "281655")
        #expect(parcels[0].record.remindersSent == 2)
        #expect(parcels[1].record.proof == .identityCard)
    }
}

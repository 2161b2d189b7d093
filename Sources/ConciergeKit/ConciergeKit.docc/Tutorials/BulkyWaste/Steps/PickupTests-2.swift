import ConciergeKit
import ConciergeTesting
import Testing

@testable import BulkyWaste

@Suite struct PickupTests {
    /// Monday, 23 November 2026, 09:00 in Paris.
    private func lodge() async throws -> Lodge {
        let start = try #require(Instant("2026-11-23T09:00:00+01:00"))
        let zone = try #require(Zone("Europe/Paris"))
        return try await Lodge(
            BulkyWaste.self, configuration: BulkyWasteSettings { $0.homesPerDay = 1 }, at: start, zone: zone)
    }

    @Test("things are collected on the day that was announced")
    func collected() async throws {
        let lodge = try await lodge()
        let pickup = try await lodge.open(
            "bulky.pickup", resident: "apt-12", ["what": "a sofa", "day": "2026-11-24"])
        #expect(pickup.state == "planned")
        #expect(try await lodge.act(pickup.id, "collected").isOpen == false)
    }

    @Test("a day that is full is refused, and free again once a pickup is cancelled")
    func full() async throws {
        let lodge = try await lodge()
        let sofa = try await lodge.open("bulky.pickup", resident: "apt-12", ["what": "a sofa", "day": "2026-11-24"])
        await #expect(throws: LodgeError.self) {
            try await lodge.open("bulky.pickup", resident: "apt-31", ["what": "a bed", "day": "2026-11-24"])
        }
        try await lodge.act(sofa.id, "cancel")
        let bed = try await lodge.open("bulky.pickup", resident: "apt-31", ["what": "a bed", "day": "2026-11-24"])
        #expect(bed.state == "planned")
    }

    @Test("nothing is collected on a Wednesday")
    func wednesday() async throws {
        let lodge = try await lodge()
        let words = Text(fr: "Ce jour-là, rien n'est enlevé.", en: "Nothing is collected on that day.")
        await #expect(throws: LodgeError.refused(words)) {
            try await lodge.open("bulky.pickup", ["what": "a sofa", "day": "2026-11-25"])
        }
    }
}

import Civil
import Testing

@Suite("Parts of a range without a change of the clocks")
struct SteadyPartsTests {
    private func parts(_ zone: Zone, _ range: Range<Instant>) -> [(range: Range<Instant>, offset: Int)] {
        var parts: [(Range<Instant>, Int)] = []
        zone.forEachSteadyPart(of: range) { parts.append(($0, $1)) }
        return parts
    }

    @Test("The night of a change has two parts, which meet at the change")
    func change() throws {
        let zone = try #require(Zone("Europe/Paris"))
        let noon = try #require(Instant("2027-10-30T12:00:00Z"))
        let change = try #require(Instant("2027-10-31T01:00:00Z"))
        let parts = parts(zone, noon..<noon + .days(1))
        #expect(parts.map(\.offset) == [7200, 3600])
        #expect(parts.map(\.range) == [noon..<change, change..<noon + .days(1)])
    }

    @Test(
        "The parts follow one another without a gap, and the clock is steady in each",
        arguments: ["Europe/Paris", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
    func tiled(_ name: String) throws {
        let zone = try #require(Zone(name))
        for range in [
            Instant(milliseconds: 1_262_304_000_001)..<Instant(milliseconds: 2_000_000_000_000),
            Instant.earliest..<Instant.latest, Instant.latest..<Instant.latest,
        ] {
            let parts = parts(zone, range)
            var end = range.lowerBound
            for (part, offset) in parts {
                #expect(part.lowerBound == end)
                #expect(zone.offset(at: part.lowerBound) == offset)
                #expect(zone.offset(at: part.upperBound - .milliseconds(1)) == offset)
                end = part.upperBound
            }
            #expect(end == range.upperBound)
        }
    }
}

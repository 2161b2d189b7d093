import Civil
import Foundation
import Testing

@Suite("Coding of dates and times")
struct CodingTests {
    private struct Stored: Codable, Equatable {
        var span: TimeSpan
        var time: TimeOfDay
        var day: LocalDate
        var zone: Zone
        var at: Instant
    }

    @Test("Spans, times of day, days, zones and instants are decoded as they were encoded")
    func roundTrip() throws {
        let stored = Stored(
            span: TimeSpan(.hours(36)), time: try #require(TimeOfDay("07:30")),
            day: try #require(LocalDate("2026-11-23")),
            zone: try #require(Zone("Europe/Paris")), at: try #require(Instant("2026-11-23T18:14:06.007Z")))
        let data = try JSONEncoder().encode(stored)
        #expect(try JSONDecoder().decode(Stored.self, from: data) == stored)
        let text = String(decoding: data, as: UTF8.self)
        for part in [#""1d 12h""#, #""07:30""#, #""2026-11-23""#, "Paris", #""2026-11-23T18:14:06.007Z""#] {
            #expect(text.contains(part))
        }
    }

    @Test(
        "A text that is not of the member's type is refused with an explanation",
        arguments: [
            ("span", "soon", "is not a length of time like"), ("time", "7:30", "is not a time of day like 07:30"),
            ("day", "2026-02-30", "is not a day like 2026-11-23"), ("zone", "Mars", "is not a time zone like"),
            ("at", "now", "is not a time like"),
        ])
    func refused(member: String, value: String, words: String) throws {
        var members = [
            "span": "1h", "time": "07:30", "day": "2026-11-23", "zone": "UTC", "at": "2026-11-23T18:14:06Z",
        ]
        members[member] = value
        let data = try JSONEncoder().encode(members)
        let error = #expect(throws: DecodingError.self) { try JSONDecoder().decode(Stored.self, from: data) }
        guard case .dataCorrupted(let context) = error else { return #expect(Bool(false), "\(member)") }
        #expect(context.debugDescription.contains(words))
    }
}

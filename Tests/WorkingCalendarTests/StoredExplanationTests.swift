import Civil
import ConciergeKit
import JSON
import Testing
import Wording

@testable import WorkingCalendar

@Suite("Explanations as they are stored")
struct StoredExplanationTests {
    /// The names of all cases that an explanation can have.
    private static let cases = [
        "days", "time", "holiday", "closure", "pause", "paused_at_close", "nothing", "close", "refused", "too_late",
        "stands_still", "due", "paused", "never", "during", "outside", "reason_to_lower", "name", "changes",
    ]

    /// A promise of a drawn calendar, with a name, a season, changes and a half of pauses with reasons.
    private func explanation(_ made: Reference.Case, _ chance: inout SplitMix64) throws -> Explanation {
        let zone = try #require(Zone(made.zone))
        let hours = try WeeklyHours(
            try made.hours.mapValues { try $0.map { try #require(Opening(start: $0.start, end: $0.end)) } })
        let calendar = WorkingCalendar(
            zone: zone, hours: hours, region: try #require(HolidayRegion(made.isAlsace ? "FR-57" : "FR")),
            goodFriday: made.isAlsace, worksOnHolidays: made.worksOnHolidays,
            closures: Set(try made.closures.map(date)))
        let reason = Text(fr: "pièces « \u{1} \\ »", en: "parts \"\n\"")
        let pauses = try made.pauses.map {
            try #require(Promise.Pause(from: $0.from, to: $0.to, reason: chance.next() % 2 == 0 ? reason : nil))
        }
        let seasonal = try SeasonalTerm(
            made.term, in: [SeasonTerm("1/11..30/4=1 working day"), SeasonTerm("1/7..29/8=30 hours")])
        let choice = calendar.choice(of: seasonal, from: made.start)
        let changes = (0..<Int(chance.next() % 3)).map { number in
            Promise.Change(
                at: made.start + .hours(number), to: number == 0 ? choice.term : .hours(Int(chance.next() % 90) + 1),
                season: number == 0 ? choice.season : nil, reasonToLower: chance.next() % 2 == 0 ? reason : nil)
        }
        let isSeasonal = chance.next() % 2 == 0
        let promise = try Promise(
            isSeasonal ? choice.term : made.term, season: isSeasonal ? choice.season : nil, from: made.start,
            pauses: pauses, isPausable: chance.next() % 4 > 0, changes: changes)
        return calendar.explain(promise, name: chance.next() % 2 == 0 ? "bureau \"é\"" : nil)
    }

    @Test("What is written by hand is what JSONCoding writes, and is read as the same, on promises drawn at random")
    func sameAsCoding() throws {
        var (cases, chance) = (CaseGenerator(seed: 7), SplitMix64(seed: 7))
        var seen = ""
        for _ in 0..<600 {
            let explanation = try explanation(cases.next(), &chance)
            var writer = JSONWriter()
            explanation.write(to: &writer)
            let text = String(decoding: writer.bytes, as: UTF8.self)
            #expect(text == String(decoding: try JSONCoding.encode(explanation), as: UTF8.self))
            #expect(try Explanation(stored: try JSON.parse(writer.bytes)) == explanation)
            seen += text
        }
        for name in Self.cases { #expect(seen.contains("\"\(name)\":"), "\(name) was never drawn") }
    }

    @Test(
        "What no explanation writes is not read",
        arguments: [
            ("term", "\"5 weeks\""), ("start", "{}"), ("steps", "[{\"walk\":{}}]"), ("steps", "[{}]"),
            ("end", "{\"due\":{\"by\":3}}"), ("is_pausable", "1"), ("calendar", "null"),
        ])
    func unreadable(_ name: String, _ value: String) throws {
        let promise = try Promise(.workingDays(2), from: try instant("2027-01-11T09:00:00Z"))
        var writer = JSONWriter()
        try WorkingCalendar.office().explain(promise).write(to: &writer)
        var stored = try #require(try JSON.parse(writer.bytes).objectValue)
        #expect(throws: Never.self) { try Explanation(stored: .object(stored)) }
        stored[name] = try JSON.parse(value)
        #expect(throws: UnreadableStored.self) { try Explanation(stored: .object(stored)) }
    }
}

import Civil
import Testing
import WorkingCalendar

@Suite("Promises and a slow calculation")
struct ReferenceTests {
    @Test("A promise is due when a walk along every instant says, on any calendar", arguments: 1...4)
    func same(_ seed: UInt64) throws {
        let france = Set(try HolidayTests.right("FR").values.joined())
        let alsace = Set(try HolidayTests.right("alsace-moselle").values.joined())
        var cases = CaseGenerator(seed: seed)
        var compared = 0
        for _ in 0..<50 {
            let made = cases.next()
            let zone = try #require(Zone(made.zone))
            let reference = Reference(given: made, zone: zone, holidays: made.isAlsace ? alsace : france)
            let (calendar, promise) = try product(made, zone)
            let deadline = calendar.deadline(of: promise)
            switch reference.answer() {
            case .deadline(let right):
                compared += 1
                // In a week without openings only hours of the clock are due.
                if made.hours.values.allSatisfy(\.isEmpty), made.term.needsCalendar { continue }
                #expect(deadline == right, "\(made)")
            case .later:
                // What the walk did not reach is later than all that it saw.
                let limit = made.start + .days(40)
                #expect(deadline > .due(limit), "\(made)")
            }
        }
        #expect(compared > 30)
    }

    private func product(_ made: Reference.Case, _ zone: Zone) throws -> (WorkingCalendar, Promise) {
        let hours = try WeeklyHours(
            try made.hours.mapValues { try $0.map { try #require(Opening(start: $0.start, end: $0.end)) } })
        let calendar = WorkingCalendar(
            zone: zone, hours: hours, region: try #require(HolidayRegion(made.isAlsace ? "FR-57" : "FR")),
            goodFriday: made.isAlsace, worksOnHolidays: made.worksOnHolidays,
            closures: Set(try made.closures.map(date)))
        let pauses = try made.pauses.map { try #require(Promise.Pause(from: $0.from, to: $0.to)) }
        return (calendar, try Promise(made.term, from: made.start, pauses: pauses))
    }

    @Test("Another pause never makes a promise due earlier", arguments: 11...14)
    func pausesOnlyDelay(_ seed: UInt64) throws {
        var cases = CaseGenerator(seed: seed)
        for _ in 0..<300 {
            let made = cases.next()
            let zone = try #require(Zone(made.zone))
            var fewer = made
            fewer.pauses = Array(made.pauses.dropLast())
            let (calendar, promise) = try product(made, zone)
            let (with, without) = (calendar.deadline(of: promise), calendar.deadline(of: try product(fewer, zone).1))
            // A pause that leads up to another one without a gap is where the promise stands still from.
            if case .paused = with, case .paused = without { continue }
            #expect(with >= without, "\(made)")
        }
    }
}

import Civil
import Testing
import WorkingCalendar

@Suite("Working calendars")
struct CalendarTests {
    private func openHours(_ calendar: WorkingCalendar, on day: String) throws -> Double {
        let zone = calendar.zone
        let midnight = zone.instant(of: try date(day), at: TimeOfDay(minutes: 0))
        let quarters = (0..<120).filter { quarter in
            let instant = midnight + .minutes(15 * quarter)
            return zone.local(instant).date.description == day && calendar.isOpen(at: instant)
        }
        return Double(quarters.count) / 4
    }

    @Test("An opening includes its beginning and not its end")
    func edges() throws {
        let office = try WorkingCalendar.office()
        #expect(office.isOpen(at: try instant("2027-01-11T07:00:00Z")))
        #expect(!office.isOpen(at: try instant("2027-01-11T06:59:59.999Z")))
        #expect(!office.isOpen(at: try instant("2027-01-11T11:00:00Z")))
        #expect(office.isOpen(at: try instant("2027-01-11T10:59:59.999Z")))
    }

    @Test("Public holidays and closures close a day, and working on holidays opens the holidays alone")
    func closed() throws {
        let noon = "2027-05-06T10:00:00Z"
        let hours: [Weekday: [String]] = [.thursday: ["08:00-18:00"]]
        #expect(!(try WorkingCalendar(hours).isOpen(at: try instant(noon))))
        #expect(try WorkingCalendar(hours, worksOnHolidays: true).isOpen(at: try instant(noon)))
        let closed = try WorkingCalendar(hours, worksOnHolidays: true, closures: ["2027-05-06"])
        #expect(!closed.isOpen(at: try instant(noon)))
    }

    @Test("An hour that comes twice is open twice, and one that is skipped is not open")
    func clockChanges() throws {
        let always = try WorkingCalendar.always()
        #expect(try openHours(always, on: "2027-10-31") == 25)
        #expect(try openHours(always, on: "2027-03-28") == 23)
        #expect(try openHours(always, on: "2027-06-01") == 24)
    }

    @Test("An opening that begins or ends within a changed hour follows the wall clock")
    func withinTheHour() throws {
        let opens = try WorkingCalendar([.sunday: ["02:30-04:00"]])
        // 02:30 to 03:00 in summer time, and 02:30 to 04:00 after the clocks went back.
        #expect(try openHours(opens, on: "2027-10-31") == 2)
        #expect(!opens.isOpen(at: try instant("2027-10-31T01:15:00Z")))
        #expect(try openHours(opens, on: "2027-03-28") == 1)
        let closes = try WorkingCalendar([.sunday: ["01:00-02:30"]])
        let promise = try Promise(.workingDays(1), from: try instant("2027-10-30T10:00:00Z"))
        #expect(closes.deadline(of: promise) == .due(try instant("2027-10-31T01:30:00Z")))
    }

    @Test("Openings of a day that overlap are refused, with both of them")
    func overlap() throws {
        let (first, second) = (try #require(Opening("08:00-12:00")), try #require(Opening("11:59-14:00")))
        let overlap = try #require(throws: WeeklyHours.Overlap.self) { try WeeklyHours([.monday: [second, first]]) }
        #expect(overlap.weekday == .monday)
        #expect([overlap.first, overlap.second] == [first, second])
    }

    @Test("Openings that touch are one, in whatever order they are written")
    func touching() throws {
        let hours = try WorkingCalendar([.monday: ["12:00-14:00", "08:00-12:00", "14:00-24:00"]]).hours
        #expect(hours[.monday].map(\.description) == ["08:00-24:00"])
    }

    @Test(
        "What is no opening is refused",
        arguments: [
            "", "8-12", "08:00", "08:00-", "12:00-08:00", "08:00-08:00", "24:00-24:00", "08:00-24:01", "8:00-12:00",
            "08:00-12:00-14:00", "08:00 - 12:00", "22:00-06:00",
        ])
    func noOpening(_ text: String) {
        #expect(Opening(text) == nil)
    }

    @Test("A calendar that is never open within 20 years never ends a promise in working time")
    func never() throws {
        let start = try instant("2027-01-15T10:00:00Z")
        let empty = try WorkingCalendar([:])
        #expect(empty.deadline(of: try Promise(.workingHours(1), from: start)) == .never)
        #expect(empty.deadline(of: try Promise(.workingDays(1), from: start)) == .never)
        #expect(empty.deadline(of: try Promise(.hours(1), from: start)) == .due(start + .hours(1)))
        let sunday = try date("2027-01-17")
        let sundays = (0..<1100).map { sunday.adding(days: 7 * $0).description }
        let closed = try WorkingCalendar([.sunday: ["09:00-12:00"]], closures: sundays)
        #expect(closed.deadline(of: try Promise(.workingDays(1), from: start)) == .never)
        let reopened = try WorkingCalendar([.sunday: ["09:00-12:00"]], closures: Array(sundays.prefix(1000)))
        let next = sunday.adding(days: 7 * 1000)
        let close = reopened.zone.instant(of: next, at: TimeOfDay(minutes: 720))
        #expect(reopened.deadline(of: try Promise(.workingDays(1), from: start)) == .due(close))
    }

    @Test("A promise that begins at the end of time is answered")
    func endOfTime() throws {
        let office = try WorkingCalendar.office()
        for start in [Instant.latest, .earliest] {
            for term in [Term.workingDays(10_000), .workingHours(10_000), .hours(10_000)] {
                #expect(office.deadline(of: try Promise(term, from: start)) >= .due(start))
            }
        }
    }
}

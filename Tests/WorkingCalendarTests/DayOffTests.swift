import Civil
import Testing
import Wording
import WorkingCalendar

@Suite("Days off")
struct DayOffTests {
    private func days(_ calendar: WorkingCalendar, _ first: String, _ last: String) throws -> [String: String] {
        let days = try #require(LocalDate(first))...(try #require(LocalDate(last)))
        return Dictionary(uniqueKeysWithValues: calendar.daysOff(days).map { ($0.description, $1.words.fr) })
    }

    @Test("The public holidays of the region and the closures are days off, over the end of a year too")
    func named() throws {
        let closed = try #require(LocalDate("2026-12-24"))
        let christmas = try #require(LocalDate("2026-12-25"))
        let region = try #require(HolidayRegion("FR-57"))
        let calendar = WorkingCalendar(zone: .utc, hours: .none, region: region, closures: [closed, christmas])
        #expect(
            try days(calendar, "2026-12-24", "2027-01-01") == [
                "2026-12-24": "jour de fermeture", "2026-12-25": "jour férié (Noël)",
                "2026-12-26": "jour férié (Saint-Étienne)", "2027-01-01": "jour férié (Jour de l’an)",
            ])
        #expect(try days(calendar, "2027-01-02", "2027-01-03").isEmpty)
    }

    @Test("A calendar that is open on public holidays is closed on its closures alone")
    func worksOnHolidays() throws {
        let christmas = try #require(LocalDate("2026-12-25"))
        let open = WorkingCalendar(zone: .utc, hours: .none, worksOnHolidays: true)
        #expect(try days(open, "2026-12-25", "2026-12-26").isEmpty)
        let closed = WorkingCalendar(zone: .utc, hours: .none, worksOnHolidays: true, closures: [christmas])
        #expect(try days(closed, "2026-12-25", "2026-12-26") == ["2026-12-25": "jour de fermeture"])
    }
}

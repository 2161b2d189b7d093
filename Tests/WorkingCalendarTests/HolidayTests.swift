import Civil
import Foundation
import Testing
import WorkingCalendar

@Suite("Public holidays of France")
struct HolidayTests {
    private struct File: Decodable { let years: [String: [String: [String: String]]] }

    /// The dates by year, of `FR` or `alsace-moselle`, on which two libraries and a third computation agree.
    static func right(_ region: String) throws -> [Int: [String]] {
        let file = try JSONDecoder().decode(File.self, from: try TestData.bytes("holidays.json"))
        let years = try #require(file.years[region]).map { (Int($0) ?? 0, $1.keys.sorted()) }
        return Dictionary(uniqueKeysWithValues: years)
    }

    private func dates(_ year: Int, _ region: String, goodFriday: Bool) throws -> [String] {
        PublicHoliday.holidays(of: year, in: try #require(HolidayRegion(region)), goodFriday: goodFriday)
            .map { $0.date.description }
    }

    @Test("The holidays of 2010 to 2050 are right", arguments: ["FR", "FR-59", "fr-2a", "FR-75"])
    func france(_ region: String) throws {
        let right = try Self.right("FR")
        #expect(right.count == 41)
        for (year, days) in right { #expect(try dates(year, region, goodFriday: false) == days) }
    }

    @Test(
        "Alsace and Moselle have Saint Stephen, and Good Friday where the calendar says so",
        arguments: ["FR-57", "FR-67", "FR-68", "FR-6AE"])
    func alsaceMoselle(_ region: String) throws {
        for (year, days) in try Self.right("alsace-moselle") {
            #expect(try dates(year, region, goodFriday: true) == days)
            let easter = try #require(LocalDate(days.first { try Self.isEasterMonday($0, year) } ?? ""))
            let friday = easter.adding(days: -3).description
            #expect(try dates(year, region, goodFriday: false) == days.filter { $0 != friday })
        }
    }

    private static func isEasterMonday(_ text: String, _ year: Int) throws -> Bool {
        guard let date = LocalDate(text), date.weekday == .monday, [3, 4].contains(date.month) else { return false }
        return true
    }

    @Test(
        "An overseas department has the abolition of slavery on a day of its own",
        arguments: [
            ("FR-971", "2027-05-27"), ("FR-972", "2027-05-22"), ("FR-973", "2027-06-10"), ("FR-974", "2027-12-20"),
            ("FR-976", "2027-04-27"),
        ])
    func overseas(_ region: String, _ day: String) throws {
        #expect(try dates(2027, region, goodFriday: false).filter { $0 == day } == [day])
        #expect(try dates(2027, region, goodFriday: false).count == 12)
        #expect(!(try dates(2027, "FR", goodFriday: false).contains(day)))
    }

    @Test(
        "What is no department of France has no holidays",
        arguments: [
            "", "F", "DE", "FR-", "FR-0", "FR-00", "FR-20", "FR-96", "FR-99", "FR-5", "FR-570", "FR-2C", "FR57",
        ])
    func noRegion(_ text: String) {
        #expect(HolidayRegion(text) == nil)
    }

    @Test(
        "Easter Monday is right at its earliest and its latest",
        arguments: [
            (1818, "1818-03-23"), (2285, "2285-03-23"), (2038, "2038-04-26"), (1943, "1943-04-26"),
            (2000, "2000-04-24"),
        ])
    func easter(_ year: Int, _ monday: String) {
        let holidays = PublicHoliday.holidays(of: year, in: .france, goodFriday: false)
        #expect(holidays.first { $0.holiday == .easterMonday }?.date.description == monday)
    }

    @Test("Two holidays on one day are one day")
    func together() throws {
        let holidays = PublicHoliday.holidays(of: 2008, in: .france, goodFriday: false)
        #expect(holidays.map(\.date.description).filter { $0 == "2008-05-01" }.count == 1)
        #expect(holidays.count == 10)
    }
}

import Civil
import Foundation
import Testing
import Wording
import WorkingCalendar

/// A folder of right values that were made without the product.
enum TestData {
    static func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: #filePath).appending(path: "../Data/\(name)").standardizedFileURL)
    }
}

func instant(_ text: String) throws -> Instant { try #require(Instant(text)) }
func date(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

func pause(_ from: String, _ to: String?, _ reason: Text? = nil) throws -> Promise.Pause {
    try #require(Promise.Pause(from: try instant(from), to: try to.map(instant), reason: reason))
}

extension WorkingCalendar {
    /// A calendar whose openings are written as in the configuration.
    init(
        _ hours: [Weekday: [String]], zone: String = "Europe/Paris", region: String = "FR", goodFriday: Bool = false,
        worksOnHolidays: Bool = false, closures: [String] = []
    ) throws {
        self.init(
            zone: try #require(Zone(zone)),
            hours: try WeeklyHours(try hours.mapValues { try $0.map { try #require(Opening($0)) } }),
            region: try #require(HolidayRegion(region)), goodFriday: goodFriday, worksOnHolidays: worksOnHolidays,
            closures: Set(try closures.map(date)))
    }

    /// Monday to Friday from 8 to 12 and from 13:30 to 17:30 in Paris.
    static func office(
        region: String = "FR", goodFriday: Bool = false, closures: [String] = []
    ) throws -> WorkingCalendar {
        let day = ["08:00-12:00", "13:30-17:30"]
        return try WorkingCalendar(
            [.monday: day, .tuesday: day, .wednesday: day, .thursday: day, .friday: day], region: region,
            goodFriday: goodFriday, closures: closures)
    }

    /// Every day, day and night.
    static func always(zone: String = "Europe/Paris", worksOnHolidays: Bool = true) throws -> WorkingCalendar {
        try WorkingCalendar(
            Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, ["00:00-24:00"]) }), zone: zone,
            worksOnHolidays: worksOnHolidays)
    }
}

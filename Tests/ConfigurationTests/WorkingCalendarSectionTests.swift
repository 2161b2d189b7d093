import ConciergeEngine
import ConciergeKit
import Testing
import WorkingCalendar

@testable import ConciergeDaemon

@Suite("The configuration section working_calendars")
struct WorkingCalendarSectionTests {
    private func configuration(_ text: String) throws -> DaemonConfiguration {
        try DaemonConfiguration(try ConfigurationFiles(text).tree(), providers: [])
    }

    @Test("A calendar has the hours, region, closures and settings that are written, in its own zone")
    func read() throws {
        let configuration = try configuration(
            """
            working_calendars:
              gardiens:
                time_zone: Indian/Reunion
                hours:
                  monday: ["13:30-24:00", "8h-12h"]
                  saturday: [09:00-12:00]
                region: FR-57
                good_friday: true
                closures: [2026-12-24, 2026-12-31]
                works_on_holidays: true
            """)
        let calendar = try #require(configuration.calendars["gardiens"])
        #expect(calendar.zone == Zone("Indian/Reunion"))
        #expect(calendar.hours[.monday].map(\.description) == ["08:00-12:00", "13:30-24:00"])
        #expect(calendar.hours[.saturday].map(\.description) == ["09:00-12:00"])
        #expect(calendar.hours[.tuesday].isEmpty)
        #expect(calendar.region.description == "FR-57")
        #expect(calendar.goodFriday)
        #expect(calendar.closures.map(\.description).sorted() == ["2026-12-24", "2026-12-31"])
        #expect(calendar.worksOnHolidays)
    }

    @Test("What is left out is the lodge's zone, France, and no Good Friday")
    func defaults() throws {
        let configuration = try configuration(
            "lodge: { time_zone: Indian/Reunion }\nworking_calendars:\n  a: { hours: { monday: [\"08:00-12:00\"] } }\n")
        let calendar = try #require(configuration.calendars["a"])
        #expect(calendar.zone == Zone("Indian/Reunion"))
        #expect(calendar.region == .france)
        #expect(!calendar.goodFriday)
        #expect(!calendar.worksOnHolidays)
        #expect(calendar.closures.isEmpty)
    }

    @Test(
        "A promise is counted by the provider's calendar, else by the lodge's, else by the only one, else by office hours"
    )
    func book() throws {
        func name(_ provider: String, _ lines: String) throws -> String? {
            try DaemonConfiguration(try ConfigurationFiles(lines + "\n").tree(), providers: ["parcel", "repairs"])
                .calendarBook.calendar(of: provider).name
        }
        let both = "working_calendars: { a: { hours: {}, providers: [repairs] }, b: { hours: {} } }"
        #expect(try name("repairs", both) == "a")
        #expect(try name("parcel", both) == nil)
        #expect(try name("parcel", both + "\nlodge: { working_calendar: b }") == "b")
        #expect(try name("parcel", "working_calendars: { a: { hours: {} } }") == "a")
        #expect(try name("parcel", "") == nil)
    }

    @Test(
        "A lodge without the calendar that it names, and a provider that is unknown or has two, are refused",
        arguments: [
            (
                "lodge: { working_calendar: gardien }\nworking_calendars: { gardiens: { hours: {} } }",
                "has no \"gardien\""
            ),
            ("working_calendars: { a: { hours: {}, providers: [parcl] } }", "there is no provider \"parcl\""),
            (
                "working_calendars: { a: { hours: {}, providers: [parcel] }, b: { hours: {}, providers: [parcel] } }",
                "has the calendar \"a\" already"
            ),
        ])
    func wrongBook(lines: String, says: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try DaemonConfiguration(try ConfigurationFiles(lines + "\n").tree(), providers: ["parcel"])
        }
        #expect("\(error)".contains(says), "\(error)")
    }

    @Test("Good Friday is a holiday in Alsace and Moselle, unless the calendar says no")
    func goodFriday() throws {
        func isHoliday(_ lines: String) throws -> Bool {
            try #require(
                try configuration("working_calendars:\n  a:\n    hours: {}\n    \(lines)\n").calendars["a"]
            ).goodFriday
        }
        #expect(try isHoliday("region: FR-57"))
        #expect(try !isHoliday("region: FR-57\n    good_friday: false"))
        #expect(try !isHoliday("region: FR-75"))
        #expect(try !isHoliday("region: FR-972"))
        #expect(try isHoliday("region: FR-972\n    good_friday: true"))
    }

    @Test(
        "An invalid calendar is refused with file, line and key",
        arguments: [
            ("hours: { monday: [\"08:00-12:00\", \"11:59-13:00\"] }", ":3: working_calendars.a.hours.monday[1]"),
            ("hours: { monday: [\"12:00-08:00\"] }", ":3: working_calendars.a.hours.monday[0]"),
            ("hours: { mondai: [\"08:00-12:00\"] }", ":3: working_calendars.a.hours.mondai"),
            ("region: FR-99\n    hours: {}", ":3: working_calendars.a.region"),
            ("closures: [2026-02-30]\n    hours: {}", ":3: working_calendars.a.closures[0]"),
            ("good_friday: true\n    hours: {}", ":3: working_calendars.a.good_friday"),
            ("region: FR-57", "working_calendars.a.hours"),
        ])
    func refused(line: String, place: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try configuration("working_calendars:\n  a:\n    \(line)\n")
        }
        #expect(error.description.contains(place), "\(error)")
    }

    @Test("A calendar that is never open is taken, with a doubt")
    func empty() throws {
        let configuration = try configuration("working_calendars:\n  a:\n    hours: {}\n")
        #expect(configuration.calendars["a"]?.hours.isEmpty == true)
        let doubts = configuration.doubts(serving: Registry(), at: Instant(milliseconds: 1_795_000_000_000))
        #expect(doubts.map(\.path) == [["working_calendars", "a", "hours"]])
    }
}

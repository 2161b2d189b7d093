import ConciergeEngine
import ConciergeKit
import Testing

@testable import ConciergeDaemon

@Suite("The configuration section schedules")
struct ScheduleSectionTests {
    private func sections(_ text: String) throws -> [String: DaemonConfiguration.ScheduleSection] {
        let files = try ConfigurationFiles(text)
        return try DaemonConfiguration(try files.tree(), providers: []).schedules
    }

    private let schedule = Schedule(
        TaskName<NoInput, NoAnswer>("toy.clean", fr: "", en: ""), .every(.hours(1)), catchUp: .skip, overlap: .allow)
    private let paris = Zone("Europe/Paris")!

    @Test("A given key overrides the provider's schedule, and an omitted key keeps the provider's value")
    func applied() throws {
        let section = try #require(
            try sections(
                """
                schedules:
                  toy.clean:
                    calendar: Mon..Fri 08:00
                    overlap: queue
                    spread: 10min
                """)["toy.clean"])
        let applied = section.applied(to: schedule, lodge: paris)
        #expect(applied.recurrence == .calendar("Mon..Fri 08:00", in: paris))
        #expect(applied.catchUp == .skip)
        #expect(applied.overlap == .queue)
        #expect(applied.spread == .minutes(10))
    }

    @Test("The zone beside an expression overrides the lodge's, and catch_up: all has the limit given or one day")
    func zone() throws {
        let wanted = try sections(
            """
            schedules:
              toy.a: { calendar: "08:00", time_zone: Indian/Reunion, catch_up: all }
              toy.b: { catch_up: all, catch_up_within: 3h }
            """)
        let a = try #require(wanted["toy.a"]).applied(to: schedule, lodge: paris)
        #expect(a.recurrence == .calendar("08:00", in: Zone("Indian/Reunion")))
        #expect(a.catchUp == .all(within: .days(1)))
        let b = try #require(wanted["toy.b"]).applied(to: schedule, lodge: paris)
        #expect(b.catchUp == .all(within: .hours(3)))
        #expect(b.recurrence == schedule.recurrence)
    }

    @Test(
        "An invalid schedule is refused with its key",
        arguments: [
            ("calendar: Mon 25:00", "calendar"), ("time_zone: Europe/Paris", "time_zone"),
            ("catch_up_within: 1h", "catch_up_within"), ("overlap: perhaps", "overlap"), ("catch_up: some", "catch_up"),
            ("{ catch_up: all, catch_up_within: 90 days }", "catch_up_within"),
        ])
    func refused(line: String, key: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try sections("schedules:\n  toy.clean:\n    \(line)\n")
        }
        #expect(error.description.contains("schedules.toy.clean.\(key)"), "\(error)")
    }
}

import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("The section of the configuration")
struct SettingsTests {
    private func practitioner(_ body: String, id: String = "a") -> String {
        #"{"practitioners": {"\#(id)": {\#(body)}}}"#
    }

    @Test("A missing key has its default")
    func defaults() throws {
        let settings = try HealthSettings(json: "{}")
        #expect(settings.practitioners.isEmpty)
        #expect(settings.reminders == [.hours(48), .hours(2)])
        #expect(settings.horizon == .days(60))
        #expect(settings.cancelCutOff == .zero)
        #expect(settings.holdFor == .minutes(30))
        #expect(settings.offerFor == .hours(24))
        #expect(settings.settleAt.description == "19:00")
        #expect(settings.daySheetAt.description == "07:00")
        let one = try HealthSettings(json: practitioner(#""name": "A", "hours": {}"#)).practice(in: .utc)
        #expect(one.practitioners["a"]?.timetable.slot == 20)
    }

    @Test("Hours are kept in the order of the day")
    func sorted() throws {
        let body = #""name": "A", "hours": {"friday": ["14:00-15:00", "09:00-10:00", "10:00-11:00"]}"#
        let practice = try HealthSettings(json: practitioner(body)).practice(in: .utc)
        #expect(
            practice.practitioners["a"]?.timetable.week[.friday]?.map(\.description) == [
                "09:00-10:00", "10:00-11:00", "14:00-15:00",
            ])
    }

    @Test(
        "A mistake is refused with its key",
        arguments: [
            (#""name": "A", "hours": {"mondey": ["09:00-10:00"]}"#, "practitioners.a.hours.mondey"),
            (#""name": "A", "hours": {"monday": ["09:00-10:00", "12:00-11:00"]}"#, "practitioners.a.hours.monday[1]"),
            (#""name": "A", "hours": {"monday": ["nine to five"]}"#, "practitioners.a.hours.monday[0]"),
            (#""name": "A", "hours": {"monday": ["09:00-10:00", "09:40-11:00"]}"#, "practitioners.a.hours.monday[1]"),
            (#""name": "A", "hours": {"monday": ["08:00-12:00", "09:00-10:00"]}"#, "practitioners.a.hours.monday[1]"),
            (#""name": "A", "hours": {"monday": ["09:40-11:00", "09:00-10:00"]}"#, "practitioners.a.hours.monday[1]"),
            (#""name": "A", "hours": {"monday": ["09:00-10:00", "09:00-10:00"]}"#, "practitioners.a.hours.monday[1]"),
            (#""name": "A", "hours": {"monday": ["09:00-09:10"]}"#, "practitioners.a.hours.monday[0]"),
            (#""name": "A", "slot": "90s", "hours": {}"#, "practitioners.a.slot"),
            (#""name": "A", "slot": "0s", "hours": {}"#, "practitioners.a.slot"),
            (#""name": " ", "hours": {}"#, "practitioners.a.name"),
            (
                #""name": "A", "hours": {}, "exceptions": {"2026-12-24": ["09:00-10:00", "09:30-11:00"]}"#,
                "practitioners.a.exceptions.2026-12-24[1]"
            ),
        ])
    func mistakes(body: String, key: String) throws {
        try expectMistake(in: practitioner(body), at: key)
    }

    @Test(
        "An id may have small letters, digits and hyphens only",
        arguments: ["Dr Martin", "a@b", "", "é", String(repeating: "a", count: 49)])
    func ids(id: String) throws {
        try expectMistake(in: practitioner(#""name": "A", "hours": {}"#, id: id), at: "practitioners.\(id)")
    }

    @Test("A horizon of less than a day is refused")
    func horizon() throws {
        try expectMistake(in: #"{"horizon": "1h"}"#, at: "horizon")
    }

    @Test("Two practitioners in one room at the same time are refused, and may have it one after the other")
    func rooms() throws {
        func house(_ other: String) -> String {
            #"""
            {"practitioners": {
                "a": {"name": "A", "room": "Cabinet 1", "hours": {"monday": ["09:00-12:00"]}},
                "b": {"name": "B", "room": "cabinet 1", "hours": {"monday": ["\#(other)"]}}}}
            """#
        }
        try expectMistake(in: house("11:00-13:00"), at: "practitioners.b.room")
        #expect(try HealthSettings(json: house("12:00-13:00")).practitioners.count == 2)
    }

    @Test("A reminder after the start is refused")
    func reminder() throws {
        try expectMistake(in: #"{"reminders": ["2h", "0s"]}"#, at: "reminders")
    }

    private func expectMistake(in configuration: String, at key: String) throws {
        let error = #expect(throws: Mismatch.self) { try HealthSettings(json: configuration) }
        #expect(error?.key == key)
    }
}

import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import HealthAppointments

@Suite("The calendars of the practitioners")
struct CalendarTests {
    private func properties(_ file: String) -> [[String]] {
        let lines = file.components(separatedBy: "\r\n")
        return lines.split(separator: "BEGIN:VEVENT").dropFirst().map { Array($0) }
    }

    @Test("Each change is in the file at once: the same UID, a SEQUENCE that grows, and STATUS:CANCELLED in the end")
    func changes() async throws {
        let lodge = try await lodge()
        let held = try await lodge.book("2026-11-24T08:00:00Z", by: "hold").id
        func event() throws -> [String] {
            let file = try #require(lodge.file("calendars/dr-martin.ics"))
            return try #require(properties(file).first)
        }
        let uid = "UID:\(held)@health.concierged"
        #expect(try event().contains("STATUS:TENTATIVE"))
        try await lodge.act(held, "confirm")
        #expect(
            try event().starts(with: [
                uid, "DTSTAMP:20261123T080000Z", "LAST-MODIFIED:20261123T080000Z", "SEQUENCE:0",
                "DTSTART:20261124T080000Z", "DTEND:20261124T082000Z", "SUMMARY:Rendez-vous \(held)",
                "LOCATION:3 rue des Lilas\\, cabinet 2", "STATUS:CONFIRMED",
            ]))
        try await lodge.advance(by: .hours(1))
        try await lodge.act(held, "move", ["start": "2026-11-24T08:20:00Z"])
        let moved = try event()
        #expect(moved.contains(uid) && moved.contains("SEQUENCE:1") && moved.contains("DTSTAMP:20261123T090000Z"))
        try await lodge.act(held, "cancel")
        let cancelled = try event()
        #expect(cancelled.contains(uid) && cancelled.contains("SEQUENCE:2") && cancelled.contains("STATUS:CANCELLED"))
    }

    @Test("An event that was cancelled and is not any more has a greater SEQUENCE, and stays so without a change")
    func undone() throws {
        func event(_ sequence: Int, _ status: CalendarEvent.Status) -> CalendarEvent {
            CalendarEvent(
                uid: "a@health.concierged", sequence: sequence, changed: monday, time: monday..<monday + .minutes(20),
                summary: String(repeating: "é", count: 60), location: nil, status: status)
        }
        func published(_ events: CalendarEvent...) -> PublishedCalendar {
            PublishedCalendar(CalendarFile(name: "A", events: events).text)
        }
        let later = monday + .hours(1)
        let back = published(event(2, .cancelled)).next(event(1, .confirmed), at: later)
        #expect(back.sequence == 3)
        #expect(back.changed == later)
        #expect(published(back).next(event(1, .confirmed), at: later + .hours(1)) == back)
        // The status alone, from held to booked, changes nothing for who takes part.
        #expect(published(event(0, .tentative)).next(event(0, .confirmed), at: later) == event(0, .confirmed))
        #expect(PublishedCalendar(nil).next(event(0, .confirmed), at: later) == event(0, .confirmed))
    }

    @Test("An appointment that is moved to another practitioner is in that one's calendar alone")
    func moved() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-23T13:00:00Z").id
        try await lodge.act(id, "move", ["start": "2026-11-23T13:00:00Z", "practitioner": "petit"])
        #expect(lodge.file("calendars/dr-martin.ics")?.contains(id) == false)
        #expect(lodge.file("calendars/sage-femme.ics")?.contains(id) == true)
    }

    @Test("The file names no resident, and a calendar without a change is not written again")
    func onDemand() async throws {
        let lodge = try await lodge()
        _ = try await lodge.book("2026-11-24T08:00:00Z")
        let file = try #require(lodge.file("calendars/dr-martin.ics"))
        #expect(!file.contains("apt-12") && !file.contains("Sow"))
        let run = try await lodge.trigger("health.calendars")
        #expect(run.outcome?.fr == "Agendas inchangés.")
        #expect(lodge.file("calendars/sage-femme.ics")?.hasSuffix("END:VCALENDAR\r\n") == true)
    }

    @Test("What is over stays in the calendar for 30 days")
    func over() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-23T08:20:00Z").id
        try await lodge.advance(to: try at("2026-11-23T08:30:00Z"))
        try await lodge.act(id, "no-show")
        try await lodge.advance(by: .days(29))
        try await lodge.trigger("health.calendars")
        #expect(lodge.file("calendars/dr-martin.ics")?.contains(id) == true)
        try await lodge.advance(by: .days(2))
        try await lodge.trigger("health.calendars")
        #expect(lodge.file("calendars/dr-martin.ics")?.contains(id) == false)
    }

    @Test("Lines are folded at 75 octets between characters, and unfolded again they are what they were")
    func folded() {
        let line = "SUMMARY:" + String(repeating: "é€😀", count: 30)
        let parts = CalendarFile.folded(line).components(separatedBy: "\r\n")
        #expect(parts.count > 2)
        #expect(parts.allSatisfy { $0.utf8.count <= 75 })
        #expect(
            parts.enumerated().map { $0.offset == 0 ? $0.element : String($0.element.dropFirst()) }.joined() == line)
        #expect(CalendarFile.folded("SUMMARY:short") == "SUMMARY:short")
    }

    @Test("Texts are escaped, so that no name can end a line or begin a property")
    func escaped() {
        #expect(CalendarFile.escaped("a;b,c\\d\r\nSTATUS:X\u{7}") == "a\\;b\\,c\\\\d\\nSTATUS:X")
    }
}

import ConciergeKit
import Testing

@testable import HealthAppointments

@Suite("The slots of a timetable")
struct TimetableTests {
    private func times(_ slots: [Instant]) -> [String] {
        slots.map { paris.local($0).time.description }
    }

    @Test("The hours of a day are divided into slots from their start, and a rest too short for a slot is unused")
    func slots() throws {
        let day = try #require(LocalDate("2026-11-23"))
        let slots = timetable(.monday, "09:00-10:10", "14:00-14:40").slots(on: day, in: paris)
        #expect(times(slots) == ["09:00", "09:20", "09:40", "14:00", "14:20"])
        #expect(slots.first == Instant("2026-11-23T08:00:00Z"))
    }

    @Test("A day without hours has no slots")
    func otherDay() throws {
        let day = try #require(LocalDate("2026-11-24"))
        #expect(timetable(.monday, "09:00-10:00").slots(on: day, in: paris).isEmpty)
    }

    @Test("The same wall-clock hours are different instants in summer and in winter")
    func summerAndWinter() throws {
        let hours = timetable(.sunday, "09:00-09:20")
        let saturdayBefore = try #require(LocalDate("2026-10-18"))
        let afterTheChange = try #require(LocalDate("2026-10-25"))
        #expect(hours.slots(on: saturdayBefore, in: paris) == [Instant("2026-10-18T07:00:00Z")!])
        #expect(hours.slots(on: afterTheChange, in: paris) == [Instant("2026-10-25T08:00:00Z")!])
    }

    @Test("The hour that is skipped in spring has no slots")
    func spring() throws {
        let day = try #require(LocalDate("2026-03-29"))
        let slots = timetable(.sunday, "01:00-04:00", slot: 30).slots(on: day, in: paris)
        #expect(times(slots) == ["01:00", "01:30", "03:00", "03:30"])
        #expect(Set(slots).count == slots.count)
        // Hours entirely within the gap have no slots.
        #expect(timetable(.sunday, "02:00-02:30", slot: 30).slots(on: day, in: paris).isEmpty)
    }

    @Test("The hour that is repeated in autumn has its slots twice, and all slots have the same length")
    func autumn() throws {
        let day = try #require(LocalDate("2026-10-25"))
        let slots = timetable(.sunday, "01:30-03:30", slot: 30).slots(on: day, in: paris)
        #expect(times(slots) == ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"])
        for (slot, next) in zip(slots, slots.dropFirst()) { #expect(next - slot == .minutes(30)) }
    }

    @Test("The next slots are found over several days, in order, within the bounds")
    func next() throws {
        let practitioner = Practitioner(
            id: "a", name: "A", kind: nil, room: nil, timetable: timetable(.monday, "09:00-09:40"))
        let agenda = Agenda(
            Practice(practitioners: ["a": practitioner], zone: paris), now: monday, horizon: .days(14)
        ) { _ in [:] }
        let slots = agenda.slots(of: [practitioner], after: monday, limit: 10)
        #expect(
            slots.map(\.start.description) == [
                "2026-11-23T08:20:00Z", "2026-11-30T08:00:00Z", "2026-11-30T08:20:00Z", "2026-12-07T08:00:00Z",
            ])
        #expect(agenda.slots(of: [practitioner], after: monday, limit: 2) == Array(slots.prefix(2)))
    }

    @Test("A day off has no slots, and a day with hours of its own has these")
    func daysOff() throws {
        let day = try #require(LocalDate("2026-12-28"))
        let off: [LocalDate: DayOff] = [day: .closure]
        #expect(timetable(.monday, "09:00-10:00").slots(on: day, in: paris, off).isEmpty)
        let own = Timetable(
            slot: 20, week: [:], exceptions: [day: ["10:00-10:20"].compactMap { Hours($0) }])
        #expect(times(own.slots(on: day, in: paris, off)) == ["10:00"])
    }

    @Test(
        "A text that is not a start and a later end on the same day is no range of hours",
        arguments: [
            "09:00", "12:00-09:00", "09:00-09:00", "9-12", "09:00-24:00", "09:00-10:00-11:00", "", "-",
        ])
    func notHours(text: String) {
        #expect(Hours(text) == nil)
    }

    @Test("A slot's key can be parsed back, and another text is no key")
    func key() {
        let slot = Slot("dr-martin", at: monday)
        #expect(slot.key == "slot:dr-martin@2026-11-23T08:00:00Z")
        #expect(Slot(key: slot.key) == slot)
        #expect(Slot(key: "slot:dr-martin") == nil)
    }
}

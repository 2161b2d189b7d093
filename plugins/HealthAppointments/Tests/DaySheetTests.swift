import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("The day sheet")
struct DaySheetTests {
    private func sheet(_ run: LodgeRun) throws -> Sheet {
        try decoded(Sheet.self, try #require(run.data))
    }

    @Test("The day sheet lists today's appointments in order, as a table and as data, and names nobody")
    func today() async throws {
        let lodge = try await lodge()
        let second = try await lodge.book("2026-11-23T13:00:00Z", transport: true)
        let first = try await lodge.book("2026-11-23T08:20:00Z")
        _ = try await lodge.book("2026-11-24T08:00:00Z")
        let run = try await lodge.trigger("health.day-sheet")
        #expect(run.outcome?.en == "Monday 23 November 2026: 2\u{A0}appointments.")
        let sheet = try sheet(run)
        #expect(sheet.day == "2026-11-23")
        #expect(sheet.appointments.map(\.id) == [first.id, second.id])
        #expect(sheet.appointments.map(\.time) == ["09:20", "14:00"])
        #expect(sheet.appointments.map(\.transport) == [false, true])
        #expect(run.data?.contains("apt-12") == false)
        let table = try #require(run.table)
        #expect(table.contains("\"resident\": \"apt-12\"") || table.contains("\"resident\":\"apt-12\""))
        #expect(table.contains("Dr Martin") && table.contains("cabinet 2") && !table.contains("Sow"))
    }

    @Test("The day sheet lists another day, or one practitioner's appointments, on request")
    func chosen() async throws {
        let lodge = try await lodge()
        _ = try await lodge.book("2026-11-30T13:00:00Z")
        let other = try await lodge.book("2026-11-30T13:30:00Z", with: "sage-femme")
        let run = try await lodge.trigger("health.day-sheet", ["day": "2026-11-30", "practitioner": "petit"])
        #expect(try sheet(run).appointments.map(\.id) == [other.id])
        #expect(run.outcome?.fr == "lundi 30 novembre 2026\u{A0}: 1\u{A0}rendez-vous.")
        let both = try await lodge.trigger("health.day-sheet", ["day": "2026-11-30"])
        #expect(try sheet(both).appointments.count == 2)
    }

    @Test("The day sheet does not list cancelled appointments")
    func closed() async throws {
        let lodge = try await lodge()
        let cancelled = try await lodge.book("2026-11-23T13:00:00Z")
        try await lodge.act(cancelled.id, "cancel")
        let run = try await lodge.trigger("health.day-sheet")
        #expect(run.outcome?.en == "Monday 23 November 2026: no appointments.")
    }

    @Test("The day sheet lists also what has taken place, what nobody came to, and what is to be settled")
    func settled() async throws {
        let lodge = try await lodge()
        let fulfilled = try await lodge.book("2026-11-23T08:20:00Z")
        let missed = try await lodge.book("2026-11-23T08:40:00Z", for: "apt-13")
        let forgotten = try await lodge.book("2026-11-23T13:00:00Z", for: "apt-14")
        try await lodge.advance(to: try at("2026-11-23T09:00:00Z"))
        try await lodge.act(fulfilled.id, "check-in")
        try await lodge.act(fulfilled.id, "fulfil")
        try await lodge.act(missed.id, "no-show")
        try await lodge.advance(to: try at("2026-11-24T12:00:00Z"))
        let sheet = try sheet(try await lodge.trigger("health.day-sheet", ["day": "2026-11-23"]))
        #expect(sheet.appointments.map(\.id) == [fulfilled.id, missed.id, forgotten.id])
        #expect(sheet.appointments.map(\.state) == ["fulfilled", "noshow", "unsettled"])
    }

    @Test("The day sheet of an unknown practitioner fails and names the practitioner")
    func unknown() async throws {
        let lodge = try await lodge()
        let run = try await lodge.trigger("health.day-sheet", ["practitioner": "dr-who"])
        #expect(run.state == "failed")
        #expect(run.error?.contains("dr-who") == true)
    }

    @Test("Today is the day in the lodge's time zone, even if it is another day in UTC")
    func localDay() async throws {
        let lodge = try await lodge()
        // Half past midnight on Tuesday in Paris.
        try await lodge.advance(to: try at("2026-11-23T23:30:00Z"))
        let run = try await lodge.trigger("health.day-sheet")
        #expect(try sheet(run).day == "2026-11-24")
    }

    @Test("The day sheet is made every day at the configured wall-clock time, in winter and in summer")
    func schedule() async throws {
        let lodge = try await lodge(house(with: #""day_sheet_at": "06:45""#))
        try await lodge.advance(to: Instant("2026-11-24T05:44:59Z")!)
        #expect(lodge.runs(of: "health.day-sheet").isEmpty)
        try await lodge.advance(by: .seconds(1))
        #expect(lodge.runs(of: "health.day-sheet").map(\.state) == ["succeeded"])
        // In summer time 06:45 in Paris is 04:45 in UTC.
        try await lodge.advance(to: Instant("2027-03-29T04:44:59Z")!)
        let before = lodge.runs(of: "health.day-sheet").count
        try await lodge.advance(by: .seconds(1))
        #expect(lodge.runs(of: "health.day-sheet").count == before + 1)
    }
}

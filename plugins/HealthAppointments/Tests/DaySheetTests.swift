import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import HealthAppointments

@Suite("The day sheet")
struct DaySheetTests {
    private struct Sheet: Decodable {
        struct Item: Decodable {
            let id: String
            let practitioner: String
            let time: String
            let transport: Bool
        }
        let day: String
        let appointments: [Item]
    }

    private func sheet(_ run: LodgeRun) throws -> Sheet {
        try JSONDecoder().decode(Sheet.self, from: Data(try #require(run.data).utf8))
    }

    @Test("The day sheet lists today's appointments in order, in its text and in its data")
    func today() async throws {
        let lodge = try await lodge()
        let second = try await lodge.book("2026-11-23T13:00:00Z", transport: true)
        let first = try await lodge.book("2026-11-23T08:20:00Z")
        _ = try await lodge.book("2026-11-24T08:00:00Z")
        let run = try await lodge.trigger("health.day-sheet")
        #expect(
            run.outcome?.en == "Monday 23 November 2026, 2\u{A0}appointments: 09:20 Dr Martin (\(first.id)), "
                + "14:00 Dr Martin (\(second.id)) with transport.")
        let sheet = try sheet(run)
        #expect(sheet.day == "2026-11-23")
        #expect(sheet.appointments.map(\.id) == [first.id, second.id])
        #expect(sheet.appointments.map(\.time) == ["09:20", "14:00"])
        #expect(sheet.appointments.map(\.transport) == [false, true])
        #expect(run.data?.contains("apt-12") == false)
    }

    @Test("The day sheet lists another day, or one practitioner's appointments, on request")
    func chosen() async throws {
        let lodge = try await lodge()
        _ = try await lodge.book("2026-11-30T13:00:00Z")
        let other = try await lodge.book("2026-11-30T13:30:00Z", with: "sage-femme")
        let run = try await lodge.trigger("health.day-sheet", ["day": "2026-11-30", "practitioner": "sage-femme"])
        #expect(try sheet(run).appointments.map(\.id) == [other.id])
        #expect(
            run.outcome?.fr
                == "lundi 30 novembre 2026, 1\u{A0}rendez-vous\u{A0}: 14\u{A0}h\u{A0}30 Mme Petit (\(other.id)).")
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

    @Test("The day sheet does not list fulfilled appointments and those to which nobody came")
    func over() async throws {
        let lodge = try await lodge()
        let fulfilled = try await lodge.book("2026-11-23T08:20:00Z")
        let missed = try await lodge.book("2026-11-23T08:40:00Z")
        let coming = try await lodge.book("2026-11-23T13:00:00Z")
        try await lodge.advance(to: Instant("2026-11-23T09:00:00Z")!)
        try await lodge.act(fulfilled.id, "check-in")
        #expect(try sheet(try await lodge.trigger("health.day-sheet")).appointments.count == 3)
        #expect(try await lodge.act(fulfilled.id, "fulfil").state == "fulfilled")
        #expect(try await lodge.act(missed.id, "no-show").state == "noshow")
        let run = try await lodge.trigger("health.day-sheet")
        #expect(try sheet(run).appointments.map(\.id) == [coming.id])
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
        try await lodge.advance(to: Instant("2026-11-23T23:30:00Z")!)
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

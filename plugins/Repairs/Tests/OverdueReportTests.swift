import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import Repairs

@Suite("The report of overdue repairs")
struct OverdueReportTests {
    private struct Found: Decodable {
        struct Item: Decodable {
            let id: String
            let state: String
            let due: String
        }
        let overdue: [Item]
    }

    private func overdue(_ run: LodgeRun) throws -> [Found.Item] {
        try JSONDecoder().decode(Found.self, from: Data(try #require(run.data).utf8)).overdue
    }

    @Test("The report states that nothing is overdue")
    func nothing() async throws {
        let lodge = try await lodge()
        _ = try await lodge.assigned()
        let run = try await lodge.trigger("repairs.overdue-report")
        #expect(run.outcome?.en == "Nothing is overdue.")
        #expect(try overdue(run).isEmpty)
    }

    @Test("The report names overdue repairs, the longest overdue first, without completed and cancelled ones")
    func overdue() async throws {
        let lodge = try await lodge()
        _ = try await lodge.report()
        let later = try await lodge.triaged("locks", urgency: "U2")
        let first = try await lodge.assigned("lift", urgency: "U1")
        let done = try await lodge.assigned(urgency: "U1")
        let cancelled = try await lodge.assigned(urgency: "U1")
        _ = try await lodge.assigned(urgency: "U3")
        try await lodge.advance(by: .hours(25))
        try await lodge.act(done.id, "complete")
        try await lodge.act(cancelled.id, "cancel", ["reason": "withdrawn"])
        let run = try await lodge.trigger("repairs.overdue-report")
        let items = try overdue(run)
        #expect(items.map(\.id) == [first.id, later.id])
        #expect(items.map(\.state) == ["assigned", "triaged"])
        #expect(items[0].due == (monday + .hours(4)).description)
        #expect(run.outcome?.fr == "2\u{A0}réparations en retard.")
        let table = try #require(run.table)
        #expect(table.contains(first.id) && table.contains("apt-12") && table.contains("plomberie-martin"))
    }

    @Test("The text counts the repairs, and the data and the table name all")
    func many() async throws {
        let lodge = try await lodge()
        for _ in 0..<23 { _ = try await lodge.triaged(urgency: "U1") }
        try await lodge.advance(by: .hours(5))
        let run = try await lodge.trigger("repairs.overdue-report")
        #expect(run.outcome?.en == "23\u{A0}repairs are overdue.")
        #expect(try overdue(run).count == 23)
    }

    @Test("The report is made every day at the configured wall-clock time")
    func schedule() async throws {
        let lodge = try await lodge(#"{"report_at": "10:15"}"#)
        // 10:15 in Paris is 09:15 in UTC in winter.
        try await lodge.advance(by: .minutes(74))
        #expect(lodge.runs(of: "repairs.overdue-report").isEmpty)
        try await lodge.advance(by: .minutes(1))
        #expect(lodge.runs(of: "repairs.overdue-report").map(\.state) == ["succeeded"])
    }
}

import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import LedgerConformance
import Testing

@testable import SQLiteLedger

@Suite("The requests that a task reads")
struct RequestPortionsTests {
    @Test(
        "Each statement begins at its place in an index and sorts nothing",
        arguments: [
            (PortionScan.closed(extra: "1"), "requests_closed (service=? AND closed_at>"),
            (PortionScan.open(extra: "1"), "requests_open (service=? AND id>"),
            (PortionScan.all(extra: "1"), "USING INTEGER PRIMARY KEY (rowid>"),
            (PortionScan.requestsOfResident(extra: "1"), "requests_of_resident (block=? AND resident=? AND rowid>"),
            (PortionScan.blockFrom, "requests_of_resident (block>"),
        ])
    func usesAnIndex(_ statement: SQL, _ index: String) async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let plan = try await ledger.read { database in
                try database.rows("EXPLAIN QUERY PLAN \(statement.text)") { $0[3] as String }
            }
            #expect(plan.contains { $0.contains(index) }, "\(plan)")
            #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
            await ledger.close()
        }
    }

    @Test("A question for an hour in the middle of many requests reads only those from that hour on")
    func beginsWithTheHour() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let count = 3 * PageBounds.rows
            try await ledger.put { changes in
                for index in 0..<count {
                    let openedAt = suite.now + .seconds(Int64(index))
                    let id = RequestID(number: ShortID.number(at: openedAt))
                    changes.requests.opened[id] = StoredRequest(
                        id: id, service: "toy.loan", state: "lent", isOpen: true, resident: nil, openedAt: openedAt,
                        closedAt: nil, record: Array("{}".utf8), version: 1)
                }
            }
            var query = RawRequestQuery(service: "toy.loan")
            query.opened = suite.now + .seconds(Int64(count - 10))..<suite.now + .seconds(Int64(count - 5))
            for selection in [RequestSelection.open, .all] {
                query.selection = selection
                let portion = try await ledger.requests(query)
                #expect(portion.elements.count == 5)
                #expect(portion.next == nil)
            }
            await ledger.close()
        }
    }
}

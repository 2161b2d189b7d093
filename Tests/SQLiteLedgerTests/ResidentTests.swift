import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Foundation
import LedgerConformance
import Testing

@testable import SQLiteLedger

@Suite("The requests of a resident")
struct ResidentTests {
    @Test("They are found in all blocks, the newest first, page by page")
    func foundInEveryBlock() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            // One request per batch, so that the ids follow the numbers.
            for number in 0..<1200 {
                try await ledger.put { changes in
                    changes.requests.opened["r-\(number)"] = StoredRequest(
                        id: "r-\(number)", service: "toy.loan", state: "lent", isOpen: true,
                        resident: number % 100 == 7 ? "apt-7" : number % 3 == 0 ? nil : "apt-\(number % 100)",
                        openedAt: suite.now, closedAt: nil, record: Array("{}".utf8), version: 1)
                }
            }
            let expected = stride(from: 1107, through: 7, by: -100).map { "r-\($0)" as RequestID }
            var query = RequestQuery()
            query.limit = 5
            query.resident = "apt-7"
            var found: [[RequestID]] = []
            while found.count < 9 {
                let page = try await ledger.requests(query)
                found.append(page.elements.map(\.request.id))
                query.after = page.next
                if page.next == nil { break }
            }
            #expect(found == [Array(expected[..<5]), Array(expected[5..<10]), Array(expected[10...])])
            query.resident = "apt-none"
            #expect(try await ledger.requests(query).elements.isEmpty)
            await ledger.close()
        }
    }

    @Test("The queries use the indexes and do not scan all requests")
    func usesTheIndex() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            for (query, values, index) in [
                (
                    RequestScan.BlockIndex.residents.requests, [.int(15), .text("apt-7"), .int(4096)],
                    "requests_of_resident (block=? AND resident=?"
                ),
                (
                    RequestScan.BlockIndex.residences.requests, [.int(15), .text("T-1"), .int(4096)],
                    "requests_of_residence (block=? AND residence=?"
                ),
                (
                    RequestScan.openOfResidence, [.text("T-1"), .int(4096)],
                    "requests_open_of_residence (residence=? AND id<?"
                ),
                (
                    FollowersTable.followed, [.text("apt-7"), .int(4096)],
                    "followers_by_resident (resident=? AND request<?"
                ),
            ] as [(SQL, [SQLValue], String)] {
                let plan = try await ledger.read { database in
                    try database.rows("EXPLAIN QUERY PLAN \(query.text)", values) { $0[3] as String }
                }
                #expect(plan.contains { $0.contains(index) }, "\(plan)")
            }
            await ledger.close()
        }
    }
}

import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Foundation
import LedgerConformance
import Testing

@testable import SQLiteLedger

@Suite("The read-only view of a ledger")
struct LedgerInspectionTests {
    @Test("A read-only view reads a closed ledger without changing a byte")
    func closed() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.open([suite.request("r-1"), suite.request("r-2", state: "returned", isOpen: false)])
            try await ledger.put { $0.timers["r-1"] = ["expire": suite.timer(suite.now)] }
            await ledger.close()
            let file = URL(fileURLWithPath: directory + "/ledger.sqlite")
            let before = try Data(contentsOf: file)
            let inspection = try #require(try LedgerInspection(stateDirectory: directory))
            let views = try await inspection.allRequests(of: "toy.loan", after: nil, limit: 9).elements
            #expect(views.map(\.request.id) == ["r-1", "r-2"])
            #expect(views[0].timers == ["expire": suite.now])
            #expect(try inspection.openRequests() == ["toy.loan": 1])
            #expect(try Data(contentsOf: file) == before)
        }
    }

    @Test("A read-only view reads a ledger that is in use, and is nil if there is no ledger")
    func beside() async throws {
        try await suite.withDirectory { directory in
            #expect(try LedgerInspection(stateDirectory: directory) == nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.open([suite.request("r-1", recordVersion: 2)])
            let inspection = try #require(try LedgerInspection(stateDirectory: directory))
            let views = try await inspection.allRequests(of: "toy.loan", after: nil, limit: 9).elements
            #expect(views.map(\.request.recordVersion) == [2])
            try await ledger.open([suite.request("r-2")])
            #expect(try inspection.openRequests() == ["toy.loan": 2])
            await ledger.close()
        }
    }
}

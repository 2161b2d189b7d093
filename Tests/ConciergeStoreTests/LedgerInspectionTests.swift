import ConciergeEngine
import ConciergeKit
import Foundation
import GRDB
import LedgerConformance
import Testing

@testable import ConciergeStore

@Suite("A ledger that is only looked at, and one of the first version")
struct LedgerInspectionTests {
    /// Makes a ledger with two requests, as the first version of the schema had it.
    private func makeFirst(in directory: String) async throws {
        let ledger = try SQLiteLedger(stateDirectory: directory)
        try await ledger.open([suite.request("r-1"), suite.request("r-2", state: "returned", isOpen: false)])
        try await ledger.put { $0.timers["r-1"] = ["expire": suite.timer(suite.now)] }
        try await ledger.writer.write { database in
            try database.execute(
                sql: """
                    ALTER TABLE requests DROP COLUMN record_version;
                    DROP TABLE fingerprints;
                    DELETE FROM grdb_migrations WHERE identifier LIKE '4 %';
                    """)
        }
        await ledger.close()
    }

    @Test("A ledger of the first version is migrated: its records are of version 1")
    func migrated() async throws {
        try await suite.withDirectory { directory in
            try await makeFirst(in: directory)
            let ledger = try SQLiteLedger(stateDirectory: directory)
            #expect(try await ledger.request("r-1")?.request == suite.request("r-1", recordVersion: 1))
            #expect(try await ledger.fingerprints().isEmpty)
            await ledger.close()
        }
    }

    @Test("A ledger of the first version can be looked at as it is, and stays so to the byte")
    func first() async throws {
        try await suite.withDirectory { directory in
            try await makeFirst(in: directory)
            let file = URL(fileURLWithPath: directory + "/ledger.sqlite")
            let before = try Data(contentsOf: file)
            let inspection = try #require(try LedgerInspection(stateDirectory: directory))
            let views = try await inspection.stock(of: "toy.loan", after: nil, limit: 9).elements
            #expect(views.map(\.request.id) == ["r-1", "r-2"])
            #expect(views.map(\.request.recordVersion) == [1, 1])
            #expect(views[0].timers == ["expire": suite.now])
            #expect(try inspection.openRequests() == ["toy.loan": 1])
            #expect(try Data(contentsOf: file) == before)
        }
    }

    @Test("A ledger that a daemon uses can be looked at beside it; where there is none there is nothing to look at")
    func beside() async throws {
        try await suite.withDirectory { directory in
            #expect(try LedgerInspection(stateDirectory: directory) == nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.open([suite.request("r-1", recordVersion: 2)])
            let inspection = try #require(try LedgerInspection(stateDirectory: directory))
            let views = try await inspection.stock(of: "toy.loan", after: nil, limit: 9).elements
            #expect(views.map(\.request.recordVersion) == [2])
            try await ledger.open([suite.request("r-2")])
            #expect(try inspection.openRequests() == ["toy.loan": 2])
            await ledger.close()
        }
    }
}

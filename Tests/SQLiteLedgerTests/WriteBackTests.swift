import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Foundation
import LedgerConformance
import Testing

@testable import SQLiteLedger

@Suite("Checkpoints of the log", .timeLimit(.minutes(20)))
struct WriteBackTests {
    private let text = String(repeating: "0123456789", count: 40_000)

    /// Commits about a hundred pages.
    private func commit(_ number: Int, to ledger: SQLiteLedger) async throws {
        var request = suite.request("r-\(number)")
        request.record = Array(#"{"text":"\#(number) \#(text)"}"#.utf8)
        try await ledger.open([request])
    }

    /// How often the log was restarted: a big-endian number in its header (sqlite.org/fileformat2.html#walformat).
    private func beginnings(in directory: String) throws -> UInt32 {
        let log = try FileHandle(forReadingFrom: URL(fileURLWithPath: "\(directory)/ledger.sqlite-wal"))
        defer { try? log.close() }
        try log.seek(toOffset: 12)
        return try log.read(upToCount: 4)?.reduce(0) { $0 << 8 | UInt32($1) } ?? 0
    }

    @Test("The log grows in whole steps that commits then fill, and committed requests survive a kill")
    func steps() async throws {
        try await suite.withDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: "\(directory)/state", withIntermediateDirectories: false)
            let ledger = try SQLiteLedger(stateDirectory: "\(directory)/state")
            let log = "\(directory)/state/ledger.sqlite-wal"
            var lengths: Set<UInt64> = []
            for number in 0..<40 {
                try await ledger.open([suite.request("r-\(number)")])
                lengths.insert(try #require(FileManager.default.attributesOfItem(atPath: log)[.size] as? UInt64))
            }
            #expect(lengths == [1 << 20])
            for number in 40..<45 { try await commit(number, to: ledger) }
            let length = try #require(FileManager.default.attributesOfItem(atPath: log)[.size] as? UInt64)
            #expect(length > 1 << 20 && length % (1 << 20) == 0)

            // The files as a kill leaves them.
            try FileManager.default.copyItem(atPath: "\(directory)/state", toPath: "\(directory)/killed")
            await ledger.close()
            let again = try SQLiteLedger(stateDirectory: "\(directory)/killed")
            for number in 0..<45 { #expect(try await again.request("r-\(number)") != nil) }
            try await again.open([suite.request("r-45")])
            await again.close()
            try LedgerFile.verify("\(directory)/killed/ledger.sqlite")
        }
    }

    @Test("While commits continue, the log is restarted again and again, and no request is lost")
    func keepsUp() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            var count = 0
            repeat {
                try await commit(count, to: ledger)
                count += 1
            } while try beginnings(in: directory) < 3
            // The first restart is that of the empty log. Before each of the others the log had at least
            // `WriteBack.beginning` pages.
            #expect(count > 2 * WriteBack.beginning / 120)
            for number in 0..<count { #expect(try await ledger.request("r-\(number)") != nil) }
            await ledger.close()
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/ledger.sqlite-wal"))
            try LedgerFile.verify("\(directory)/ledger.sqlite")
        }
    }

    @Test("A reader of an old snapshot keeps it and blocks no commit; after it has closed, the log is restarted")
    func reader() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await commit(0, to: ledger)
            let first = try beginnings(in: directory)
            let reader = try SQLiteConnection("\(directory)/ledger.sqlite", .reading)
            try reader.execute("BEGIN")
            #expect(try reader.value("SELECT count(*) FROM requests") == 1)
            var count = 1
            while count < 2 * WriteBack.beginning / 100 {
                try await commit(count, to: ledger)
                count += 1
            }
            #expect(try beginnings(in: directory) == first)
            #expect(try reader.value("SELECT count(*) FROM requests") == 1)
            try reader.execute("COMMIT")
            reader.close()

            while try beginnings(in: directory) == first {
                try await commit(count, to: ledger)
                count += 1
            }
            for number in 0..<count { #expect(try await ledger.request("r-\(number)") != nil) }
            await ledger.close()
            try LedgerFile.verify("\(directory)/ledger.sqlite")
        }
    }
}

import ConciergeEngine
import ConciergeKit
import Foundation
import Testing

@testable import ConciergeStore

@Suite("Writing the log back", .timeLimit(.minutes(3)))
struct WriteBackTests {
    private let suite = LedgerSuite { try SQLiteLedger(stateDirectory: $0) }
    private let text = String(repeating: "0123456789", count: 40_000)

    /// A commit of a hundred pages.
    private func commit(_ number: Int, to ledger: SQLiteLedger) async throws {
        var request = suite.request("r-\(number)")
        request.record = Array(#"{"text":"\#(number) \#(text)"}"#.utf8)
        try await ledger.open([request])
    }

    /// How often the log was begun anew: a big-endian number in its header (sqlite.org/fileformat2.html#walformat).
    private func beginnings(in directory: String) throws -> UInt32 {
        let log = try FileHandle(forReadingFrom: URL(fileURLWithPath: "\(directory)/ledger.sqlite-wal"))
        defer { try? log.close() }
        try log.seek(toOffset: 12)
        return try log.read(upToCount: 4)?.reduce(0) { $0 << 8 | UInt32($1) } ?? 0
    }

    @Test("While commits go on, the log is begun anew again and again, and every request is there")
    func keepsUp() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            var count = 0
            repeat {
                try await commit(count, to: ledger)
                count += 1
            } while try beginnings(in: directory) < 3
            // As much as a round is begun at, each time.
            #expect(count > 3 * WriteBack.beginning / 110)
            for number in 0..<count { #expect(try await ledger.request("r-\(number)") != nil) }
            await ledger.close()
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/ledger.sqlite-wal"))
            try LedgerFile.verify("\(directory)/ledger.sqlite")
        }
    }

    @Test("Who reads an old moment goes on seeing it and holds no commit up; once it is gone, the log is begun anew")
    func reader() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await commit(0, to: ledger)
            let first = try beginnings(in: directory)
            let reader = try SQLiteFile("\(directory)/ledger.sqlite", for: .reading)
            try reader.execute("BEGIN")
            #expect(try reader.number("SELECT count(*) FROM requests") == 1)
            var count = 1
            while count < 2 * WriteBack.beginning / 100 {
                try await commit(count, to: ledger)
                count += 1
            }
            #expect(try beginnings(in: directory) == first)
            #expect(try reader.number("SELECT count(*) FROM requests") == 1)
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

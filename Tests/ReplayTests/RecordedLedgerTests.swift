import ConciergeEngine
import ConciergeKit
import Foundation
import Replay
import Testing

@testable import SQLiteLedger

@Suite("The ledger that is replayed", .timeLimit(.minutes(20)))
struct RecordedLedgerTests {
    /// The files of a state directory with their contents and times.
    private func files(in directory: String) throws -> [String: [String]] {
        try FileManager.default.contentsOfDirectory(atPath: directory).reduce(into: [:]) { files, name in
            let path = directory + "/" + name
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            let content = try Data(contentsOf: URL(fileURLWithPath: path))
            files[name] = ["\(content.hashValue) \(content.count)", "\(facts[.modificationDate] ?? "")"]
        }
    }

    private func filled() async throws -> Chronicle {
        let chronicle = try await Chronicle()
        for thing in ["hat", "bag", "coat"] { try await chronicle.keep(thing, wait: true) }
        return chronicle
    }

    @Test("No file of a ledger in use is written, and its lock is not taken")
    func inUse() async throws {
        let chronicle = try await filled()
        let before = try files(in: chronicle.directory)
        #expect(before.keys.contains("ledger.sqlite-wal"))
        #expect(try chronicle.replay().summary.requests == 3)
        #expect(try files(in: chronicle.directory) == before)
        // The daemon goes on, and a later replay has what it wrote.
        try await chronicle.keep("ball", wait: true)
        #expect(try chronicle.replay().summary.requests == 4)
    }

    @Test("No file of a ledger that was closed is written, and none is made beside it")
    func closed() async throws {
        let chronicle = try await filled()
        await chronicle.ledger.close()
        let before = try files(in: chronicle.directory)
        #expect(!before.keys.contains("ledger.sqlite-wal"))
        #expect(try chronicle.replay().summary.requests == 3)
        #expect(try files(in: chronicle.directory) == before)
    }

    @Test("What a killed daemon left in its log is replayed, and no file is written")
    func killed() async throws {
        let chronicle = try await filled()
        let copy = NSTemporaryDirectory() + "killed-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try FileManager.default.copyItem(atPath: chronicle.directory, toPath: copy)
        let before = try files(in: copy)
        #expect(try RecordedLedger(path: copy + "/ledger.sqlite").lines(after: 0, limit: 100).count > 3)
        #expect(try files(in: copy) == before)
        // A log without its index cannot be read without writing one.
        try FileManager.default.removeItem(atPath: copy + "/ledger.sqlite-shm")
        #expect {
            try RecordedLedger(path: copy + "/ledger.sqlite")
        } throws: { error in
            "\(error)".contains("make a copy with conciergectl backup")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: copy).count == before.count - 1)
    }

    @Test("A backup is replayed, also one whose name has characters of an address")
    func backup() async throws {
        let chronicle = try await filled()
        let path = chronicle.directory + "/back up?mode=rw&a%20.sqlite"
        #expect(try await chronicle.ledger.backup(to: path) { _ in true })
        #expect(try RecordedLedger(path: path).extent().count > 3)
    }

    @Test("A file that is not a ledger, one of a later version and a damaged one are refused")
    func refused() async throws {
        let chronicle = try await filled()
        await chronicle.ledger.close()
        func refusal(_ name: String, _ change: (String) throws -> Void) throws -> LedgerError? {
            let path = chronicle.directory + "/" + name
            try FileManager.default.copyItem(atPath: chronicle.path, toPath: path)
            try change(path)
            do {
                _ = try RecordedLedger(path: path)
                return nil
            } catch {
                return error
            }
        }
        func execute(_ sql: String, _ path: String) throws {
            let database = try SQLiteConnection(path, .writing)
            try database.execute(script: "PRAGMA journal_mode = DELETE; " + sql)
            database.close()
        }
        let newer = try refusal("newer") { try execute("INSERT INTO migrations VALUES ('of tomorrow')", $0) }
        guard case .newer? = newer else { throw Unexpected(newer) }
        let foreign = try refusal("foreign") { try execute("PRAGMA application_id = 1", $0) }
        guard case .foreign? = foreign else { throw Unexpected(foreign) }
        let text = try refusal("text") { path in
            try Data("This is no database at all.".utf8).write(to: URL(fileURLWithPath: path))
        }
        guard case .foreign? = text else { throw Unexpected(text) }
        let table = try refusal("table") { try execute("DROP TABLE probe", $0) }
        guard case .damaged? = table else { throw Unexpected(table) }
        let cut = try refusal("cut") { path in
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try file.truncate(atOffset: try file.seekToEnd() / 2)
            try file.close()
        }
        guard case .damaged? = cut else { throw Unexpected(cut) }
        let overwritten = try refusal("overwritten") { path in
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            let size = try file.seekToEnd()
            for page in stride(from: UInt64(4096 * 4), to: size, by: 4096) {
                try file.seek(toOffset: page)
                try file.write(contentsOf: Data(repeating: 0xFF, count: 200))
            }
            try file.close()
        }
        guard case .damaged? = overwritten else { throw Unexpected(overwritten) }
    }

    private struct Unexpected: Error {
        let error: LedgerError?
        init(_ error: LedgerError?) { self.error = error }
    }
}

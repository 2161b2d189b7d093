import CSQLite
import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Foundation
import LedgerConformance
import Synchronization
import Testing

@testable import SQLiteLedger

@Suite("The SQLite ledger's file")
struct SQLiteLedgerTests {
    @Test("A read does not return before the commits that it has seen are on disk")
    func readersWait() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            var changes = Changes()
            changes.requests.opened["r-1"] = suite.request("r-1")
            _ = try await ledger.commit { [changes] _ in (changes, ()) }
            let isFlushing = Atomic(false)
            // It runs at once until it first suspends.
            let reader = Task.immediate {
                let view = try await ledger.request("r-1")
                return (view?.request.id, isFlushing.load(ordering: .acquiring))
            }
            isFlushing.store(true, ordering: .releasing)
            try await ledger.flush()
            let (id, wasFlushed) = try await reader.value
            #expect(id == "r-1")
            #expect(wasFlushed)
            await ledger.close()
        }
    }

    @Test("Flushed commits are in the files, even if the ledger was never closed")
    func durable() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let pragmas: [String] = try ledger.writer.use { database in
                try ["journal_mode", "synchronous", "checkpoint_fullfsync"].map {
                    try database.value("PRAGMA \($0)") ?? ""
                }
            }
            // FULL: each commit requests a sync, which the flush performs. A checkpoint requests a full one, which
            // SQLite performs itself, so that the writes to the log and the database are ordered on disk.
            #expect(pragmas == ["wal", "2", "1"])
            try await ledger.open([suite.request("r-1")])
            // The files as a power failure would leave them, without closing the ledger.
            try await suite.withDirectory { copy in
                for file in ["ledger.sqlite", "ledger.sqlite-wal"] {
                    try FileManager.default.copyItem(atPath: "\(directory)/\(file)", toPath: "\(copy)/\(file)")
                }
                let found = try SQLiteLedger(stateDirectory: copy)
                #expect(try await found.request("r-1")?.request == suite.request("r-1"))
                await found.close()
            }
            await ledger.close()
        }
    }

    @Test("A commit that is larger than the write buffer is complete for every reader and in the files")
    func large() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let text = String(repeating: "été ", count: 50_000)
            let requests = (0..<40).map { number in
                var request = suite.request("r-\(number)")
                request.record = Array(#"{"text":"\#(number) \#(text)"}"#.utf8)
                return request
            }
            try await ledger.open(requests)
            for request in requests { #expect(try await ledger.request(request.id)?.request == request) }
            try await suite.withDirectory { copy in
                for file in ["ledger.sqlite", "ledger.sqlite-wal"] {
                    try FileManager.default.copyItem(atPath: "\(directory)/\(file)", toPath: "\(copy)/\(file)")
                }
                let found = try SQLiteLedger(stateDirectory: copy)
                for request in requests { #expect(try await found.request(request.id)?.request == request) }
                await found.close()
            }
            await ledger.close()
        }
    }

    @Test("The ledger releases its caches on request, and still reads and commits")
    func memory() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.open((0..<5000).map { suite.request("r-\($0)") })
            func kept() throws -> CInt {
                try ledger.onWriter { database in
                    var (now, most): (CInt, CInt) = (0, 0)
                    sqlite3_db_status(database.pointer, SQLITE_DBSTATUS_CACHE_USED, &now, &most, 0)
                    return now
                }
            }
            let before = try kept()
            await ledger.releaseMemory()
            #expect(try kept() < before / 4)
            #expect(try await ledger.request("r-77")?.request == suite.request("r-77"))
            try await ledger.open([suite.request("s-1")])
            await ledger.close()
            // A daemon that stops may call this after closing the ledger, and may close it twice.
            await ledger.releaseMemory()
            await ledger.close()
        }
    }

    @Test(
        "The tables refuse values of a wrong type and of a wrong kind",
        arguments: [
            "INSERT INTO claims (claim, request) VALUES ('a', NULL)",
            "INSERT INTO timers (request, name, run, service, due) VALUES (1, 'n', 0, 's', 'tomorrow')",
            "INSERT INTO timers (request, name, run, service, due) VALUES (1, 'n', 7, 's', 1)",
            "INSERT INTO answers (key, fingerprint, answer, at) VALUES ('k', 'f', '{}', 1.5)",
            "INSERT INTO history (request, service, at, actor, event, is_secret) VALUES (1, 's', x'00', 'a', 'e', 0)",
            "INSERT INTO schedules (id, recurrence, next) VALUES ('i', 'r', 'soon')",
            "INSERT INTO quarantines (request, run, since, crashes, event, cause) VALUES (1, 1, 0, 0, 'e', 'c')",
            """
            INSERT INTO runs (id, task, provider, state, input, actor, priority, attempt, attempts, created_at, due)
            VALUES (1, 't', 'p', 'dreaming', '{}', 'a', 0, 0, 1, 0, 0)
            """,
            """
            INSERT INTO runs (id, task, provider, state, input, actor, priority, attempt, attempts, created_at, due)
            VALUES (1, 't', 'p', 'queued', '{}', 'a', 0, 'one', 1, 0, 0)
            """,
            """
            INSERT INTO requests (id, service, state, is_open, opened_at, closed_at, record, version, record_version, is_followed, block)
            VALUES (1, 's', 'x', 1, 0, 5, '{}', 1, 1, 0, 1)
            """,
            """
            INSERT INTO requests (id, service, state, is_open, opened_at, record, version, record_version, is_followed, block)
            VALUES (1, 's', 'x', 1, 0, x'7b7d', 1, 1, 0, 1)
            """,
        ])
    func strict(sql: String) async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let error = #expect(throws: SQLiteError.self) {
                try ledger.writer.use { try $0.execute(script: sql) }
            }
            #expect(error?.code == SQLITE_CONSTRAINT)
            await ledger.close()
        }
    }

    @Test("A ledger of a newer version is refused and left unchanged")
    func newer() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try ledger.writer.use { try $0.execute("INSERT INTO migrations (name) VALUES ('later')") }
            await ledger.close()
            let before = try Data(contentsOf: URL(fileURLWithPath: ledger.path))
            #expect(error(openingIn: directory) == .newer(path: ledger.path))
            #expect(try Data(contentsOf: URL(fileURLWithPath: ledger.path)) == before)
            // The lock was released: the error is the same the next time.
            #expect(error(openingIn: directory) == .newer(path: ledger.path))
        }
    }

    @Test("A ledger from before the first release is refused with its own error and left unchanged")
    func unreleased() async throws {
        try await suite.withDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let old = try SQLiteConnection(path, .creating)
            try old.execute(
                script: """
                    PRAGMA application_id = \(Schema.applicationID);
                    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('1 requests, history, timers, claims, runs');
                    CREATE TABLE requests (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
                    """)
            old.close()
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(error(openingIn: directory) == .unreleased(path: path))
            #expect(LedgerError.unreleased(path: path).description.hasPrefix("\(path): "))
            #expect(throws: LedgerError.unreleased(path: path)) { try LedgerInspection(stateDirectory: directory) }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test(
        "A database that is not a ledger is refused and left unchanged",
        arguments: [
            "CREATE TABLE mine (a); INSERT INTO mine VALUES (1)", "PRAGMA application_id = 7",
        ])
    func foreign(sql: String) async throws {
        try await suite.withDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let other = try SQLiteConnection(path, .creating)
            try other.execute(script: sql)
            other.close()
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(error(openingIn: directory) == .foreign(path: path))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test("A first start that was interrupted before the first migration is completed")
    func cutOff() async throws {
        try await suite.withDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let other = try SQLiteConnection(path, .creating)
            try other.execute(script: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL")
            other.close()
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 4096)
            #expect(error(openingIn: directory) == nil)
        }
    }

    @Test("A file that is not a database is refused and left unchanged")
    func garbage() async throws {
        try await suite.withDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let garbage = Data((0..<8192).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })
            try garbage.write(to: URL(fileURLWithPath: path))
            #expect(error(openingIn: directory) == .foreign(path: path))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == garbage)
        }
    }

    @Test("Opening a missing state directory, or a file in its place, throws a typed error")
    func noDirectory() async throws {
        try await suite.withDirectory { directory in
            try Data().write(to: URL(fileURLWithPath: directory + "/file"))
            for path in [directory + "/missing", directory + "/file"] {
                guard case .cannotOpen(let named, let reason) = error(openingIn: path) else {
                    Issue.record("opened \(path)")
                    continue
                }
                #expect(named.hasPrefix(path))
                #expect(!reason.isEmpty)
            }
        }
    }

    @Test("Opening a directory in place of the ledger's file throws a typed error")
    func folder() async throws {
        try await suite.withDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: directory + "/ledger.sqlite", withIntermediateDirectories: false)
            guard case .cannotOpen = error(openingIn: directory) else {
                Issue.record("opened a folder")
                return
            }
        }
    }

    @Test("Only one daemon at a time can use a state directory; closing the ledger releases it")
    func oneAtATime() async throws {
        try await suite.withDirectory { directory in
            let first = try SQLiteLedger(stateDirectory: directory)
            #expect(error(openingIn: directory) == .inUse(path: directory))
            #expect(try await first.counts().openRequests == 0)
            await first.close()
            let second = try SQLiteLedger(stateDirectory: directory)
            #expect(error(openingIn: directory) == .inUse(path: directory))
            await second.close()
        }
    }

    @Test("Calls to a closed ledger throw an error")
    func closed() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            await ledger.close()
            await #expect(throws: LedgerError.self) { try await ledger.counts() }
            await #expect(throws: LedgerError.self) { try await ledger.open([suite.request("r-1")]) }
        }
    }

    @Test("Reading a run with malformed stored input throws an error and does not trap")
    func unreadableRun() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.put { $0.runs.created["run-1"] = suite.run("run-1") }
            try ledger.writer.use { try $0.execute("UPDATE runs SET input = '['") }
            await #expect(throws: LedgerError.self) { try await ledger.run("run-1") }
            await ledger.close()
        }
    }
}

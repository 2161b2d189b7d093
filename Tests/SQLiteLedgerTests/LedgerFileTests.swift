import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Foundation
import JSON
import LedgerConformance
import Synchronization
import Testing

@testable import SQLiteLedger

@Suite("The files of a ledger: removed, replaced, foreign, damaged, locked", .timeLimit(.minutes(20)))
struct LedgerFileTests {
    private let files = FileManager.default

    /// Creates a directory within the test's directory.
    private func make(_ name: String, in directory: String) throws -> String {
        try files.createDirectory(atPath: "\(directory)/\(name)", withIntermediateDirectories: false)
        return "\(directory)/\(name)"
    }

    private func change(_ path: String, _ sql: String) throws {
        let other = try SQLiteConnection(path, .writing)
        try other.execute(script: sql)
        other.close()
    }

    private func contents(of directory: String) throws -> [String: Data] {
        let names = try files.contentsOfDirectory(atPath: directory)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\($0)"))) })
    }

    // MARK: In use

    @Test(
        "The next commit and the next check report that a file was removed or replaced while in use",
        arguments: ["", "-wal", "-shm"], [false, true])
    func removed(suffix: String, isReplaced: Bool) async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.open([suite.request("r-1")])
            #expect(try await ledger.condition() == LedgerCondition())
            try files.removeItem(atPath: ledger.path + suffix)
            if isReplaced { try Data("other".utf8).write(to: URL(fileURLWithPath: ledger.path + suffix)) }
            await #expect(throws: LedgerError.lost(path: ledger.path)) { try await ledger.condition() }
            await #expect(throws: LedgerError.lost(path: ledger.path)) { try await ledger.open([suite.request("r-2")]) }
            await #expect(throws: LedgerError.lost(path: ledger.path)) { try await ledger.save([]) }
            await ledger.close()
        }
    }

    @Test(
        "A reader that is opened after the file was removed or replaced returns nothing from the present file",
        arguments: [false, true])
    func readerOpenedLater(isReplaced: Bool) async throws {
        try await suite.withDirectory { directory in
            let other = try SQLiteLedger(stateDirectory: try make("other", in: directory))
            try await other.open([suite.request("r-2")])
            await other.close()
            let ledger = try SQLiteLedger(stateDirectory: try make("state", in: directory))
            try await ledger.open([suite.request("r-1")])
            for file in ["", "-wal", "-shm"] { try files.removeItem(atPath: ledger.path + file) }
            if isReplaced { try files.copyItem(atPath: other.path, toPath: ledger.path) }
            await #expect(throws: LedgerError.lost(path: ledger.path)) { try await ledger.requests(RequestQuery()) }
            // This read uses a connection that was opened before.
            #expect(try await ledger.request("r-1") != nil)
            #expect(ledger.rescue() != nil)
            await ledger.close()
        }
    }

    @Test("Its content is saved; the next start refuses to create an empty ledger, and a restore returns everything")
    func rescued() async throws {
        try await suite.withDirectory { directory in
            let state = try make("state", in: directory)
            let ledger = try SQLiteLedger(stateDirectory: state)
            try await ledger.open((0..<300).map { suite.request("r-\($0)") })
            for file in ["", "-wal", "-shm"] { try files.removeItem(atPath: ledger.path + file) }
            let saved = try #require(ledger.rescue())
            // The ledger does not replace a copy that is already saved.
            #expect(ledger.rescue() == nil)
            await ledger.close()
            #expect(error(openingIn: state) == .mixed(path: ledger.path, found: saved))
            #expect(try contents(of: state).keys.sorted() == ["ledger.rescued.sqlite", "lock"])

            let fresh = try make("fresh", in: directory)
            #expect(failure(restoring: saved, into: fresh) == nil)
            let restored = try SQLiteLedger(stateDirectory: fresh)
            #expect(try await restored.request("r-299") != nil)
            await restored.close()
        }
    }

    // MARK: At the start

    /// Returns a copy of the files of an open ledger with three requests, as a power failure leaves them.
    private func cutOff(in directory: String) async throws -> String {
        let (state, left) = (try make("used", in: directory), directory + "/left")
        let ledger = try SQLiteLedger(stateDirectory: state)
        try await ledger.open((0..<3).map { suite.request("r-\($0)") })
        try files.copyItem(atPath: state, toPath: left)
        await ledger.close()
        return left
    }

    @Test(
        "If files of a ledger are left, no empty ledger is created and the files are unchanged",
        arguments: ["ledger.sqlite-wal", "ledger.sqlite-shm"])
    func leftLog(name: String) async throws {
        try await suite.withDirectory { directory in
            let left = try await cutOff(in: directory)
            for file in try contents(of: left).keys where file != name && file != "lock" {
                try files.removeItem(atPath: "\(left)/\(file)")
            }
            let before = try contents(of: left)
            let (path, found) = ("\(left)/ledger.sqlite", "\(left)/\(name)")
            #expect(error(openingIn: left) == .mixed(path: path, found: found))
            #expect(throws: LedgerError.mixed(path: path, found: found)) { try LedgerInspection(stateDirectory: left) }
            #expect(try contents(of: left) == before)
        }
    }

    @Test("An empty file beside a log is refused, and the log is kept")
    func emptyFile() async throws {
        try await suite.withDirectory { directory in
            let left = try await cutOff(in: directory)
            try Data().write(to: URL(fileURLWithPath: left + "/ledger.sqlite"))
            let before = try contents(of: left)
            #expect(
                error(openingIn: left)
                    == .mixed(path: left + "/ledger.sqlite", found: left + "/ledger.sqlite-wal"))
            #expect(try contents(of: left) == before)
        }
    }

    @Test("After a power failure the ledger opens with all commits if the lock file lists its life or no life")
    func ownLog() async throws {
        try await suite.withDirectory { directory in
            let left = try await cutOff(in: directory)
            // Between the two writes of its lives, the old and the new number are valid.
            let lock = "\(left)/lock"
            let life = try String(contentsOfFile: lock, encoding: .utf8)
            for (index, note) in [life, "7 \(life)", "\(life) 9", ""].enumerated() {
                try note.write(toFile: lock, atomically: false, encoding: .utf8)
                let again = "\(directory)/again-\(index)"
                try files.copyItem(atPath: left, toPath: again)
                let ledger = try SQLiteLedger(stateDirectory: again)
                #expect(try await ledger.request("r-2") != nil)
                await ledger.close()
            }
        }
    }

    @Test("A database copied over the file of a ledger that was not closed is never mixed with the log that is left")
    func copiedOver() async throws {
        try await suite.withDirectory { directory in
            let left = try await cutOff(in: directory)
            // A backup of the same life, and the file of a stopped daemon, which has another life.
            let ledger = try SQLiteLedger(stateDirectory: directory + "/used")
            let backup = directory + "/backup.sqlite"
            #expect(try await ledger.backup(to: backup) { _ in true })
            await ledger.close()
            for copy in [backup, directory + "/used/ledger.sqlite"] {
                let data = try Data(contentsOf: URL(fileURLWithPath: copy))
                // Writes to the same file, as cp(1) does.
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: left + "/ledger.sqlite"))
                try file.truncate(atOffset: 0)
                try file.write(contentsOf: data)
                try file.close()
                let before = try contents(of: left)
                #expect(
                    error(openingIn: left)
                        == .mixed(path: left + "/ledger.sqlite", found: left + "/ledger.sqlite-wal"))
                #expect(try contents(of: left) == before)
            }
            // A restore does not know the lives, but a backup has no log.
            let source = try make("source", in: directory)
            try files.copyItem(atPath: backup, toPath: source + "/ledger.sqlite")
            try files.copyItem(atPath: left + "/ledger.sqlite-wal", toPath: source + "/ledger.sqlite-wal")
            let fresh = try make("fresh", in: directory)
            #expect(
                failure(restoring: source + "/ledger.sqlite", into: fresh)
                    == .ledger(.mixed(path: source + "/ledger.sqlite", found: source + "/ledger.sqlite-wal")))
            #expect(try contents(of: fresh).keys.sorted() == ["lock"])
        }
    }

    @Test("A ledger is not created unless that is allowed, and a created ledger is reported as new")
    func create() async throws {
        try await suite.withDirectory { directory in
            let path = directory + "/state/ledger.sqlite"
            #expect(throws: LedgerError.missing(path: path)) {
                try SQLiteLedger(stateDirectory: directory + "/state", create: false)
            }
            #expect(!files.fileExists(atPath: directory + "/state"))
            let state = try make("state", in: directory)
            #expect(throws: LedgerError.missing(path: path)) { try SQLiteLedger(stateDirectory: state, create: false) }
            #expect(try contents(of: state).isEmpty)
            for isNew in [true, false] {
                let ledger = try SQLiteLedger(stateDirectory: state, create: isNew)
                #expect(ledger.isNew == isNew)
                await ledger.close()
            }
        }
    }

    // MARK: Foreign schemas and files

    @Test(
        "Opening and restoring refuse a foreign schema, and nothing in it runs",
        arguments: [
            ("CREATE TRIGGER t AFTER INSERT ON requests BEGIN DELETE FROM history; END", "its trigger t is not"),
            ("CREATE VIEW v AS SELECT * FROM requests", "its view v is not"),
            ("CREATE TABLE mine (a)", "its table mine is not"),
            ("CREATE INDEX mine ON requests (state)", "its index mine is not"),
            ("DROP TABLE answers", "it has no index answers_by_age"), ("DROP TABLE pauses", "it has no table pauses"),
            ("DROP INDEX timers_due", "it has no index timers_due"),
            ("DROP TABLE probe; CREATE TABLE probe (content TEXT)", "its table probe is not"),
        ])
    func foreignSchema(sql: String, complaint: String) async throws {
        try await suite.withDirectory { directory in
            let (state, fresh) = (try make("state", in: directory), try make("fresh", in: directory))
            let ledger = try SQLiteLedger(stateDirectory: state)
            try await ledger.open([suite.request("r-1")])
            await ledger.close()
            try change(ledger.path, sql)
            guard case .damaged(ledger.path, let reason) = error(openingIn: state) else {
                Issue.record("opened")
                return
            }
            #expect(reason.contains(complaint), "\(reason)")
            guard case .ledger(.damaged(ledger.path, reason)) = failure(restoring: ledger.path, into: fresh) else {
                Issue.record("restored: \(String(describing: failure(restoring: ledger.path, into: fresh)))")
                return
            }
            #expect(try contents(of: fresh).keys.sorted() == ["lock"])
        }
    }

    @Test("The tables that ANALYZE creates are accepted")
    func analyzed() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.open([suite.request("r-1")])
            await ledger.close()
            try change(ledger.path, "ANALYZE")
            #expect(error(openingIn: directory) == nil)
        }
    }

    @Test("A trigger that another program creates while the ledger is open does not fire")
    func plantedTrigger() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.put { $0.entries = [suite.entry("r-1", "open")] }
            try change(
                ledger.path, "CREATE TRIGGER t AFTER INSERT ON requests BEGIN DELETE FROM history; END")
            try await ledger.open([suite.request("r-2")])
            #expect(try await ledger.history(of: "r-1").count == 1)
            await ledger.close()
        }
    }

    @Test("Opening and restoring follow no symbolic link, and refuse a FIFO without blocking")
    func links() async throws {
        try await suite.withDirectory { directory in
            let other = directory + "/other"
            try Data("precious".utf8).write(to: URL(fileURLWithPath: other))
            for name in ["lock", "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
                for isFIFO in [false, true] {
                    let state = try make("\(name)-\(isFIFO)", in: directory)
                    let path = "\(state)/\(name)"
                    if isFIFO {
                        #expect(mkfifo(path, 0o600) == 0)
                    } else {
                        try files.createSymbolicLink(atPath: path, withDestinationPath: other)
                    }
                    guard case .cannotOpen(path, let reason) = error(openingIn: state) else {
                        Issue.record("opened \(path)")
                        continue
                    }
                    #expect(
                        reason == (isFIFO ? "it is not a regular file" : "it is a symbolic link, which is not followed")
                    )
                    if name == "lock" { #expect(failure(restoring: other, into: state) != nil) }
                }
            }
            #expect(try String(contentsOfFile: other, encoding: .utf8) == "precious")
            let fresh = try make("fresh", in: directory)
            let (fifo, link) = (directory + "/fifo", directory + "/link")
            #expect(mkfifo(fifo, 0o600) == 0)
            try files.createSymbolicLink(atPath: link, withDestinationPath: other)
            #expect(
                failure(restoring: fifo, into: fresh)
                    == .cannotRead(path: fifo, reason: "it is not a regular file"))
            #expect(
                failure(restoring: link, into: fresh)
                    == .cannotRead(path: link, reason: "it is a symbolic link, which is not followed"))
        }
    }

    // MARK: Damaged

    @Test("A damaged page is reported once; after that writes fail, and reads of undamaged pages succeed")
    func damagedPage() async throws {
        try await suite.withDirectory { directory in
            let first = try SQLiteLedger(stateDirectory: directory)
            try await first.open((0..<2000).map { suite.request("r-\($0)") })
            let root: Int = try first.writer.use { database in
                try database.value("SELECT rootpage FROM sqlite_schema WHERE name = 'history'") ?? 0
            }
            try await first.put { $0.entries = [suite.entry("r-1", "open")] }
            await first.close()
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: first.path))
            try file.seek(toOffset: UInt64((root - 1) * 4096))
            try file.write(contentsOf: Data(repeating: 0x55, count: 4096))
            try file.close()

            let told = Mutex<[LedgerEvent]>([])
            let ledger = try SQLiteLedger(stateDirectory: directory) { event in told.withLock { $0.append(event) } }
            func expectDamaged(_ body: () async throws -> Void) async {
                let error = await #expect(throws: LedgerError.self) { try await body() }
                guard case .damaged(ledger.path, _) = error else {
                    Issue.record("not said to be damaged: \(String(describing: error))")
                    return
                }
                #expect(error?.isOfStorage == true && error?.isLasting == true)
            }
            #expect(try await ledger.request("r-1") != nil)
            for _ in 0..<3 { await expectDamaged { _ = try await ledger.history(of: "r-1") } }
            // A write to undamaged pages fails too.
            await expectDamaged { try await ledger.open([suite.request("r-new")]) }
            await expectDamaged { try await ledger.probe() }
            await expectDamaged { _ = try await ledger.condition() }
            #expect(try await ledger.request("r-1999") != nil)
            #expect(told.withLock(\.count) == 1)
            await ledger.close()
        }
    }

    @Test("The ledger does not return a record, an input or an answer that is malformed JSON")
    func noJSON() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.put { changes in
                changes.entries = [suite.entry("r-1", "open")]
                changes.runs.created["run-1"] = suite.run("run-1")
                changes.answers["k"] = StoredAnswer(
                    key: "k", fingerprint: "f", answer: .run(suite.run("run-1")), at: suite.now)
            }
            for text in ["{\"a\": 1", "{}\u{0}{}", "{\"a\":1}, \"admin\": true", "", "[1,]", "{\"a\":\"\n\"}"] {
                try ledger.writer.use { database in
                    for (table, column) in [
                        ("requests", "record"), ("history", "input"), ("runs", "data"), ("answers", "answer"),
                    ] {
                        try database.execute("UPDATE \(table) SET \(column) = ?", [.utf8(Array(text.utf8))])
                    }
                }
                let view = try #require(try await ledger.request("r-1"))
                #expect(view.request.record == Array("null".utf8))
                #expect(try await ledger.history(of: "r-1").map(\.entry.input) == [nil])
                #expect(try await ledger.run("run-1")?.data == nil)
                await #expect(throws: LedgerError.self) { try await ledger.ask { _ = try $0.answer(to: "k") } }
            }
            await ledger.close()
        }
    }

    // MARK: Locked

    @Test(
        "A commit waits for a short lock of another program, and reports a longer lock as a temporary error")
    func locked() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let other = try SharedConnection(ledger.path, .writing, patience: 0)
            func lock() throws { try other.use { try $0.execute("BEGIN IMMEDIATE") } }
            let unlock: @Sendable () -> Void = { other.use { try? $0.execute("COMMIT") } }
            try lock()
            let error = await #expect(throws: LedgerError.self) { try await ledger.open([suite.request("r-1")]) }
            // The holder of a lock within this process is not reported.
            #expect(error == .locked(by: nil))
            #expect(error?.isOfStorage == true && error?.isLasting == false)
            unlock()
            try await ledger.open([suite.request("r-1")])

            try lock()
            // The lock ends while the commit is under way: nothing tells when SQLite begins to wait, so the lock is held
            // for a fifth of the second that a commit waits. A thread of its own ends it: other tests may keep all
            // threads of a shared queue busy for longer than that.
            Thread.detachNewThread {
                Thread.sleep(forTimeInterval: 0.2)
                unlock()
            }
            try await ledger.open([suite.request("r-2")])
            await ledger.close()
        }
    }

    @Test("The next due time is available before the last commit is on disk")
    func nextDue() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.open([suite.request("r-1")])
            let due = suite.now + .minutes(5)
            var changes = Changes()
            changes.timers["r-1"] = ["t": suite.timer(due)]
            _ = try await ledger.commit { [changes] _ in (changes, ()) }
            let found = Mutex<Instant?>(nil)
            // It runs at once until it first suspends, which it should not do.
            let asked = Task.immediate {
                let due = try await ledger.nextDue(after: suite.now)
                found.withLock { $0 = due }
            }
            #expect(found.withLock(\.self) == due)
            try await ledger.flush()
            try await asked.value
            await ledger.close()
        }
    }
}

import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Foundation
import LedgerConformance
import Synchronization
import Testing

@testable import SQLiteLedger

@Suite("The SQLite ledger's space, backups, restores and full disks")
struct MaintenanceTests {
    /// Adds closed requests with a record of about a kilobyte each.
    private func fill(_ ledger: SQLiteLedger, _ count: Int, word: String = "x", from first: Int = 0) async throws {
        let record = Array(#"{"tool":"\#(String(repeating: word, count: 1000 / word.count))"}"#.utf8)
        try await ledger.put { changes in
            for index in first..<(first + count) {
                changes.requests.opened["r-\(index)"] = StoredRequest(
                    id: "r-\(index)", service: "toy.loan", state: "returned", isOpen: false, resident: nil,
                    openedAt: suite.now, closedAt: suite.now, record: record, version: 1)
            }
        }
    }

    private func pages(_ ledger: SQLiteLedger) async throws -> [Int] {
        try ledger.writer.use { database in
            try ["page_count", "freelist_count"].map { try database.value("PRAGMA \($0)") ?? -1 }
        }
    }

    // MARK: Space

    @Test("The ledger releases the space of deleted records in steps, and the file contains nothing of them")
    func givesBackRoom() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let empty = try await pages(ledger)
            try await fill(ledger, 1000, word: "lavender")
            let full = try await pages(ledger)
            #expect(full[0] > empty[0] + 200)
            while try await !ledger.prune(Retention(), at: suite.now + .days(800), limit: 300).isDone {}
            let pruned = try await pages(ledger)
            #expect(pruned[0] >= full[0] && pruned[1] > 200)
            var steps = 1
            while try await ledger.reclaimSpace() { steps += 1 }
            #expect(steps > 4)
            let after = try await pages(ledger)
            #expect(after[1] == 0 && after[0] < empty[0] + 20)
            await ledger.close()
            let file = try Data(contentsOf: URL(fileURLWithPath: ledger.path))
            #expect(file.count == after[0] * 4096)
            #expect(file.range(of: Data("lavender".utf8)) == nil)
        }
    }

    @Test("A ledger without auto_vacuum can be opened, and keeps its free pages")
    func oldFile() async throws {
        try await suite.withDirectory { directory in
            let old = try SQLiteConnection(directory + "/ledger.sqlite", .creating)
            try old.execute(script: "PRAGMA auto_vacuum = NONE; PRAGMA user_version = 1")
            old.close()
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await fill(ledger, 100)
            _ = try await ledger.prune(Retention(), at: suite.now + .days(800), limit: 300)
            #expect(try await ledger.reclaimSpace() == false)
            #expect(try await pages(ledger)[1] > 20)
            await ledger.close()
        }
    }

    // MARK: A full disk, a file without write permission

    @Test("On a full disk commits fail and change nothing, and reads succeed; with free space commits succeed again")
    func full() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await fill(ledger, 10)
            func limit(_ pages: String) async throws {
                try ledger.writer.use { try $0.execute(script: "PRAGMA max_page_count = \(pages)") }
            }
            try await limit("1")
            let error = await #expect(throws: LedgerError.self) { try await fill(ledger, 500, from: 10) }
            guard case .full = error else {
                Issue.record("not refused as full: \(String(describing: error))")
                return
            }
            #expect(error?.isOfStorage == true)
            #expect(try await ledger.requests(RequestQuery()).elements.count == 10)
            try await limit("1000000")
            try await ledger.probe()
            try await fill(ledger, 500, from: 10)
            #expect(try await ledger.request("r-509") != nil)
            await ledger.close()
        }
    }

    @Test("Commits and the probe report a ledger without write permission as read-only")
    func readOnly() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try ledger.writer.use { try $0.execute(script: "PRAGMA query_only = ON") }
            for error in [
                await #expect(throws: LedgerError.self) { try await fill(ledger, 1) },
                await #expect(throws: LedgerError.self) { try await ledger.probe() },
            ] {
                guard case .readOnly = error else {
                    Issue.record("not refused as that: \(String(describing: error))")
                    continue
                }
            }
            await ledger.close()
        }
    }

    @Test("A mistake of the engine is not a storage error")
    func notOfStorage() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await fill(ledger, 1)
            let error = await #expect(throws: LedgerError.self) { try await fill(ledger, 1) }
            #expect(error?.isOfStorage == false)
            await ledger.close()
        }
    }

    // MARK: Backup

    @Test("A backup is one complete file with one snapshot; a commit during it does not wait and is not in it")
    func backup() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await fill(ledger, 2000)
            let steps = Mutex<[BackupProgress]>([])
            let committed = Mutex(0)
            let path = directory + "/copy.sqlite"
            let isMade = try await ledger.backup(to: path) { progress in
                let isFirst = steps.withLock { steps in
                    steps.append(progress)
                    return steps.count == 1
                }
                // A commit between two steps, on the thread that copies: if it had to wait, it would wait forever.
                if isFirst {
                    try? ledger.writer.use { database in
                        try database.execute("UPDATE requests SET state = 'later'")
                        committed.withLock { $0 = database.changesCount }
                    }
                }
                return true
            }
            #expect(isMade && committed.withLock(\.self) == 2000)
            let copying = steps.withLock { $0.filter { $0.stage == .copying } }
            #expect(copying.count > 1 && copying.last?.pagesDone == copying.last?.pagesTotal)
            #expect(steps.withLock { $0.last?.stage } == .checking)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasPrefix("copy") }
                    == ["copy.sqlite"])
            let copy = try SQLiteConnection(path, .reading)
            let states: [String] = try copy.column("SELECT DISTINCT state || count(*) FROM requests GROUP BY state")
            #expect(states == ["returned2000"])
            #expect(try await ledger.request("r-0")?.request.state == "later")
            await ledger.close()
        }
    }

    @Test("A backup that is stopped, or cannot be written, leaves no file")
    func givenUp() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await fill(ledger, 2000)
            #expect(try await ledger.backup(to: directory + "/copy.sqlite") { _ in false } == false)
            await #expect(throws: LedgerError.self) {
                try await ledger.backup(to: directory + "/missing/copy.sqlite") { _ in true }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(Set(left) == ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "lock"])
            await ledger.close()
        }
    }

    // MARK: Restore

    /// Backs up a ledger with 200 requests to the directory's `copy.sqlite`.
    private func makeBackup(in directory: String) async throws -> String {
        try FileManager.default.createDirectory(atPath: directory + "/old", withIntermediateDirectories: false)
        let ledger = try SQLiteLedger(stateDirectory: directory + "/old")
        try await fill(ledger, 200)
        let path = directory + "/copy.sqlite"
        #expect(try await ledger.backup(to: path) { _ in true })
        await ledger.close()
        return path
    }

    @Test("A backup is restored to a directory without a ledger, only the owner can read it, and it can be opened")
    func restore() async throws {
        try await suite.withDirectory { directory in
            let path = try await makeBackup(in: directory)
            let state = directory + "/new"
            try FileManager.default.createDirectory(atPath: state + "/providers", withIntermediateDirectories: true)
            #expect(failure(restoring: path, into: state) == nil)
            let facts = try FileManager.default.attributesOfItem(atPath: state + "/ledger.sqlite")
            #expect(facts[.posixPermissions] as? Int == 0o600)
            let ledger = try SQLiteLedger(stateDirectory: state)
            #expect(try await ledger.request("r-199") != nil)
            try await fill(ledger, 1, from: 200)
            await ledger.close()
            #expect(
                failure(restoring: path, into: state) == .notEmpty(path: state, found: "ledger.sqlite"))
        }
    }

    @Test("A restore of a ledger's file and its log includes the commits in the log")
    func restoreWithLog() async throws {
        try await suite.withDirectory { directory in
            for name in ["/old", "/copy", "/new"] {
                try FileManager.default.createDirectory(atPath: directory + name, withIntermediateDirectories: false)
            }
            let ledger = try SQLiteLedger(stateDirectory: directory + "/old")
            try await fill(ledger, 3)
            for file in ["/ledger.sqlite", "/ledger.sqlite-wal"] {
                try FileManager.default.copyItem(atPath: "\(directory)/old\(file)", toPath: "\(directory)/copy\(file)")
            }
            await ledger.close()
            #expect(failure(restoring: directory + "/copy/ledger.sqlite", into: directory + "/new") == nil)
            let restored = try SQLiteLedger(stateDirectory: directory + "/new")
            #expect(try await restored.request("r-2") != nil)
            await restored.close()
        }
    }

    @Test("A restore refuses damaged, truncated, newer, foreign and missing files, and leaves no file")
    func refused() async throws {
        try await suite.withDirectory { directory in
            let path = try await makeBackup(in: directory)
            let state = directory + "/new"
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
            func variant(_ name: String, _ change: (inout Data) -> Void) throws -> String {
                var data = try Data(contentsOf: URL(fileURLWithPath: path))
                change(&data)
                try data.write(to: URL(fileURLWithPath: directory + "/" + name))
                return directory + "/" + name
            }
            func expectDamaged(_ path: String) {
                guard case .ledger(.damaged(path, _)) = failure(restoring: path, into: state) else {
                    Issue.record("\(path): \(String(describing: failure(restoring: path, into: state)))")
                    return
                }
            }
            expectDamaged(try variant("cut") { $0.removeLast($0.count / 2) })
            expectDamaged(
                try variant("scribbled") { data in
                    // The head of a page: what is behind it may be unused.
                    let middle = data.count / 4096 / 2 * 4096
                    data.replaceSubrange(middle..<(middle + 2048), with: repeatElement(0x55, count: 2048))
                })
            let text = try variant("text") { $0 = Data("no database at all".utf8) }
            #expect(failure(restoring: text, into: state) == .ledger(.foreign(path: text)))
            let none = try variant("none") { $0 = Data() }
            #expect(failure(restoring: none, into: state) == .ledger(.foreign(path: none)))
            let newer = try variant("newer") { _ in }
            let copy = try SQLiteConnection(newer, .writing)
            try copy.execute("INSERT INTO migrations (name) VALUES ('later')")
            copy.close()
            #expect(failure(restoring: newer, into: state) == .ledger(.newer(path: newer)))
            guard case .cannotRead = failure(restoring: directory + "/nowhere", into: state) else {
                Issue.record("restored what is not there")
                return
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: state) == ["lock"])
        }
    }

    @Test("A restore replaces the partial copy of a killed one, and is refused while a daemon is running")
    func halfRestored() async throws {
        try await suite.withDirectory { directory in
            let path = try await makeBackup(in: directory)
            let state = directory + "/new"
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
            try Data("half".utf8).write(to: URL(fileURLWithPath: state + "/ledger.sqlite.partial"))
            #expect(failure(restoring: path, into: state) == nil)
            let ledger = try SQLiteLedger(stateDirectory: state)
            #expect(failure(restoring: path, into: state) == .ledger(.inUse(path: state)))
            await ledger.close()
        }
    }
}

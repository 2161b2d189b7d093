import ConciergeEngine
import Foundation
import Glibc
import SQLiteLedger
import Synchronization
import Testing

@testable import ConciergeDaemon

@Suite("Sending backups", .timeLimit(.minutes(20)))
struct BackupsTests {
    private func withBackups(_ body: (Backups) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "backups-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let ledger = try SQLiteLedger(stateDirectory: directory)
        // Every delay ends at once.
        try await body(Backups(ledger: ledger, stateDirectory: directory) { _, action in action() })
        #expect(!FileManager.default.fileExists(atPath: directory + "/backup"))
        await ledger.close()
    }

    @Test("A backup whose client does not read is given up after a while, and the next one can be made")
    func stalled() async throws {
        try await withBackups { backups in
            let forgotten = Mutex<[@Sendable () -> Void]>([])
            let outcome = try await backups.make(
                for: .init(
                    progress: { _ in true }, part: { _, _, _ in true },
                    whenDrained: { action in forgotten.withLock { $0.append(action) } }))
            guard case .stalled = outcome else {
                Issue.record("\(outcome)")
                return
            }
            // A client that reads later has no effect.
            for action in forgotten.withLock(\.self) { action() }
            guard
                case .sent = try await backups.make(
                    for: .init(progress: { _ in true }, part: { _, _, _ in true }, whenDrained: { $0() }))
            else {
                Issue.record("the next one is not made")
                return
            }
        }
    }

    @Test("A copy that cannot be read is reported with the system's reason")
    func unreadable() {
        #expect(throws: LedgerError.failing(reason: "copy: Bad file descriptor")) {
            try Backups.read(-1, at: 0, "copy")
        }
    }
}

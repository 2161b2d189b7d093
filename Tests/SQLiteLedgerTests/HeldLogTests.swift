import ConciergeEngine
import ConciergeTesting
import Foundation
import Glibc
import LedgerConformance
import Synchronization
import Testing

@testable import SQLiteLedger

/// A program that holds on to a ledger until it is killed.
private struct OtherProgram {
    static let python = "/usr/bin/python3"

    private let process = Process()
    private let ends: AsyncStream<Void>
    // Its input stays open for as long as this value exists.
    private let input = Pipe()

    /// Runs a Python script with the ledger's path as its argument, and waits until it has written "ready".
    init(_ script: String, beside ledger: SQLiteLedger) throws {
        let (ends, isEnded) = AsyncStream.makeStream(of: Void.self)
        self.ends = ends
        let output = Pipe()
        (process.standardInput, process.standardOutput) = (input, output)
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = ["-c", script + "\nprint('ready', flush=True); sys.stdin.read()", ledger.path]
        process.terminationHandler = { _ in isEnded.finish() }
        try process.run()
        #expect(output.fileHandleForReading.availableData.starts(with: "ready".utf8))
    }

    var id: pid_t { process.processIdentifier }

    /// Closing its input might not end it, because children of other tests may have inherited the other end.
    func kill() async {
        Glibc.kill(id, SIGKILL)
        for await _ in ends {}
    }
}

extension SQLiteLedger {
    /// Opens requests of 400 KB each.
    fileprivate func openLarge(_ numbers: ClosedRange<Int>) async throws {
        let text = String(repeating: "0123456789", count: 40_000)
        for number in numbers {
            var request = suite.request("r-\(number)")
            request.record = Array(#"{"text":"\#(number) \#(text)"}"#.utf8)
            try await open([request])
        }
    }
}

@Suite("A log whose checkpoint another program blocks", .timeLimit(.minutes(20)))
struct HeldLogTests {
    @Test(
        "The ledger reports it once, with size and program, and truncates it after the program ends, without a commit",
        .enabled(if: FileManager.default.isExecutableFile(atPath: OtherProgram.python)))
    func held() async throws {
        try await suite.withDirectory { directory in
            let (events, continuation) = AsyncStream.makeStream(of: LedgerEvent.self)
            let ledger = try SQLiteLedger(stateDirectory: directory) { continuation.yield($0) }
            try await ledger.open([suite.request("r-0")])
            let reader = try OtherProgram(
                """
                import sqlite3, sys
                ledger = sqlite3.connect(sys.argv[1], isolation_level=None)
                ledger.execute("BEGIN"); ledger.execute("SELECT count(*) FROM requests").fetchall()
                """, beside: ledger)
            try await ledger.openLarge(1...250)
            var iterator = events.makeAsyncIterator()
            guard case .logHeld(let log) = await iterator.next() else {
                Issue.record("not told")
                return
            }
            #expect(log.size >= WriteBack.usualSize)
            // The program's name is that of the file to which the symbolic link resolves.
            #expect(log.holder.hasPrefix("python3") && log.holder.hasSuffix("pid \(reader.id)"))
            #expect(try await ledger.condition().heldLog?.holder == log.holder)
            #expect(try await ledger.request("r-250") != nil)

            await reader.kill()
            guard case .logReleased = await iterator.next() else {
                Issue.record("not told")
                return
            }
            #expect(try await ledger.condition().heldLog == nil)
            let size = try FileManager.default.attributesOfItem(atPath: ledger.path + "-wal")[.size] as? Int
            #expect(size == 0)
            try await ledger.open([suite.request("last")])
            #expect(try await ledger.request("r-250") != nil)
            await ledger.close()
            try LedgerFile.verify(ledger.path)
        }
    }

    @Test(
        "While another program prevents checkpoints, the ledger serves on, and it tries again",
        .enabled(if: FileManager.default.isExecutableFile(atPath: OtherProgram.python)))
    func prevented() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.open([suite.request("r-0")])
            let locker = try OtherProgram(
                """
                import fcntl, sys
                shared = open(sys.argv[1] + "-shm", "r+b")
                fcntl.lockf(shared, fcntl.LOCK_EX, 1, 121)  # WAL_CKPT_LOCK
                """, beside: ledger)
            func fileSize() throws -> Int {
                try FileManager.default.attributesOfItem(atPath: ledger.path)[.size] as? Int ?? 0
            }
            let before = try fileSize()
            try await ledger.openLarge(1...200)
            #expect(try await ledger.request("r-200") != nil)
            #expect(try fileSize() == before)
            await locker.kill()
            var last = 200
            while try fileSize() == before {
                try await ledger.openLarge(last + 1...last + 10)
                last += 10
            }
            await ledger.close()
            try LedgerFile.verify(ledger.path)
        }
    }
}

import ConciergeEngine
import ConciergeTesting
import Foundation
import LedgerConformance
import Synchronization
import Testing

@testable import SQLiteLedger

@Suite("A log whose checkpoint another program blocks", .timeLimit(.minutes(2)))
struct HeldLogTests {
    private static let python = "/usr/bin/python3"

    @Test(
        "The ledger reports it once, with size and program, and truncates it after the program ends, without a commit",
        .enabled(if: FileManager.default.isExecutableFile(atPath: python)))
    func held() async throws {
        try await suite.withDirectory { directory in
            let (events, continuation) = AsyncStream.makeStream(of: LedgerEvent.self)
            let ledger = try SQLiteLedger(stateDirectory: directory) { continuation.yield($0) }
            try await ledger.open([suite.request("r-0")])
            let reader = Process()
            let (input, output) = (Pipe(), Pipe())
            (reader.standardInput, reader.standardOutput) = (input, output)
            reader.executableURL = URL(fileURLWithPath: Self.python)
            reader.arguments = [
                "-c",
                """
                import sqlite3, sys
                ledger = sqlite3.connect(sys.argv[1], isolation_level=None)
                ledger.execute("BEGIN"); ledger.execute("SELECT count(*) FROM requests").fetchall()
                print("reading", flush=True); sys.stdin.read()
                """, ledger.path,
            ]
            let (ends, isEnded) = AsyncStream.makeStream(of: Void.self)
            reader.terminationHandler = { _ in isEnded.finish() }
            try reader.run()
            #expect(output.fileHandleForReading.availableData.starts(with: "reading".utf8))
            let text = String(repeating: "0123456789", count: 40_000)
            for number in 1...250 {
                var request = suite.request("r-\(number)")
                request.record = Array(#"{"text":"\#(number) \#(text)"}"#.utf8)
                try await ledger.open([request])
            }
            var iterator = events.makeAsyncIterator()
            guard case .logHeld(let log) = await iterator.next() else {
                Issue.record("not told")
                return
            }
            #expect(log.size >= WriteBack.usualSize)
            // The program's name is that of the file to which the symbolic link resolves.
            #expect(log.holder.hasPrefix("python3") && log.holder.hasSuffix("pid \(reader.processIdentifier)"))
            #expect(try await ledger.condition().heldLog?.holder == log.holder)
            #expect(try await ledger.request("r-250") != nil)

            // Closing its input might not end it, because children of other tests may have inherited the other end.
            kill(reader.processIdentifier, SIGKILL)
            for await _ in ends {}
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
        .enabled(if: FileManager.default.isExecutableFile(atPath: python)))
    func prevented() async throws {
        try await suite.withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            try await ledger.open([suite.request("r-0")])
            let locker = Process()
            let (input, output) = (Pipe(), Pipe())
            (locker.standardInput, locker.standardOutput) = (input, output)
            locker.executableURL = URL(fileURLWithPath: Self.python)
            locker.arguments = [
                "-c",
                """
                import fcntl, sys
                shared = open(sys.argv[1] + "-shm", "r+b")
                fcntl.lockf(shared, fcntl.LOCK_EX, 1, 121)  # WAL_CKPT_LOCK
                print("locked", flush=True); sys.stdin.read()
                """, ledger.path,
            ]
            let (ends, isEnded) = AsyncStream.makeStream(of: Void.self)
            locker.terminationHandler = { _ in isEnded.finish() }
            try locker.run()
            #expect(output.fileHandleForReading.availableData.starts(with: "locked".utf8))
            let text = String(repeating: "0123456789", count: 40_000)
            func grow(_ numbers: ClosedRange<Int>) async throws {
                for number in numbers {
                    var request = suite.request("r-\(number)")
                    request.record = Array(#"{"text":"\#(number) \#(text)"}"#.utf8)
                    try await ledger.open([request])
                }
            }
            func fileSize() throws -> Int {
                try FileManager.default.attributesOfItem(atPath: ledger.path)[.size] as? Int ?? 0
            }
            let before = try fileSize()
            try await grow(1...200)
            #expect(try await ledger.request("r-200") != nil)
            #expect(try fileSize() == before)
            kill(locker.processIdentifier, SIGKILL)
            for await _ in ends {}
            var last = 200
            while try fileSize() == before {
                try await grow(last + 1...last + 10)
                last += 10
            }
            await ledger.close()
            try LedgerFile.verify(ledger.path)
        }
    }
}

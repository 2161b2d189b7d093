import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Foundation
import JSON
import SQLiteLedger
import Synchronization
import Testing

@testable import ConciergeDaemon

@Suite("A clock that is set back while the daemon runs")
struct ClockSetBackTests {
    private let now = Instant("2026-11-23T08:10:00Z")!

    /// The reports of the engine's loop.
    private final class Told: Sendable {
        let wasAhead = Mutex<[(schedules: [ScheduleID], runs: Int)]>([])
        let failures = Mutex<[LedgerError]>([])
    }

    /// A loop that started with a clock 400 days ahead and serves one schedule.
    private func loop(_ ledger: SQLiteLedger, _ told: Told, clock: @escaping @Sendable () -> Instant) async throws
        -> EngineLoop
    {
        let loop = EngineLoop(
            inbox: Inbox(), ledger: ledger, clock: clock,
            outputs: .init(
                start: { _, _, _ in }, stop: { _ in }, publish: { _ in },
                ledgerFailed: { error in told.failures.withLock { $0.append(error) } }, ledgerLost: { _ in },
                clockWasAhead: { moved, runs in told.wasAhead.withLock { $0.append((moved.map(\.now.id), runs)) } },
                storageFailed: { error, _ in told.failures.withLock { $0.append(error) } }))
        var registry = Registry()
        let words = Text(fr: "jouet", en: "toy")
        let clean = TaskName<NoInput, NoAnswer>("toy.clean", fr: "jouet", en: "toy")
        registry.add(
            try ProviderContents(
                ProviderManifest(id: "toy", version: "1.0.0", name: words, summary: words), services: [],
                tasks: [TaskDefinition(clean) { _, _ in TaskReport(words) }],
                schedules: [Schedule(clean, .every(.hours(1)))]))
        try await loop.serve(registry)
        return loop
    }

    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "clock-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    @Test(
        "After the clock is set back, the next heartbeat corrects all due times, stores them and reports it once")
    func setBack() async throws {
        try await withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let told = Told()
            let clock = Mutex(now + .days(400))
            let loop = try await loop(ledger, told) { clock.withLock(\.self) }
            #expect(await loop.marks.first?.due == Instant("2027-12-28T09:00:00Z"))
            var changes = Changes()
            changes.runs.created["A"] = StoredRun(
                id: "A", task: "toy.clean", provider: "toy", input: [:], actor: "anne", attempts: 3,
                createdAt: now + .days(400), due: now + .days(401))
            _ = try await ledger.commit { [changes] _ in (changes, ()) }
            try await ledger.flush()

            clock.withLock { $0 = now }
            await loop.heartbeat()
            await loop.heartbeat()
            let next = Instant("2026-11-23T09:00:00Z")
            #expect(await loop.marks.first?.due == next)
            #expect(try await ledger.scheduleMarks().map(\.next) == [next])
            #expect(try await ledger.run("A")?.due == now)
            #expect(told.wasAhead.withLock { $0.map(\.schedules) } == [["toy.clean"]])
            #expect(told.wasAhead.withLock { $0.map(\.runs) } == [1])
            await ledger.close()
        }
    }

    @Test("If the ledger cannot take the correction, the next heartbeat tries again")
    func setBackLater() async throws {
        try await withDirectory { directory in
            let ledger = try SQLiteLedger(stateDirectory: directory)
            let told = Told()
            let clock = Mutex(now + .days(400))
            let loop = try await loop(ledger, told) { clock.withLock(\.self) }
            clock.withLock { $0 = now }
            let (path, elsewhere) = (ledger.path, directory + "/elsewhere")
            try FileManager.default.moveItem(atPath: path, toPath: elsewhere)
            await loop.heartbeat()
            #expect(told.failures.withLock(\.self) == [.lost(path: path)])
            try FileManager.default.moveItem(atPath: elsewhere, toPath: path)
            await loop.heartbeat()
            #expect(await loop.marks.first?.due == Instant("2026-11-23T09:00:00Z"))
            #expect(told.wasAhead.withLock { $0.map(\.schedules) } == [["toy.clean"]])
            await ledger.close()
        }
    }
}

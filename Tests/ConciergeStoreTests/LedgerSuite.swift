import ConciergeEngine
import ConciergeKit
import Foundation
import JSON
import Testing

/// What every ledger must do. An implementation passes it by giving its factory to a test of each function; the
/// directory is empty, the test's own, and the same for a ledger that is opened again.
struct LedgerSuite: Sendable {
    let make: @Sendable (_ directory: String) async throws -> any Ledger

    let now = Instant("2026-11-23T08:00:00Z")!

    /// Gives the body a new ledger in a folder that is deleted afterwards.
    func withLedger(_ body: (any Ledger) async throws -> Void) async throws {
        try await withDirectory { directory in
            let ledger = try await make(directory)
            try await body(ledger)
            await ledger.close()
        }
    }

    func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "ledger-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    // MARK: What is put into it

    func request(
        _ id: String, service: String = "toy.loan", state: String = "asked", isOpen: Bool = true,
        resident: String? = nil, version: Int = 1, recordVersion: Int = 1
    ) -> StoredRequest {
        StoredRequest(
            id: id, service: service, state: state, isOpen: isOpen, resident: resident, openedAt: now,
            closedAt: isOpen ? nil : now, record: Array(#"{"tool":"été / 🔨"}"#.utf8), version: version,
            recordVersion: recordVersion)
    }

    func run(_ id: String, task: String = "toy.clean", due: Instant? = nil, schedule: String? = nil) -> StoredRun {
        StoredRun(
            id: id, task: task, provider: "toy", input: ["tool": "saw", "days": 3], actor: "anne", schedule: schedule,
            attempts: 3, createdAt: now, due: due ?? now)
    }

    func entry(_ request: String, _ event: String, service: String = "toy.loan") -> Entry {
        Entry(
            request: request, service: service, at: now, actor: "anne", event: event, from: "asked", to: "lent",
            input: Array(#"{"a":1}"#.utf8), note: Text(fr: "été", en: "summer"))
    }

    func timer(_ due: Instant?, service: String = "toy.loan") -> TimerChange {
        .init(service: service, due: due)
    }
}

extension Ledger {
    /// Commits what the body puts into the changes. Lines and timers belong to a request that is there: one that is
    /// not is opened with them.
    @discardableResult
    nonisolated(nonsending) func put(_ fill: (inout Changes) -> Void) async throws -> [NumberedEntry] {
        var changes = Changes()
        fill(&changes)
        for id in Set(changes.entries.map(\.request)).union(changes.timers.keys) {
            if changes.requests.opened[id] != nil { continue }
            if try await request(id) != nil { continue }
            changes.requests.opened[id] = StoredRequest(
                id: id, service: "toy.loan", state: "asked", isOpen: true, resident: nil,
                openedAt: Instant(milliseconds: 0), closedAt: nil, record: Array("{}".utf8), version: 1)
        }
        let entries = try await commit { [changes] _ in (changes, ()) }.entries
        // Readers wait for the disk.
        try await flush()
        return entries
    }

    /// Asks the facts, as a decision does, and changes nothing.
    nonisolated(nonsending) func ask<Answer>(_ question: (any Facts) throws -> Answer) async throws -> Answer {
        var answer: Answer?
        _ = try await commit { facts in
            answer = try question(facts)
            return (Changes(), ())
        }
        try await flush()
        return try #require(answer)
    }

    /// Opens requests one after the other.
    nonisolated(nonsending) func open(_ requests: [StoredRequest]) async throws {
        for request in requests { try await put { $0.requests.opened[request.id] = request } }
    }
}

extension Ledger {
    nonisolated(nonsending) func history(of request: String) async throws(LedgerError) -> [NumberedEntry] {
        try await requestWithHistory(request, after: 0)?.history.elements ?? []
    }
}

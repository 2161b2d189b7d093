package import ConciergeEngine
package import ConciergeKit
import ConciergeTesting
import Foundation
import JSON
import Testing

/// What every ledger must do, as checks that a test runs on one kind of ledger:
///
/// ```swift
/// @Test("A ledger in memory keeps what every ledger must", arguments: LedgerSuite { _ in MemoryLedger() }.checks)
/// func conforms(_ check: LedgerCheck) async throws { try await check() }
/// ```
///
/// Additional capabilities of a kind are declared when its suite is created, and are then checked too.
package struct LedgerSuite: Sendable {
    /// Creates a ledger in an empty directory that only the check uses.
    package typealias Make = @Sendable (_ directory: String) async throws -> any Ledger
    /// Creates a ledger from a backup in an empty directory.
    package typealias Restore = @Sendable (_ backup: String, _ directory: String) async throws -> any Ledger

    let make: Make
    private let outlivesClosing: Bool
    let restore: Restore?

    /// The moment at which the checks take place.
    package let now = Instant("2026-11-23T08:00:00Z")!

    /// - Parameters:
    ///   - outlivesClosing: Whether a ledger that is created where another was closed has the content of that one. If
    ///     so, the checks close ledgers and create them again in between; otherwise they continue with the same ledger.
    ///   - restore: Restores a backup; nil for a kind of ledger that makes none.
    ///   - make: Creates a ledger.
    package init(outlivesClosing: Bool = false, restore: Restore? = nil, make: @escaping Make) {
        self.make = make
        self.outlivesClosing = outlivesClosing
        self.restore = restore
    }

    /// The checks, which may run in any order and at the same time.
    package var checks: [LedgerCheck] {
        let kinds =
            Self.committing + Self.claims + Self.signals + Self.notices + Self.deciding + Self.due + Self.runs
            + Self.reading
            + Self.pages
            + Self.finding
            + Self.streams
            + Self.upgrades
            + Self.retention
            + Self.quarantine
            + Self.settings
            + Self.residents
            + Self.dossiers
            + Self.commitments
            + Self.places
            + Self.followers
            + Self.maintenance
        return kinds.map { LedgerCheck(suite: self, kind: $0) }
    }

    /// Calls the body with a new ledger, in a directory that is deleted afterwards.
    package func withLedger(_ body: (any Ledger) async throws -> Void) async throws {
        try await withDirectory { directory in
            let ledger = try await make(directory)
            try await body(ledger)
            await ledger.close()
        }
    }

    /// Calls the body with an empty directory that is deleted afterwards.
    package func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "ledger-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    /// Closes a ledger and creates it again, if its kind outlives that.
    func reopen(_ ledger: any Ledger, in directory: String) async throws -> any Ledger {
        guard outlivesClosing else { return ledger }
        await ledger.close()
        return try await make(directory)
    }

    // MARK: Sample data

    package func request(
        _ id: RequestID, service: ServiceID = "toy.loan", state: String = "asked", isOpen: Bool = true,
        resident: String? = nil, version: Int = 1, recordVersion: Int = 1
    ) -> StoredRequest {
        StoredRequest(
            id: id, service: service, state: state, isOpen: isOpen, resident: resident, openedAt: now,
            closedAt: isOpen ? nil : now, record: Array(#"{"tool":"été / 🔨"}"#.utf8), version: version,
            recordVersion: recordVersion)
    }

    package func run(_ id: RunID, task: TaskID = "toy.clean", due: Instant? = nil, schedule: ScheduleID? = nil)
        -> StoredRun
    {
        StoredRun(
            id: id, task: task, provider: "toy", input: ["tool": "saw", "days": 3], actor: "anne", schedule: schedule,
            attempts: 3, createdAt: now, due: due ?? now)
    }

    package func entry(_ request: RequestID, _ event: RequestEvent, service: ServiceID = "toy.loan") -> Entry {
        Entry(
            request: request, service: service, at: now, actor: "anne", event: event, from: "asked", to: "lent",
            input: Array(#"{"a":1}"#.utf8), note: Text(fr: "été", en: "summer"),
            seed: .max - 1)
    }

    package func timer(_ due: Instant?, service: ServiceID = "toy.loan") -> TimerChange {
        .init(service: service, due: due)
    }
}

extension Ledger {
    /// Commits the changes that the body fills in. Lines and timers belong to an existing request: one that does not
    /// exist is opened with them.
    @discardableResult
    package nonisolated(nonsending) func put(_ fill: (inout Changes) -> Void) async throws -> [NumberedEntry] {
        var changes = Changes()
        fill(&changes)
        for id in Set(changes.entries.map(\.request)).union(changes.timers.keys) {
            if changes.requests.opened[id] != nil { continue }
            if try await request(id) != nil { continue }
            changes.requests.opened[id] = StoredRequest(
                id: id, service: "toy.loan", state: "asked", isOpen: true, resident: nil,
                openedAt: Instant(milliseconds: 0), closedAt: nil, record: Array("{}".utf8), version: 1)
        }
        let entries = try await commit(changes)
        // Readers wait for the disk.
        try await flush()
        return entries
    }

    /// Commits changes as they are.
    @discardableResult
    nonisolated(nonsending) func commit(_ changes: Changes) async throws(LedgerError) -> [NumberedEntry] {
        try await commit { _ in (changes, ()) }.entries
    }

    /// Reads facts, as a decision does, and changes nothing.
    package nonisolated(nonsending) func ask<Answer>(_ question: (any Facts) throws -> Answer) async throws -> Answer {
        var answer: Answer?
        _ = try await commit { facts in
            answer = try question(facts)
            return (Changes(), ())
        }
        try await flush()
        return try #require(answer)
    }

    /// Opens requests one after the other.
    package nonisolated(nonsending) func open(_ requests: [StoredRequest]) async throws {
        for request in requests { try await put { $0.requests.opened[request.id] = request } }
    }

    /// The first page of a request's history.
    package nonisolated(nonsending) func history(of request: RequestID) async throws(LedgerError) -> [NumberedEntry] {
        try await requestWithHistory(request, after: 0)?.history.elements ?? []
    }
}

/// One requirement on a ledger.
package struct LedgerCheck: Sendable, CustomTestStringConvertible {
    /// A check, independent of the kind of ledger.
    struct Kind: Sendable {
        let sentence: String
        let body: @Sendable (LedgerSuite) async throws -> Void

        init(_ sentence: String, body: @escaping @Sendable (LedgerSuite) async throws -> Void) {
            self.sentence = sentence
            self.body = body
        }
    }

    fileprivate let suite: LedgerSuite
    fileprivate let kind: Kind

    /// What is checked, in a sentence.
    package var testDescription: String { kind.sentence }

    /// Runs the check; a failed expectation fails the test that runs it.
    package func callAsFunction() async throws { try await kind.body(suite) }
}

import ConciergeKit
import Foundation
import JSON
import Replay
import Testing

@testable import ConciergeEngine
@testable import SQLiteLedger

/// A ledger on disk with the engine that writes it, on a clock that the test sets.
final class Chronicle {
    let directory: String
    var path: String { directory + "/ledger.sqlite" }
    var now = Instant("2026-11-23T08:00:00Z")!
    private(set) var ledger: SQLiteLedger
    private(set) var engine = EngineState()
    private var generator = SplitMix64(seed: 7)
    /// The runs that have begun, for the test to end.
    var running: [StoredRun] = []

    init(_ settings: LockerSettings = LockerSettings(), zone: Zone = .utc) async throws {
        directory = NSTemporaryDirectory() + "replay-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        ledger = try SQLiteLedger(stateDirectory: directory)
        try await serve(Self.registry(settings: settings, zone: zone))
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    static func registry(
        _ change: Change = .none, settings: LockerSettings = LockerSettings(), zone: Zone = .utc
    ) throws -> Registry {
        var registry = Registry(zone: zone)
        registry.add(
            try ProviderContents(
                ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy")),
                services: [Locker(change: change, settings: settings), Cleaning(), Counting()],
                tasks: [TaskDefinition(Locker.check) { _, _ in throw TaskFailure.final(reason: "never called") }],
                schedules: [], zone: zone))
        return registry
    }

    func serve(_ registry: Registry) async throws {
        try await ledger.attend(to: registry.serviceIDs)
        engine.serve(registry)
    }

    @discardableResult
    func decide(_ commands: [Command]) async throws -> [Answer] {
        let generator = SplitMix64(seed: generator.next())
        var next = engine
        let committed = try await ledger.commit { facts in
            next = engine
            let decision = try next.decide(commands, facts: facts, now: now, generator: generator)
            return (decision.changes, decision)
        }
        engine = next
        try await ledger.flush()
        for case .runStarted(let run) in committed.decided.events { running.append(run) }
        if committed.decided.moreIsDue { try await decide([.wake]) }
        return committed.decided.answers
    }

    @discardableResult
    func decide(_ command: Command) async throws -> Answer { try await decide([command])[0] }

    @discardableResult
    func keep(_ thing: String, wait: Bool = false, resident: String? = nil) async throws -> RequestID? {
        let answer = try await decide(
            .open(
                service: "toy.locker", resident: resident, input: ["thing": .string(thing), "wait": .bool(wait)],
                caller: Caller(actor: "ada")))
        if case .request(let view) = answer { return view.request.id }
        return nil
    }

    func act(_ id: RequestID, _ action: String, _ input: JSONObject = [:]) async throws {
        try await decide(.act(id: id, action: action, input: input, caller: Caller(actor: "bob")))
    }

    func collect(_ id: RequestID, code: String? = nil) async throws {
        let right = try await self.code(of: id)
        try await act(id, "collect", ["code": .string(code ?? right)])
    }

    func code(of id: RequestID) async throws -> String {
        let record = try #require(try await ledger.request(id)).request.record
        return try #require(try JSON.parse(record).objectValue?["code"]?.stringValue)
    }

    /// The handler of the run that began last sends a notice about a request, at the instant of its last line.
    func tell(_ id: RequestID, in service: ServiceID) async throws {
        let run = running[0]
        let calling = CallingAttempt(run: run.id, attempt: run.attempt, service: service)
        try await decide(
            .notify(
                id: id, notice: WrittenNotice(audience: .staff, name: "news", words: words("news"), isSecret: false),
                caller: Caller(calling, doing: ["notify", id.description, "news"])))
    }

    func end(_ result: AttemptResult) async throws {
        let run = running.removeFirst()
        try await decide(.end(run: run.id, attempt: run.attempt, result: result))
    }

    /// Moves the clock, and fires what is due on the way at its time.
    func advance(by time: Duration) async throws {
        let end = now + time
        while let due = engine.nextDue(after: now, stored: try await ledger.nextDue(after: now)), due <= end {
            now = max(now, due)
            try await decide(.wake)
        }
        now = end
    }

    /// Closes the ledger and opens it again, as a restart does.
    func restart(_ registry: Registry) async throws {
        await ledger.close()
        ledger = try SQLiteLedger(stateDirectory: directory)
        engine = EngineState(quarantined: Quarantined(try await ledger.quarantines()))
        try await serve(registry)
        try await decide(.wake)
    }

    /// Replays what is in the ledger with another build.
    func replay(
        _ change: Change = .none, settings: LockerSettings = LockerSettings(), eras: [Replay.Era]? = nil
    ) throws -> (findings: [Finding], summary: ReplaySummary) {
        var findings: [Finding] = []
        var replay = try Replay(
            RecordedLedger(path: path), in: ScratchLedger(),
            eras: eras ?? [.init(registry: try Self.registry(change, settings: settings))], now: now
        ) { findings.append($0) }
        let summary = try replay.run()
        return (findings, summary)
    }
}

extension Finding {
    /// What differs, as `event what`.
    var what: [String] {
        switch kind {
        case .differs(let differences): differences.map { "\(place.event) \($0.what)" }
        case .cannotBeDecided(let reason): ["\(place.event) cannot: \(reason)"]
        }
    }
}

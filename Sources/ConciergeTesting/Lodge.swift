import ConciergeEngine
public import ConciergeKit
import Foundation
import JSON

/// A lodge for tests: one provider, the real engine, a ledger in memory and a clock that the test moves.
///
/// Timers, schedules and retries fire while the clock is advanced, each at its own due instant and in order; a task's
/// handler runs to its end before the call that began it returns. The same calls always give the same ids and codes.
public final class Lodge {
    /// The current time of the lodge.
    public private(set) var now: Instant
    /// The directory that the provider received; it is deleted with the lodge.
    public let stateDirectory: String

    private let ending: () async -> Void
    private var engine: EngineState
    private var memory = Memory()
    private var generator = SplitMix64(seed: 1)
    /// How many ends of runs are being processed, each within the one before it.
    private var depth = 0
    /// The maximum of `depth`: more ends of runs at one instant mean that a rule runs its task forever.
    private static let deepest = 200
    /// The user name for the calls that follow.
    public var actor = "test"

    /// Creates the provider as the daemon does: from its configuration, with its contents checked.
    public init<P: ServiceProvider>(
        _ provider: P.Type, configuration: P.Configuration, at start: Instant, zone: Zone = .utc
    ) async throws {
        now = start
        stateDirectory = NSTemporaryDirectory() + "lodge-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: stateDirectory, withIntermediateDirectories: true)
        let made = try await P(configuration, in: ProviderContext(stateDirectory: stateDirectory, zone: zone))
        ending = { await made.end() }
        var registry = Registry(zone: zone)
        registry.add(try ProviderContents(made, zone: zone, folder: DurableFolder(stateDirectory)))
        engine = EngineState()
        engine.serve(registry)
        _ = engine.setSchedules(stored: [], now: start)
    }

    /// Ends the provider, as the daemon does when it stops.
    public func end() async { await ending() }

    deinit {
        try? FileManager.default.removeItem(atPath: stateDirectory)
    }

    // MARK: Actions of staff

    /// Opens a request.
    @discardableResult
    public func open(
        _ service: String, resident: String? = nil, _ input: [String: Scalar] = [:]
    ) async throws -> LodgeRequest {
        try await requestAnswer(
            .open(
                service: ServiceID(service), resident: resident, input: JSONObject(input), caller: Caller(actor: actor))
        )
    }

    /// Executes an action on a request.
    @discardableResult
    public func act(_ id: String, _ action: String, _ input: [String: Scalar] = [:]) async throws -> LodgeRequest {
        guard let request = RequestID(id) else { throw LodgeError.notFound(id) }
        return try await requestAnswer(
            .act(id: request, action: action, input: JSONObject(input), caller: Caller(actor: actor)))
    }

    /// Corrects members of a request's record, by the names of their fields; nil clears one.
    @discardableResult
    public func correct(_ id: String, _ values: [String: Scalar?]) async throws -> LodgeRequest {
        guard let request = RequestID(id) else { throw LodgeError.notFound(id) }
        let input = JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.map { JSON($0) } ?? .null) })
        return try await requestAnswer(.correct(id: request, input: input, caller: Caller(actor: actor)))
    }

    /// Triggers a task; returns the run as it is after its first attempt.
    @discardableResult
    public func trigger(_ task: String, _ input: [String: Scalar] = [:]) async throws -> LodgeRun {
        let answer = try await decide(
            .trigger(task: TaskID(task), input: JSONObject(input), caller: Caller(actor: actor)))
        guard case .run(let run) = answer, let stored = memory.run(run.id) else { throw LodgeError(answer) }
        return LodgeRun(stored)
    }

    // MARK: Requests of an older version

    /// Puts a request into the ledger as an older version of the service stored it, and upgrades it as the daemon does
    /// when a new build starts. Its opening time is now.
    @discardableResult
    public func restore(
        _ sample: StoredSample, of service: String, resident: String? = nil
    ) throws(LodgeError) -> LodgeRequest {
        guard let table = engine.registry.service(ServiceID(service))?.table else { throw .notFound(service) }
        let id = RequestID(number: .random(in: 0..<(1 << 45), using: &generator))
        let view = sample.stored(as: id, of: table, resident: resident, openedAt: now)
        var changes = Changes()
        changes.requests.opened[id] = view.request
        for (timer, due) in view.timers {
            changes.timers[id, default: [:]][timer] = .init(service: table.id, due: due)
        }
        do {
            _ = try table.asServed(view)
            try memory.apply(changes)
            try memory.apply(try table.changes(bringingUpToDate: [view], facts: memory, now: now))
        } catch {
            throw .broken(reason: "\(error)")
        }
        guard let request = request(id.description) else { throw .notFound(id.description) }
        return request
    }

    // MARK: Time

    /// Moves the clock, and fires what becomes due until then.
    public func advance(by duration: Duration) async throws {
        try await advance(to: now + duration)
    }

    /// Moves the clock, and fires what becomes due until then. Data that has been kept for long enough by the daemon's
    /// default retention is then deleted.
    public func advance(to end: Instant) async throws {
        while let due = nextDue, due <= end {
            now = max(now, due)
            try await decide(.wake)
        }
        now = max(now, end)
        memory.prune(Retention(), at: now)
    }

    private var nextDue: Instant? { engine.nextDue(after: now, stored: memory.nextDue(after: now)) }

    // MARK: Reading

    /// A request as it is now.
    public func request(_ id: String) -> LodgeRequest? {
        RequestID(id).flatMap(memory.request).map {
            LodgeRequest(
                $0, timers: memory.timers(of: $0.id), place: memory.waitingTable.place(of: $0.id),
                registry: engine.registry)
        }
    }

    /// A request's history, oldest line first.
    public func history(_ id: String) -> [LodgeEntry] {
        entries(of: id).map(LodgeEntry.init)
    }

    /// The texts of a request's notices, oldest first.
    public func notices(_ id: String) -> [Text] {
        entries(of: id).compactMap { entry in
            if case .notice = entry.event { entry.note } else { nil }
        }
    }

    private func entries(of id: String) -> [Entry] {
        let request = RequestID(id)
        return memory.requestTable.lines.map(\.entry).filter { $0.request == request }
    }

    /// The runs of a task, oldest first.
    public func runs(of task: String) -> [LodgeRun] {
        memory.runs.values.filter { $0.task.rawValue == task }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.map(LodgeRun.init)
    }

    // MARK: The engine

    private func requestAnswer(_ command: Command) async throws -> LodgeRequest {
        let answer = try await decide(command)
        guard case .request(let view) = answer, let request = request(view.request.id.description) else {
            throw LodgeError(answer)
        }
        return request
    }

    @discardableResult
    private func decide(_ command: Command) async throws -> Answer {
        let decision = try engine.decide(
            [command], facts: memory, now: now, generator: SplitMix64(seed: generator.next()))
        try memory.apply(decision.changes)
        for event in decision.events {
            switch event {
            case .looping(let request, let quarantine, _, _):
                throw LodgeError.broken(reason: "request \(request): \(quarantine.note.en)")
            case .fault(_, _, let event, let reason): throw LodgeError.broken(reason: "\(event): \(reason)")
            default: break
            }
        }
        for case .runStarted(let run) in decision.events { try await execute(run) }
        if decision.moreIsDue { try await decide(.wake) }
        return decision.answers[0]
    }

    private func execute(_ run: StoredRun) async throws {
        guard let task = engine.registry.task(run.task)?.task else { return }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw LodgeError.broken(reason: "\(run.task) runs over and over at \(now): its end asks for it again")
        }
        let calls = HandlerCalls(of: run)
        let context = TaskContext(
            run: run.id.description, attempt: run.attempt, now: now, actor: run.actor,
            request: run.request?.description,
            elapse: run.elapse, ledger: calls, logger: { _ in }, reporter: { _ in },
            submit: { try await calls.answer(to: $0) })
        async let result = calls.serve { try await task.handler(run.input, context) }
        // A mistake of the provider's code fails the test after the attempt has ended.
        var mistake: (any Error)?
        for await call in calls.pending {
            do {
                try await answer(call)
            } catch {
                mistake = mistake ?? error
                call.fail(error)
            }
        }
        try await decide(.end(run: run.id, attempt: run.attempt, result: result))
        if let mistake { throw mistake }
    }

    private func answer(_ call: HandlerCalls.Call) async throws {
        switch call {
        case .requests(let query, let reply): reply.resume(returning: memory.requestTable.portion(query))
        case .request(let id, let reply): reply.resume(returning: memory.request(id))
        case .submit(let command, let reply): reply.resume(returning: try await decide(command))
        }
    }
}

extension JSONObject {
    init(_ input: [String: Scalar]) {
        self.init(input.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })
    }
}

extension Settings {
    /// Settings as in a configuration file, written as JSON: `LoanSettings(json: #"{"lending": "4h"}"#)`. They are
    /// checked; a mistake is thrown as a `Mismatch`.
    public init(json text: String) throws {
        try self.init(try JSON.parse(Array(text.utf8)))
    }
}

import ConciergeEngine
public import ConciergeKit
import JSON

/// A lodge for tests: providers, the real engine, a ledger in memory and a clock that the test moves.
///
/// Timers, schedules and retries fire while the clock is advanced, each at its own due instant and in order; a task's
/// handler runs to its end before the call that began it returns, unless the test has other plans for it
/// (``plan(_:of:)``, ``hold(_:)``). The same calls always give the same ids and codes.
///
/// A rule or handler that does not return within ``limit`` fails the call that began it; the lodge is of no use after
/// that. A rule that traps ends the test's process, as it ends the daemon.
public final class Lodge {
    /// The user name for the calls that follow.
    public var actor = "test"
    /// How long a rule or a handler may take, in real time. It is the only limit that is not the lodge's own clock's.
    public var limit: Duration = .seconds(30)
    /// The mistakes of provider code that the daemon writes to the journal, oldest first: of rules that no caller waits
    /// for. The call during which one happens throws it as ``LodgeError/broken(reason:)`` after all else is done.
    public private(set) var faults: [String] = []

    let zone: Zone
    let folder = TestFolder()
    let lines = LogBook()
    private(set) var world: World
    private(set) var providers: [ServedProvider] = []
    private var instances: [String: ServedProvider.Instance] = [:]
    private let rules = RuleBook()
    private let thread = WorkThread()
    private var plans: [TaskID: [PlannedAttempt]] = [:]
    private var held: Set<TaskID> = []
    /// The workers that the test plays, by their task: each makes the task one with a handler.
    private var workers: [TaskID: @Sendable (TaskDefinition) -> TaskDefinition] = [:]
    /// Attempts that have begun and whose handlers the lodge holds, with the end of their time limits.
    private var waiting: [RunID: (run: StoredRun, expires: Instant)] = [:]
    /// How many ends of runs are being processed, each within the one before it.
    private var depth = 0
    /// The maximum of `depth`: more ends of runs at one instant mean that a rule runs its task forever.
    private static let deepest = 200

    /// Creates a lodge without providers; ``serve(_:configuration:)`` adds them.
    public init(at start: Instant, zone: Zone = .utc) {
        self.zone = zone
        world = World(at: start)
        world.engine.observer = rules
        thread.start()
        world.start(Registry(zone: zone))
    }

    /// Creates a lodge with one provider, made as the daemon makes it: from its configuration, with its contents checked.
    public convenience init<P: ServiceProvider>(
        _ provider: P.Type, configuration: P.Configuration, at start: Instant, zone: Zone = .utc
    ) async throws {
        self.init(at: start, zone: zone)
        try await serve(provider, configuration: configuration)
    }

    /// Ends the providers, as the daemon does when it stops.
    public func end() async {
        for provider in providers { await instances[provider.id]?.end() }
    }

    // MARK: Providers

    /// Makes a provider and serves it beside the others. If it is served already, it is replaced, as by a reload: the
    /// instance before it is ended.
    public func serve<P: ServiceProvider>(
        _ provider: P.Type, configuration: P.Configuration = P.Configuration()
    ) async throws {
        let made = served(provider, configuration)
        let instance = try await made.instance()
        try replace(made, instance) { $0.serve($1) }
    }

    /// Kills the daemon and starts it after this time, during which nothing fires: what has become due fires late, and
    /// runs that were under way begin again with the same id. Providers are made anew and are not told that the ones
    /// before them have ended.
    public func restart(after pause: Duration = .zero) async throws {
        var made: [String: ServedProvider.Instance] = [:]
        for provider in providers { made[provider.id] = try await provider.instance() }
        instances = made
        try await start(after: pause)
    }

    /// Kills the daemon and starts it with another configuration of a provider.
    ///
    /// - Throws: ``LodgeError/broken(reason:)`` if the provider cannot read all that is stored; the daemon would not serve
    ///   it.
    public func restart<P: ServiceProvider>(
        _ provider: P.Type, configuration: P.Configuration, after pause: Duration = .zero
    ) async throws {
        let made = served(provider, configuration)
        let instance = try await made.instance()
        try replace(made, instance) { _, _ in }
        try await restart(after: pause)
    }

    private func served<P: ServiceProvider>(_ provider: P.Type, _ configuration: P.Configuration) -> ServedProvider {
        ServedProvider(
            provider, configuration: configuration, folder: "\(folder.path)/\(P.manifest.id)", zone: zone, log: lines)
    }

    private func replace(
        _ provider: ServedProvider, _ instance: ServedProvider.Instance, serve: (inout World, Registry) -> Void
    ) throws {
        for table in instance.contents.services { try requireReadable(table) }
        if let index = providers.firstIndex(where: { $0.id == provider.id }) {
            providers[index] = provider
        } else {
            providers.append(provider)
        }
        instances[provider.id] = instance
        serve(&world, registry)
    }

    private func requireReadable(_ table: ServiceTable) throws {
        var findings = UpgradeFindings()
        findings.add(
            world.memory.requests.values.filter { $0.service == table.id }.sorted { $0.id < $1.id }
                .map { RequestView(request: $0, timers: world.memory.timers(of: $0.id)) },
            of: table)
        if let complaint = findings.complaint { throw LodgeError.broken(reason: complaint) }
    }

    private var registry: Registry {
        var registry = Registry(zone: zone)
        for provider in providers {
            if let instance = instances[provider.id] { registry.add(instance.contents) }
        }
        return registry
    }

    private func start(after pause: Duration) async throws {
        waiting = [:]
        world.now = world.now + pause
        world.start(registry)
        _ = try await reportingFaults {
            for task in workers.keys.sorted() { try await connectWorker(of: task) }
            try await decide(.wake)
        }
    }

    /// The directory that the first provider received; it is deleted with the lodge.
    public var stateDirectory: String { providers.first?.folder ?? folder.path }

    /// The directory that a provider received, by the provider's id; it is deleted with the lodge.
    public func stateDirectory(of provider: String) -> String { "\(folder.path)/\(provider)" }

    /// The lines that the providers wrote to the journal, oldest first.
    public var log: [LodgeLine] { lines.lines }

    // MARK: Actions of staff

    /// Opens a request as staff do, by name of the service and its fields. Throws a ``LodgeError``, and then nothing was
    /// changed.
    ///
    /// `about` is a place of the directory: `Les Tilleuls`, `Les Tilleuls, B 204`. `opening` is the id of one of the
    /// service's openings; without it the first is taken.
    @discardableResult
    public func open(
        _ service: String, by opening: String? = nil, resident: String? = nil, about: String? = nil,
        _ input: [String: Scalar] = [:]
    ) async throws -> LodgeRequest {
        let place = try await place(about)
        return try await requestAnswer(
            .open(
                service: ServiceID(service), by: opening, resident: resident, about: place, input: JSONObject(input),
                caller: Caller(actor: actor)))
    }

    /// Takes back the last thing that staff did to a request.
    @discardableResult
    public func undo(_ id: String) async throws -> LodgeRequest {
        guard let request = RequestID(id) else { throw LodgeError.notFound(id) }
        return try await requestAnswer(.undo(request: request, version: nil, caller: Caller(actor: actor)))
    }

    /// Adds a note of staff to the history of a request.
    @discardableResult
    public func note(_ id: String, _ text: String) async throws -> LodgeRequest {
        guard let request = RequestID(id) else { throw LodgeError.notFound(id) }
        return try await requestAnswer(.addNote(request: request, text: text, caller: Caller(actor: actor)))
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

    /// Corrects for whom a request is.
    @discardableResult
    public func correct(_ id: String, resident: String) async throws -> LodgeRequest {
        guard let request = RequestID(id) else { throw LodgeError.notFound(id) }
        return try await requestAnswer(
            .reassign(id: request, resident: resident, caller: Caller(actor: actor)))
    }

    /// Corrects which place a request is about, as ``open(_:by:resident:about:_:)`` takes it.
    @discardableResult
    public func correct(_ id: String, about: String) async throws -> LodgeRequest {
        guard let request = RequestID(id), let place = try await place(about) else { throw LodgeError.notFound(id) }
        return try await requestAnswer(.relocate(id: request, about: place, caller: Caller(actor: actor)))
    }

    /// Notes that another resident follows a request that is for somebody else.
    @discardableResult
    public func follow(_ id: String, resident: String) async throws -> LodgeRequest {
        guard let request = RequestID(id) else { throw LodgeError.notFound(id) }
        return try await requestAnswer(
            .addFollower(request: request, resident: resident, caller: Caller(actor: actor)))
    }

    /// Ends that a resident follows a request that is for somebody else.
    @discardableResult
    public func unfollow(_ id: String, resident: String) async throws -> LodgeRequest {
        guard let request = RequestID(id) else { throw LodgeError.notFound(id) }
        return try await requestAnswer(
            .removeFollower(request: request, resident: resident, caller: Caller(actor: actor)))
    }

    private func place(_ text: String?) async throws -> PlaceKey? {
        guard let text else { return nil }
        do {
            return try await PlaceFinder(world.memory.directoryTable).place(text)
        } catch let mistake as PlaceMistake {
            throw LodgeError.refused(TextLimits.sentence(mistake.reason, about: "about"))
        }
    }

    /// Triggers a task; returns the run as it is after its first attempt.
    @discardableResult
    public func trigger(_ task: String, _ input: [String: Scalar] = [:]) async throws -> LodgeRun {
        let answer = try await reportingFaults {
            try await decide(.trigger(task: TaskID(task), input: JSONObject(input), caller: Caller(actor: actor)))
        }
        guard case .run(let run) = answer, let stored = world.memory.run(run.id) else { throw LodgeError(answer) }
        return LodgeRun(stored)
    }

    // MARK: The directory

    /// Fills the lodge's directory, in place of what it held, with files as a landlord's system writes them: CSV with a
    /// first line of column names, such as `id;name;dwelling;residence`.
    ///
    /// - Throws: ``LodgeError/broken(reason:)`` with the first mistake of a file; then nothing is changed.
    public func fillDirectory(
        residents: String, residences: String = "", dwellings: String = ""
    ) throws(LodgeError) {
        var directory = DirectoryTable()
        let known = try directory.fill(Residence.self, residences)
        try directory.fill(Dwelling.self, dwellings, in: DirectoryContext(residences: known))
        try directory.fill(Resident.self, residents)
        world.memory.directoryTable = directory
    }

    func note(_ change: DossierChange, of resident: String) async throws {
        let answer = try await reportingFaults {
            try await decide(.note(change, resident: resident, caller: Caller(actor: actor)))
        }
        guard case .dossier = answer else { throw LodgeError(answer) }
    }

    // MARK: Attempts

    /// What becomes of the next attempts of a task, in order. Attempts after them run to their ends.
    public func plan(_ attempts: PlannedAttempt..., of task: String) {
        plans[TaskID(task), default: []] += attempts
    }

    /// Holds the attempts of a task that begin from now on: each is under way, and its handler waits, until
    /// ``letGo(_:)`` or the end of its time limit.
    public func hold(_ task: String) { held.insert(TaskID(task)) }

    /// Holds the attempts of a task no longer, and lets those that were held run to their ends.
    public func letGo(_ task: String) async throws {
        let task = TaskID(task)
        held.remove(task)
        let runs = waiting.values.map(\.run).filter { $0.task == task }.sorted { $0.id < $1.id }
        try await reportingFaults {
            for run in runs where waiting.removeValue(forKey: run.id) != nil { try await execute(run) }
        }
    }

    /// Plays the worker of a task that has no handler in the daemon: from now on its runs begin, and `handler` executes
    /// them. Without it they wait, as they do for a worker that is not connected. After a restart it is connected again.
    public func playWorker<Given, Answer>(
        of task: TaskName<Given, Answer>,
        _ handler: @escaping @Sendable (Given, TaskContext) async throws -> TaskReport<Answer>
    ) async throws {
        workers[TaskID(task.id)] = { $0.played(by: handler, as: task) }
        try await reportingFaults { try await connectWorker(of: TaskID(task.id)) }
    }

    private func connectWorker(of task: TaskID) async throws {
        try await decide(.workerCame(WorkerID("test \(task)"), tasks: [task], limit: .max))
    }

    // MARK: Requests of an older version

    /// Puts a request into the ledger as an older version of the service stored it, and upgrades it as the daemon does
    /// when a new build starts. Its opening time is now.
    @discardableResult
    public func restore(
        _ sample: StoredSample, of service: String, resident: String? = nil
    ) throws(LodgeError) -> LodgeRequest {
        guard let table = world.engine.registry.service(ServiceID(service))?.table else { throw .notFound(service) }
        let id: RequestID
        do {
            id = try world.restore(sample, of: table, resident: resident)
        } catch {
            throw .broken(reason: "\(error)")
        }
        guard let request = request(id.description) else { throw .notFound(id.description) }
        return request
    }

    // MARK: Time

    /// What the lodge's clock shows: the start, and from then on what ``advance(by:)`` and ``advance(to:)`` made of it.
    public var now: Instant { world.now }

    /// Moves the clock, and fires what becomes due until then.
    public func advance(by duration: Duration) async throws {
        try await advance(to: now + duration)
    }

    /// Moves the clock, and fires what becomes due until then. Data that has been kept for long enough by the daemon's
    /// default retention is then deleted.
    public func advance(to end: Instant) async throws {
        try await reportingFaults {
            while let due = nextDue, due <= end {
                world.now = max(now, due)
                try await expireHeld()
                try await decide(.wake)
            }
        }
        world.now = max(now, end)
        world.memory.prune(Retention(), at: now)
    }

    private var nextDue: Instant? {
        [world.nextDue, waiting.values.map(\.expires).min()].compactMap(\.self).min()
    }

    /// Ends held attempts whose time limit is over.
    private func expireHeld() async throws {
        for (run, expires) in waiting.values.sorted(by: { $0.run.id < $1.run.id }) where expires <= now {
            waiting[run.id] = nil
            try await end(run, .timedOut(run, in: world))
        }
    }

    // MARK: Reading

    /// A request as it is now.
    public func request(_ id: String) -> LodgeRequest? {
        RequestID(id).flatMap(world.memory.request).map {
            LodgeRequest(
                $0, timers: world.memory.timers(of: $0.id), commitments: world.memory.commitments(of: $0.id),
                place: world.memory.waitingTable.place(of: $0.id), followers: world.memory.followers(of: $0.id),
                registry: world.engine.registry)
        }
    }

    /// The record of a request, brought up to date as a rule reads it.
    ///
    /// - Throws: ``LodgeError/notFound(_:)`` if there is no request of this service with this id, or why its record cannot
    ///   be read.
    public func record<S: Service>(of id: String, as service: S.Type) throws -> S.Record {
        guard let request = RequestID(id).flatMap(world.memory.request), request.service.rawValue == S.id,
            let table = world.engine.registry.service(request.service)?.table
        else { throw LodgeError.notFound(id) }
        return try RequestSnapshot<S>(RawRequest(request), table.stateBook).record
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
        return world.memory.requestTable.lines.map(\.entry).filter { $0.request == request }
    }

    /// All runs of a task that the ledger still keeps, oldest first, finished ones too.
    public func runs(of task: String) -> [LodgeRun] {
        world.memory.runs.values.filter { $0.task.rawValue == task }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.map(LodgeRun.init)
    }

    // MARK: The engine

    private func requestAnswer(_ command: Command) async throws -> LodgeRequest {
        let answer = try await reportingFaults { try await decide(command) }
        guard case .request(let view) = answer, let request = request(view.request.id.description) else {
            throw LodgeError(answer)
        }
        return request
    }

    /// Does something, and throws the first fault that was reported meanwhile.
    private func reportingFaults<Result>(_ body: () async throws -> Result) async throws -> Result {
        let count = faults.count
        let result = try await body()
        if faults.count > count { throw LodgeError.broken(reason: faults[count]) }
        return result
    }

    @discardableResult
    private func decide(_ command: Command) async throws -> Answer {
        let before = world
        let made = try thread.run(within: limit) { [before] in
            var world = before
            let decision = try world.decide(command)
            return (world, decision)
        }
        guard let (after, decision) = made else {
            let rule = rules.location.map { "the rule of \"\($0.event)\" of \($0.owner)" } ?? "the engine"
            throw LodgeError.broken(reason: "\(rule) has not returned within \(limit.inWords)")
        }
        world = after
        for event in decision.events {
            switch event {
            case .looping(let request, let quarantine, _, _):
                faults.append("request \(request): \(quarantine.note.en)")
            case .fault(_, _, let event, let reason): faults.append("\(event): \(reason)")
            case .runStopped(let run): waiting[run.id] = nil
            default: break
            }
        }
        for run in decision.begunRuns { try await begin(run) }
        if decision.moreIsDue { try await decide(.wake) }
        return decision.answers[0]
    }

    private func begin(_ run: StoredRun) async throws {
        // A restart, caused by an attempt before this one, has begun it anew.
        guard world.memory.run(run.id) == run else { return }
        guard held.contains(run.task) else { return try await execute(run) }
        waiting[run.id] = (run, now + (world.engine.registry.task(run.task)?.task.timeLimit ?? .zero))
    }

    private func execute(_ run: StoredRun) async throws {
        guard let definition = world.engine.registry.task(run.task)?.task else { return }
        let task = workers[run.task]?(definition) ?? definition
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw LodgeError.broken(reason: "\(run.task) runs over and over at \(now): its end asks for it again")
        }
        let planned = plans[run.task]?.isEmpty == false ? plans[run.task]?.removeFirst() ?? .runs : .runs
        if case .fails(let reason) = planned {
            return try await end(run, .failed(reason: reason, retryAfter: nil))
        }
        let (attempt, mistake) = await HandlerRun.attempt(
            task, run, in: world, log: lines, cut: planned.cut, within: limit, answer: answer)
        switch attempt {
        case .hung:
            throw LodgeError.broken(
                reason: "the handler of \(run.task) has not returned within \(limit.inWords) (run \(run.id))")
        case .killed: try await restart()
        case .ended(let result):
            if planned.endsTheDaemon {
                try await restart()
            } else if case .timesOut = planned {
                try await end(run, .timedOut(run, in: world))
            } else {
                try await end(run, result)
            }
        }
        // A mistake of the provider's code fails the test after the attempt has ended.
        if let mistake { throw mistake }
    }

    private func answer(_ call: HandlerCalls.Call) async throws {
        switch call {
        case .read(let question): question.answer(from: world.memory)
        case .submit(let command, let reply): reply.resume(returning: try await decide(command))
        }
    }

    private func end(_ run: StoredRun, _ result: AttemptResult) async throws {
        try await decide(.end(run: run.id, attempt: run.attempt, result: result))
    }
}

extension DirectoryTable {
    /// Takes a file; an empty one has nothing.
    @discardableResult
    fileprivate mutating func fill<Noun: DirectoryNoun>(
        _ noun: Noun.Type, _ text: String, in context: DirectoryContext = DirectoryContext()
    ) throws(LodgeError) -> [Noun] {
        guard !text.isEmpty else { return [] }
        let file = DirectoryFile<Noun>(Array(text.utf8), in: context)
        if let mistake = file.mistakes.first {
            throw .broken(reason: "\(noun.kind.rawValue), line \(mistake.line): \(mistake.reason.en)")
        }
        _ = change(DirectoryChanges(put: file.entries), from: edition)
        return file.entries
    }
}

extension Decision {
    /// The runs of which an attempt begins, in the daemon or at a worker.
    var begunRuns: [StoredRun] {
        events.compactMap { event in
            switch event {
            case .runStarted(let run), .runGiven(let run, _): run
            default: nil
            }
        }
    }
}

extension AttemptResult {
    static func timedOut(_ run: StoredRun, in world: World) -> AttemptResult {
        let limit = world.engine.registry.task(run.task)?.task.timeLimit ?? .zero
        return .failed(reason: "timed out after \(TimeSpan(limit))", retryAfter: nil)
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

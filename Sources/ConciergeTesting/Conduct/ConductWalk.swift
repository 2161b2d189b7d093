import ConciergeEngine
import ConciergeKit
import JSON

/// Walks the tables of a provider. Each step is decided by the real engine; what could go wrong is tried on copies.
final class ConductWalk {
    /// The name that every resident of a walk has a part of.
    private static let marker = "Zoé Témoin"
    static let foldedMarker = Folding.text(marker)
    /// The greatest duration of a rule.
    static let ruleLimit = Duration.milliseconds(10)
    /// How many times as long as it uses the processor a rule takes at most on a machine that does other things too.
    static let interruption = 5
    /// The greatest real duration of one rule or handler that does not return.
    static let patience = Duration.seconds(20)
    /// The greatest real duration of all decisions of the walks. The time for which a busy machine lets the walk wait does
    /// not count.
    private static let walkLimit = Duration.seconds(60)
    /// How often the same line, timer or task is tried on copies.
    static let trials = 2

    let provider: ServedProvider
    let folder: TestFolder
    let lines: LogBook
    let inputs: ConductInputs
    let exclusive: [Exclusive]
    let zone: Zone
    let start: Instant
    let tables: [ServiceTable]
    let tasks: [TaskDefinition]

    private(set) var findings: [String] = []
    private(set) var coverage: ConductCoverage
    private(set) var world: World
    /// How many steps were taken.
    private(set) var steps = 0
    private(set) var handlersTried = 0
    /// Rules that take longer than the highest grade allows, headlines that say nothing, and members that people cannot
    /// read, as sentences.
    var slowRules: Set<String> = []
    var poorHeadlines: Set<String> = []
    var untitledMembers: Set<String> = []
    var replays: [ConductReplay] = []
    var dice = SplitMix64(seed: 0)
    private var registry: Registry
    private var place: String
    /// Attempts that have begun and have not ended.
    var pending: [StoredRun] = []
    var tried: [String: Int] = [:]
    var linesRead = 0
    var daysPassed = 0
    var wakesInARow = 0
    let rules = RuleBook()
    let thread = WorkThread()
    private let clock = ContinuousClock()
    private var worked = Duration.zero
    private var lastPause = ContinuousClock.now
    /// Whether something did not return, so that nothing more can be found.
    var isOver = false

    init(
        _ provider: ServedProvider, in folder: TestFolder, _ lines: LogBook, inputs: ConductInputs,
        exclusive: [Exclusive], zone: Zone, at start: Instant
    ) async throws {
        (self.provider, self.folder, self.lines, self.inputs) = (provider, folder, lines, inputs)
        (self.exclusive, self.zone, self.start) = (exclusive, zone, start)
        place = folder.path + "/first"
        let contents = try await provider.instance(in: place).contents
        (tables, tasks) = (contents.services, contents.tasks)
        coverage = ConductCoverage(tables)
        registry = Registry(zone: zone)
        world = World(at: start)
        thread.start()
    }

    /// Whether the handler of a task was attempted twice, and cut off.
    func isTried(_ task: TaskDefinition) -> Bool { tried["handler \(task.key)"] != nil }

    func report(_ shortfalls: [Shortfall]) -> ConductReport {
        ConductReport(
            steps: replays.count, grade: shortfalls.grade, missing: shortfalls.next,
            taken: Dictionary(uniqueKeysWithValues: coverage.taken.map { ($0.key.description, $0.value) }),
            handlers: handlersTried)
    }

    func found(_ sentence: String) {
        if !findings.contains(sentence) { findings.append(sentence) }
    }

    func checkCoverage(except: Set<String>) {
        for sentence in coverage.neverTaken(except: except) { found(sentence) }
    }

    // MARK: Walking

    /// Walks so many steps in an empty lodge.
    func walk(seed: UInt64, steps: Int) async throws {
        guard !isOver else { return }
        dice = SplitMix64(seed: seed)
        world = World(at: start, seed: seed)
        world.engine.observer = rules
        (pending, daysPassed, wakesInARow) = ([], 0, 0)
        place = "\(folder.path)/\(seed)"
        try await startDaemon()
        for step in 0..<steps where !isOver {
            guard worked < Self.walkLimit else {
                found(
                    "the walk has not ended after \(Self.walkLimit.inWords) of deciding: it came to step \(step) of seed \(seed)"
                )
                isOver = true
                return
            }
            try await take(chooseStep())
            self.steps += 1
        }
    }

    /// Makes the provider and starts the daemon, for the first time or after it was killed.
    private func startDaemon() async throws {
        registry = try await registry(in: place)
        pending = []
        world.start(registry)
        // A worker is always connected: what a walk finds does not depend on when one comes.
        let outside = Set(tasks.filter { $0.executor == .worker }.map(\.key))
        if !outside.isEmpty { try await perform(.workerCame("walk", tasks: outside, limit: .max)) }
        try await perform(.wake)
    }

    /// A registry of a fresh instance of the provider.
    func registry(in folder: String) async throws -> Registry {
        var registry = Registry(zone: zone)
        registry.add(try await provider.instance(in: folder).contents)
        return registry
    }

    var openRequests: [StoredRequest] {
        world.memory.requests.values.filter(\.isOpen).sorted { $0.id < $1.id }
    }

    func table(of request: StoredRequest) -> ServiceTable? { tables.first { $0.id == request.service } }

    private func take(_ choice: Choice) async throws {
        if case .wake = choice { wakesInARow += 1 } else { wakesInARow = 0 }
        switch choice {
        case .open(let table, let row):
            guard let opening = row.opening else { return }
            let line = ConductLine(service: table.id, event: row.event, from: nil)
            // Samples of a service are for each of its openings that has none of its own.
            let own = "\(table.id) \(opening.id)"
            let key = inputs.samples(world.now)[own] == nil ? table.id.rawValue : own
            guard let input = inputs.make(opening.input, for: key, record: nil, now: world.now, &dice)
            else { return reportUnfilled(opening.input, line) }
            try await perform(
                .open(
                    service: table.id, by: opening.id, resident: drawResident(for: table),
                    about: Self.place(for: table),
                    input: input, caller: Self.caller),
                trying: line)
        case .signal(let table, let row):
            guard case .signal(let signal, let schema) = row.trigger else { return }
            let line = ConductLine(service: table.id, event: row.event, from: nil)
            guard let input = inputs.make(schema.input, for: signal, record: nil, now: world.now, &dice)
            else { return reportUnfilled(schema.input, line) }
            coverage.record(tried: line)
            try world.raise(
                signal, input, to: table.id, for: drawResident(for: table), about: Self.place(for: table),
                // Below the numbers of today, so that the walk's own are drawn after those in its ledger.
                number: Int64.random(in: 1..<(1 << 41), using: &dice))
            try await perform(.wake)
        case .correct(let request, let table):
            tried["correct \(table.id)", default: 0] += 1
            guard let input = inputs.make(corrections: table.corrections, now: world.now, &dice) else { return }
            try await perform(.correct(id: request.id, input: input, caller: Self.caller))
        case .act(let request, let action, let table):
            let line = ConductLine(service: table.id, event: .action(action.id), from: request.state)
            let record = (try? JSON.parse(request.record))?.objectValue
            guard
                let input = inputs.make(
                    action.input, for: "\(table.id) \(action.id)", record: record, now: world.now, &dice)
            else { return reportUnfilled(action.input, line) }
            try await perform(
                .act(id: request.id, action: action.id, input: input, caller: Self.caller), trying: line)
        case .trigger(let task):
            tried["task \(task.id)", default: 0] += 1
            guard let input = inputs.make(task.input, for: task.id, record: nil, now: world.now, &dice) else { return }
            try await perform(.trigger(task: task.key, input: input, caller: Self.caller))
        case .finish(let run): try await finish(run)
        case .wake:
            tried["wake", default: 0] += 1
            try await wake()
        case .day:
            daysPassed += 1
            let end = world.now + .days(1)
            for _ in 0..<50 {
                guard let due = world.nextDue, due <= end, !isOver else { break }
                try await wake()
            }
            world.now = max(world.now, end)
        case .restart: try await startDaemon()
        }
    }

    private static let caller = Caller(actor: "walk")

    private func drawResident(for table: ServiceTable) -> String? {
        let number = Int.random(in: 1...4, using: &dice)
        return table.resident == .none ? nil : "\(Self.marker) \(number)"
    }

    /// A place that no directory has, where one is required.
    private static func place(for table: ServiceTable) -> PlaceKey? {
        table.place == .required ? PlaceKey(residence: "walk") : nil
    }

    private func reportUnfilled(_ schema: InputSchema, _ line: ConductLine) {
        for field in ConductInputs.fieldsWithoutValues(schema) {
            found(
                "\(line): no value can be made for the field \"\(field)\": give it an example:, or a sample in inputs:")
        }
    }

    private func wake() async throws {
        guard let due = world.nextDue else { return }
        try await tryLate(dueLines, due: due)
        world.now = max(world.now, due)
        let lines = dueLines
        for line in lines { coverage.record(tried: line) }
        try await perform(.wake)
        for line in lines { try await tryStorm(line) }
    }

    // MARK: Deciding

    /// Decides a command on a copy of a world; nil if it does not return.
    func decide(_ command: Command, on world: World) async throws -> (world: World, decision: Decision)? {
        guard !isOver else { return nil }
        await letOthersGo()
        do {
            let made = try thread.run(within: Self.patience) { [clock] in
                let begin = clock.now
                var world = world
                let decision = try world.decide(command)
                return (world, decision, clock.now - begin)
            }
            if let (world, decision, duration) = made {
                worked += duration
                return (world, decision)
            }
            let rule = rules.location.map { "\($0.owner): the rule of \"\($0.event)\"" } ?? "the engine"
            found("\(rule) has not returned within \(Self.patience.inWords): a rule never waits and never loops")
            isOver = true
        } catch {
            found("\(describe(command, in: world)): the ledger refuses what was decided: \(error)")
        }
        return nil
    }

    /// Leaves the thread to other tests now and then: there are as many as the machine has processors.
    func letOthersGo() async {
        guard clock.now - lastPause > .milliseconds(250) else { return }
        await Task.yield()
        lastPause = clock.now
    }

    @discardableResult
    private func perform(_ command: Command, trying line: ConductLine? = nil) async throws -> Decision? {
        if let line { coverage.record(tried: line) }
        let before = world
        _ = rules.takeTimings()
        guard let (after, decision) = try await decide(command, on: before) else { return nil }
        let timings = rules.takeTimings()
        world = after
        replays.append(ConductReplay(before: before, command: command, decision: decision))
        coverage.record(decision.changes.entries)
        if let line, case .act(let id, _, _, _) = command {
            let started = Set(world.memory.timers(of: id).keys).subtracting(before.memory.timers(of: id).keys)
            coverage.record(line, starts: started.compactMap(\.name))
        }
        if let line, case .rejected(let rejection)? = decision.answers.first, case .broken = rejection {
            found("\(line): \(rejection.diagnosis)")
        } else if let line, case .rejected(let rejection)? = decision.answers.first {
            coverage.record(refusalOf: line, rejection.words.en)
        }
        for sentence in faults(of: decision, before: before) { found(sentence) }
        try await checkDuration(timings, command, before)
        checkNames(in: decision)
        checkState(after: decision)
        try await tryRefusedClaims(command, decision, before: before)
        for run in decision.begunRuns {
            pending.append(run)
            if Int.random(in: 0..<3, using: &dice) > 0 { try await finish(run) }
        }
        if decision.moreIsDue { try await perform(.wake) }
        return decision
    }

    func describe(_ command: Command, in world: World) -> String {
        switch command {
        case .open(let service, _, _, _, _, _, _): return "\(service): open"
        case .correct(let id, _, _):
            return world.memory.request(id).map { "\($0.service): a correction" } ?? "a correction"
        case .act(let id, let action, _, _):
            guard let request = world.memory.request(id) else { return action }
            return "\(ConductLine(service: request.service, event: .action(action), from: request.state))"
        case .trigger(let task, _, _, _): return "\(task)"
        case .end(let id, _, _, _):
            return world.memory.run(id).map { "\($0.task): the end of a run" } ?? "the end of a run"
        default: return "what is due"
        }
    }

    /// The mistakes of rules that no caller waits for, each as a sentence.
    func faults(of decision: Decision, before: World) -> [String] {
        decision.events.compactMap { event in
            switch event {
            case .fault(_, let id, let event, let reason):
                guard let request = before.memory.request(id) ?? decision.changes.requests.opened[id] else {
                    return reason
                }
                return "\(ConductLine(service: request.service, event: event, from: request.state)): \(reason)"
            case .looping(_, let quarantine, _, let service):
                return "\(service): a storm: \(quarantine.note.en)"
            default: return nil
            }
        }
    }

    // MARK: Runs

    private func finish(_ run: StoredRun) async throws {
        pending.removeAll { $0.id == run.id }
        guard !isOver, world.memory.run(run.id) == run, let task = world.engine.registry.task(run.task)?.task else {
            return
        }
        if task.executor == .worker { return try await finishOutside(run, task) }
        if mayTry("handler \(run.task)") || (run.request != nil && mayTry("handler of a request \(run.task)")) {
            handlersTried += 1
            for sentence in try await HandlerTrial(run, world, provider, folder, lines).findings(place: place) {
                found(sentence)
            }
        }
        let result: AttemptResult
        if Int.random(in: 0..<6, using: &dice) == 0 {
            result = .failedForGood(reason: "the walk lets it fail")
        } else {
            // What answering throws is among the findings already.
            let (end, _) = await HandlerRun.attempt(
                task, run, in: world, log: lines, cut: nil, within: Self.patience, answer: answer)
            switch end {
            case .ended(let end): result = end
            case .killed, .hung:
                found("\(run.task): the handler has not returned within \(Self.patience.inWords)")
                result = .failedForGood(reason: "hung")
            }
        }
        let end = Command.end(run: run.id, attempt: run.attempt, result: result)
        let count = replays.count
        try await perform(end)
        guard replays.count > count, replays[count].decision.restart(of: run) != nil else { return }
        try await tryRunStorm(run, result, replays[count].before)
    }

    /// Ends an attempt as a worker may: it succeeds where the task has no answer, which nobody can make up; else it fails,
    /// or its worker is lost.
    private func finishOutside(_ run: StoredRun, _ task: TaskDefinition) async throws {
        let result: AttemptResult =
            switch (try? task.answer([:]), Int.random(in: 0..<6, using: &dice)) {
            case (_, 0): .failedForGood(reason: "the walk lets it fail")
            case (_, 1): .lost(reason: "the walk loses its worker")
            case (let answer?, _): .succeeded(words: Text(fr: "Fait.", en: "Done."), data: answer)
            case (nil, _): .failed(reason: "the walk has no answer", retryAfter: nil)
            }
        try await perform(.end(run: run.id, attempt: run.attempt, result: result))
    }

    /// Answers a handler. What it submits is a step of the walk.
    private func answer(_ call: HandlerCalls.Call) async throws {
        switch call {
        case .read(let question): question.answer(from: world.memory)
        case .submit(let command, let reply):
            guard let answer = try await perform(command)?.answers.first else { throw CancellationError() }
            reply.resume(returning: answer)
        }
    }

}

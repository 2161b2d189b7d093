import ConciergeEngine
import ConciergeKit
import JSON

/// Walks the tables of a provider. Each step is decided by the real engine; what could go wrong is tried on copies.
final class ConductWalk {
    /// The name that every resident of a walk has a part of.
    private static let marker = "Zoé Témoin"
    private static let foldedMarker = Folding.text(marker)
    /// The greatest duration of a rule.
    static let ruleLimit = Duration.milliseconds(10)
    /// The greatest real duration of one rule or handler that does not return.
    static let patience = Duration.seconds(20)
    /// The greatest real duration of all decisions of the walks. The time for which a busy machine lets the walk wait does
    /// not count.
    private static let walkLimit = Duration.seconds(60)
    /// How often the same line, timer or task is tried on copies.
    private static let trials = 2

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
    /// Rules that take longer than the highest grade allows, and headlines that say nothing, as sentences.
    private(set) var slowRules: Set<String> = []
    private(set) var poorHeadlines: Set<String> = []
    private var replays: [ConductReplay] = []
    private var dice = SplitMix64(seed: 0)
    private var registry: Registry
    private var place: String
    /// Attempts that have begun and have not ended.
    private var pending: [StoredRun] = []
    private var tried: [String: Int] = [:]
    private var linesRead = 0
    private var daysPassed = 0
    private var wakesInARow = 0
    private let rules = RuleBook()
    private let thread = WorkThread()
    private let clock = ContinuousClock()
    private var worked = Duration.zero
    private var lastPause = ContinuousClock.now
    /// Whether something did not return, so that nothing more can be found.
    private var isOver = false

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
        try await perform(.wake)
    }

    /// A registry of a fresh instance of the provider.
    func registry(in folder: String) async throws -> Registry {
        var registry = Registry(zone: zone)
        registry.add(try await provider.instance(in: folder).contents)
        return registry
    }

    private enum Choice {
        case open(ServiceTable)
        case signal(ServiceTable, ServiceTable.Row)
        case correct(StoredRequest, ServiceTable)
        case act(StoredRequest, ActionSchema, ServiceTable)
        case trigger(TaskDefinition)
        case finish(StoredRun)
        case wake
        case day
        case restart
    }

    /// The step that leads to the line that was taken least; now and then any other.
    private func chooseStep() -> Choice {
        if Int.random(in: 0..<40, using: &dice) == 0 { return .restart }
        // Requests meet only if several are open at once.
        if Int.random(in: 0..<6, using: &dice) == 0, openRequests.count < 8, !tables.isEmpty {
            return .open(tables[Int.random(in: 0..<tables.count, using: &dice)])
        }
        let choices = weightedChoices()
        if Int.random(in: 0..<5, using: &dice) == 0 {
            return choices[Int.random(in: 0..<choices.count, using: &dice)].choice
        }
        let least = choices.map(\.weight).min() ?? 0
        let best = choices.filter { $0.weight == least }
        return best[Int.random(in: 0..<best.count, using: &dice)].choice
    }

    private func weightedChoices() -> [(choice: Choice, weight: Int)] {
        // What was refused so far may be allowed later.
        let refused = coverage.refusedSoFar.filter { line in
            openRequests.contains { $0.service == line.service && $0.state == line.from }
        }
        let days = min(daysPassed * 4 + 6, refused.map { coverage.weight($0) }.min() ?? .max)
        var choices: [(choice: Choice, weight: Int)] = [(.day, days)]
        for table in tables {
            for row in table.rows where row.from.isEmpty {
                let line = ConductLine(service: table.id, event: row.event, from: nil)
                choices.append((row.opening == nil ? .signal(table, row) : .open(table), coverage.weight(line)))
            }
        }
        // What a request waits for comes free only if the one that holds it is acted on.
        let awaited = openRequests.filter { world.memory.waiter($0.id) != nil }
            .map { coverage.weight(ConductLine(service: $0.service, event: .granted, from: $0.state)) }.min()
        for request in openRequests.prefix(8) {
            let mayFree = world.memory.waiter(request.id) == nil
            guard let table = table(of: request) else { continue }
            for action in table.actions(in: request.state) {
                guard let schema = table.row(for: action, in: request.state)?.action else { continue }
                let line = ConductLine(service: table.id, event: .action(action), from: request.state)
                let weight = coverage.weight(line)
                choices.append((.act(request, schema, table), mayFree ? min(weight, awaited ?? weight) : weight))
            }
            if !table.corrections.isEmpty {
                choices.append((.correct(request, table), (tried["correct \(table.id)"] ?? 0) * 6 + 2))
            }
        }
        for run in pending { choices.append((.finish(run), weight(ofEndOf: run))) }
        for task in tasks where task.hasForm {
            choices.append((.trigger(task), (tried["task \(task.id)"] ?? 0) * 6 + 2))
        }
        if world.nextDue != nil {
            // Waking leads to every timer that runs, however far ahead; a long wait for one gives way to the others.
            let lines = timerLines(of: world.memory.timers)
            let least = lines.map { coverage.weight($0) }.min() ?? (tried["wake"] ?? 0) * 4 + 4
            choices.append((.wake, least + wakesInARow / 10))
        }
        return choices
    }

    private func weight(ofEndOf run: StoredRun) -> Int {
        guard let request = run.request.flatMap(world.memory.request) else { return 2 }
        return coverage.weight(ConductLine(service: request.service, event: .runEnded(run.task), from: request.state))
    }

    /// The lines of the timers that are due next.
    private var dueLines: [ConductLine] {
        guard let due = world.nextDue else { return [] }
        let timers = world.memory.dueTimers(by: max(due, world.now), limit: 16)
        return timerLines(
            of: Dictionary(grouping: timers, by: \.request).mapValues { timers in
                Dictionary(uniqueKeysWithValues: timers.map { ($0.key, $0.due) })
            })
    }

    private func timerLines(of timers: [RequestID: [TimerKey: Instant]]) -> [ConductLine] {
        timers.flatMap { id, timers -> [ConductLine] in
            guard let request = world.memory.request(id) else { return [] }
            return timers.keys.compactMap { key in
                guard case .service(let name) = key else { return nil }
                return ConductLine(service: request.service, event: .timer(name), from: request.state)
            }
        }.sorted()
    }

    var openRequests: [StoredRequest] {
        world.memory.requests.values.filter(\.isOpen).sorted { $0.id < $1.id }
    }

    func table(of request: StoredRequest) -> ServiceTable? { tables.first { $0.id == request.service } }

    private func take(_ choice: Choice) async throws {
        if case .wake = choice { wakesInARow += 1 } else { wakesInARow = 0 }
        switch choice {
        case .open(let table):
            guard let opening = table.opening?.opening else { return }
            let line = ConductLine(service: table.id, event: .opened, from: nil)
            guard let input = inputs.make(opening.input, for: table.id.rawValue, record: nil, now: world.now, &dice)
            else { return reportUnfilled(opening.input, line) }
            try await perform(
                .open(service: table.id, resident: drawResident(for: table), input: input, caller: Self.caller),
                trying: line)
        case .signal(let table, let row):
            guard case .signal(let signal, let schema) = row.trigger else { return }
            let line = ConductLine(service: table.id, event: row.event, from: nil)
            guard let input = inputs.make(schema.input, for: signal, record: nil, now: world.now, &dice)
            else { return reportUnfilled(schema.input, line) }
            coverage.record(tried: line)
            try world.raise(
                signal, input, to: table.id, for: drawResident(for: table),
                number: Int64.random(in: 1..<(1 << 45), using: &dice))
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
    private func letOthersGo() async {
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
        for case .runStarted(let run) in decision.events {
            pending.append(run)
            if Int.random(in: 0..<3, using: &dice) > 0 { try await finish(run) }
        }
        if decision.moreIsDue { try await perform(.wake) }
        return decision
    }

    func describe(_ command: Command, in world: World) -> String {
        switch command {
        case .open(let service, _, _, _): return "\(service): open"
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

    // MARK: Checks after each step

    /// A rule that is slow is decided again, because the machine may have been busy: the shortest time counts.
    private func checkDuration(_ timings: [RuleBook.Timing], _ command: Command, _ before: World) async throws {
        for slow in timings where slow.duration > Self.ruleLimit || slow.processorTime > GradeDemand.ruleLimit {
            var shortest = slow
            for _ in 0..<6 {
                guard try await decide(command, on: before) != nil else { return }
                for timing in rules.takeTimings() where timing.location == slow.location {
                    shortest.duration = min(shortest.duration, timing.duration)
                    shortest.processorTime = min(shortest.processorTime, timing.processorTime)
                }
            }
            let rule = "\(slow.location.owner): the rule of \"\(slow.location.event)\""
            if shortest.processorTime > GradeDemand.ruleLimit {
                slowRules.insert("\(rule) uses \(shortest.processorTime.inWords)")
            }
            guard shortest.duration > Self.ruleLimit else { continue }
            found(
                "\(rule) takes more than "
                    + "\(Self.ruleLimit.milliseconds) ms: all callers wait for it; compute less, or have a task do it")
        }
    }

    /// Nobody's name in what the journal shows.
    private func checkNames(in decision: Decision) {
        func check(_ text: String, _ what: @autoclosure () -> String) {
            if Folding.text(text).contains(Self.foldedMarker) {
                found("\(what()) has the resident's name: nobody's data is in the journal; name the request by its id")
            }
        }
        for entry in decision.changes.entries {
            if case .notice(let name, _, _) = entry.event { check(name, "\(entry.service): the name of a notice") }
        }
        for event in decision.events {
            switch event {
            case .fault(_, _, let event, let reason): check(reason, "the fault of \(event)")
            case .postponed(_, _, let event, _, let reason):
                check(reason, "\(provider.id): the reason for which \(event) is postponed")
            default: break
            }
        }
        for run in decision.changes.runs.changed.values {
            if let error = run.error { check(error, "\(run.task): the reason of a failure") }
        }
        let all = lines.lines
        for line in all[min(linesRead, all.count)...] { check(line.text, "\(line.task ?? line.provider): a log line") }
        linesRead = all.count
    }

    private func checkState(after decision: Decision) {
        for id in decision.changes.requests.opened.keys.sorted() + decision.changes.requests.changed.keys.sorted() {
            if let sentence = stuck(id, in: world) { found(sentence) }
            checkHeadline(of: id)
        }
        // The engine releases what a closed request holds; a rule cannot prevent that.
        for (claim, holder) in world.memory.holders where world.memory.request(holder)?.isOpen == false {
            found("\(claim) is held by a request that is closed: a mistake of the engine")
        }
        for rule in exclusive { checkExclusive(rule) }
    }

    /// Why nothing can ever happen to a request; nil if something can.
    func stuck(_ id: RequestID, in world: World) -> String? {
        let memory = world.memory
        guard let request = memory.request(id), request.isOpen, let table = table(of: request),
            table.actions(in: request.state).isEmpty, memory.timers(of: id).isEmpty, memory.waiter(id) == nil,
            !memory.runs.values.contains(where: { $0.request == id && !$0.state.isFinished })
        else { return nil }
        return
            "\(request.service): a request in the state \"\(request.state)\" is stuck: it has no timer, no run, no place in "
            + "line and no action; start a timer, or give the state an action"
    }

    private func checkHeadline(of id: RequestID) {
        guard let request = world.memory.request(id), let table = table(of: request) else { return }
        guard let headline = table.headline(of: request, in: zone) else {
            return found("\(table.id): the record of a request cannot be read for its headline")
        }
        for (words, name) in [(headline.fr, table.name.fr), (headline.en, table.name.en)]
        where words.allSatisfy(\.isWhitespace) || words == name {
            poorHeadlines.insert("\(table.id): the headline of a request is \"\(words)\"")
        }
    }

    private func checkExclusive(_ rule: Exclusive) {
        var owners: [String: RequestID] = [:]
        for request in openRequests where request.service.rawValue == rule.service {
            do {
                guard let states = table(of: request)?.stateBook,
                    let key = try rule.key(RawRequest(request), states)
                else { continue }
                if owners[key] != nil {
                    found("\(rule.service): two open requests both have \"\(key)\", which is exclusive: claim it")
                }
                owners[key] = request.id
            } catch {
                found("\(rule.service): a record cannot be read: \(error)")
            }
        }
    }

    // MARK: Trials on copies

    private func mayTry(_ what: String) -> Bool {
        guard (tried[what] ?? 0) < Self.trials else { return false }
        tried[what, default: 0] += 1
        return true
    }

    /// Lets the timers that are due next fire a day late, with all that is due by then.
    private func tryLate(_ lines: [ConductLine], due: Instant) async throws {
        let untried = lines.filter { mayTry("late \($0)") }
        guard !untried.isEmpty else { return }
        var late = world
        late.now = max(late.now, due) + .days(1)
        guard let (after, decision) = try await decide(.wake, on: late) else { return }
        for sentence in faults(of: decision, before: late) { found("\(sentence) (a day late)") }
        for id in decision.changes.requests.changed.keys.sorted() {
            if let sentence = stuck(id, in: after) { found("\(sentence) (after a timer that was a day late)") }
        }
    }

    /// Whether the rule of a timer starts it over and over without delay.
    private func tryStorm(_ line: ConductLine) async throws {
        guard let due = world.nextDue, due <= world.now + .milliseconds(100), mayTry("storm \(line)") else { return }
        var copy = world
        for _ in 0..<130 {
            guard let due = copy.nextDue, due <= copy.now + .milliseconds(100) else { return }
            copy.now = max(copy.now, due)
            guard let (after, decision) = try await decide(.wake, on: copy) else { return }
            for sentence in faults(of: decision, before: copy) { found(sentence) }
            copy = after
        }
    }

    /// Decides a step that claims something again where another request holds it: the rule must do something else.
    private func tryRefusedClaims(_ command: Command, _ decision: Decision, before: World) async throws {
        let takers = Set(decision.changes.claims.takers)
        let lines = decision.changes.entries.filter { takers.contains($0.request) }.compactMap(ConductLine.init)
        guard lines.contains(where: { mayTry("claim \($0)") }) else { return }
        var blocked = before
        var last = decision
        for _ in 0..<40 {
            guard blocked.hold(last.changes.claims) else { return }
            guard let (_, again) = try await decide(command, on: blocked) else { return }
            last = again
            for sentence in faults(of: again, before: blocked) { found("\(sentence) (where its claim is taken)") }
            if case .rejected(let rejection)? = again.answers.first, case .broken = rejection, let line = lines.first {
                found("\(line): \(rejection.diagnosis) (where its claim is taken)")
            }
            if takers.isDisjoint(with: again.changes.claims.takers) { break }
        }
        for taker in takers.sorted() where !last.changes.claims.takers.contains(taker) {
            let line = decision.changes.entries.filter { $0.request == taker }.lazy.compactMap(ConductLine.init).first
            guard let line, let given = decision.request(taker), last.request(taker) == given else { continue }
            found(
                "\(line): the rule does the same whether or not it gets what it claims: refuse, wait in line, or postpone "
                    + "where tryClaim gives nothing")
        }
    }

    // MARK: Runs

    private func finish(_ run: StoredRun) async throws {
        pending.removeAll { $0.id == run.id }
        guard !isOver, world.memory.run(run.id) == run, let task = world.engine.registry.task(run.task)?.task else {
            return
        }
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

    /// Answers a handler. What it submits is a step of the walk.
    private func answer(_ call: HandlerCalls.Call) async throws {
        switch call {
        case .read(let question): question.answer(from: world.memory)
        case .submit(let command, let reply):
            guard let answer = try await perform(command)?.answers.first else { throw CancellationError() }
            reply.resume(returning: answer)
        }
    }

    /// Whether the end of a run begins the same task again, over and over at one instant.
    private func tryRunStorm(_ run: StoredRun, _ result: AttemptResult, _ before: World) async throws {
        guard mayTry("storm \(run.task)") else { return }
        var (copy, run) = (before, run)
        for _ in 0..<100 {
            let end = Command.end(run: run.id, attempt: run.attempt, result: result)
            guard let (after, decision) = try await decide(end, on: copy), let next = decision.restart(of: run) else {
                return
            }
            (copy, run) = (after, next)
        }
        found("\(run.task): a storm: the end of a run begins the task again, 100 times without the clock moving on")
    }

    // MARK: Again

    /// Decides every step once more: later, with a new instance of the provider, and with facts that are loaded only once
    /// they are asked for, so that rules run several times.
    func playAgain() async throws {
        guard !isOver else { return }
        // A rule that reads a clock of milliseconds has another result after this.
        try await Task.sleep(for: .milliseconds(5))
        for (index, replay) in replays.enumerated() {
            await letOthersGo()
            let registry = try await registry(in: "\(folder.path)/again-\(index)")
            let again: Decision? = try thread.run(within: Self.patience) { try replay.decideAgain(registry) }
            guard let again else {
                found(
                    "\(describe(replay.command, in: replay.before)): the rule has not returned when it was played again"
                )
                return
            }
            guard let what = replay.difference(from: again) else { continue }
            let line = replay.line(ofDifferenceFrom: again) ?? describe(replay.command, in: replay.before)
            found(
                "\(line): the rule gives another result when the step is played again: \(what). It reads a clock, draws "
                    + "chance or keeps state: use the moment and the record alone")
        }
    }
}

extension Decision {
    func request(_ id: RequestID) -> StoredRequest? { changes.requests.opened[id] ?? changes.requests.changed[id] }

    /// The attempt that has begun of the same task for the same request.
    fileprivate func restart(of run: StoredRun) -> StoredRun? {
        for case .runStarted(let started) in events
        where started.task == run.task && started.request != nil && started.request == run.request
            && started.id != run.id
        {
            return started
        }
        return nil
    }
}

extension World {
    /// Lets a request of nobody hold what was claimed. Returns false if it is held already.
    fileprivate mutating func hold(_ claims: ClaimChanges) -> Bool {
        let holder = RequestID(number: 1)
        var changes = Changes()
        if memory.request(holder) == nil {
            changes.requests.opened[holder] = StoredRequest(
                id: holder, service: "conduct.holder", state: "open", isOpen: true, resident: nil, openedAt: now,
                closedAt: nil, record: [], version: 1)
        }
        for claim in claims.taken.keys { changes.claims.taken[claim] = holder }
        for (claim, ranges) in claims.ranges.taken {
            for range in ranges {
                changes.claims.ranges.take(HeldRange(unit: range.unit, time: range.time, request: holder), of: claim)
            }
        }
        for (claim, shares) in claims.shares.taken {
            for share in shares {
                changes.claims.shares.take(
                    HeldShare(place: share.place, until: share.until, request: holder), of: claim)
            }
        }
        return (try? memory.apply(changes)) != nil
    }
}

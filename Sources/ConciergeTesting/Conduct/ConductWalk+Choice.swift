import ConciergeEngine
import ConciergeKit

/// Which step a walk takes next.
extension ConductWalk {
    enum Choice {
        case open(ServiceTable, ServiceTable.Row)
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
    func chooseStep() -> Choice {
        if Int.random(in: 0..<40, using: &dice) == 0 { return .restart }
        // Requests meet only if several are open at once.
        if Int.random(in: 0..<6, using: &dice) == 0, openRequests.count < 8, !tables.isEmpty {
            let table = tables[Int.random(in: 0..<tables.count, using: &dice)]
            let openings = table.openings
            if !openings.isEmpty {
                // A service with one opening takes no number, so that its walks stay as they are.
                let chosen = openings.count == 1 ? 0 : Int.random(in: 0..<openings.count, using: &dice)
                return .open(table, openings[chosen])
            }
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
                choices.append((row.opening == nil ? .signal(table, row) : .open(table, row), coverage.weight(line)))
            }
        }
        // What a request waits for comes free only if the one that holds it is acted on.
        let awaited = openRequests.filter { world.memory.waiter($0.id) != nil }
            .map { coverage.weight(ConductLine(service: $0.service, event: .granted, from: $0.state)) }.min()
        let untaken = coverage.leastUntaken
        for request in openRequests.prefix(8) {
            let mayFree = world.memory.waiter(request.id) == nil
            guard let table = table(of: request) else { continue }
            let timers = world.memory.timers(of: request.id).keys.compactMap(\.name)
            for action in table.actions(in: request.state) {
                guard let row = table.row(for: action, in: request.state), let schema = row.action else { continue }
                let line = ConductLine(service: table.id, event: .action(action), from: request.state)
                let beyond = row.to.filter { $0 != request.state }
                    .compactMap { untaken[ConductState(service: table.id, state: $0)] }.min()
                let weight = min(
                    coverage.weight(line, leadingTo: beyond),
                    coverage.weight(line, into: row.to, timers: timers) ?? .max)
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
    var dueLines: [ConductLine] {
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
                key.name.map { ConductLine(service: request.service, event: .timer($0), from: request.state) }
            }
        }.sorted()
    }
}

extension TimerKey {
    /// The name by which a rule knows the timer; nil for those that no rule sees.
    var name: String? {
        guard case .service(let name) = self else { return nil }
        return name
    }
}

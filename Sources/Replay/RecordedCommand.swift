import ConciergeEngine
import ConciergeKit
import JSON

/// How a history line came about.
enum RecordedOrigin {
    /// A rule decided it, when the engine processed this command.
    case command(Command)
    /// A rule decided it, when this timer of a request fired: a timer of its service, the outcome of a run, a grant or
    /// a signal.
    case timer(PendingTimer)
    /// No rule decided it, or one that the line does not name: it follows from other lines, or from the daemon's life.
    case none
    /// Something that its decision depended on is not in the ledger any more.
    case missing(String)
}

extension Followed {
    /// How a line of the request came about. Each kind of line is named here, and nowhere else.
    mutating func origin(of entry: Entry, _ facts: ReplayFacts) throws -> RecordedOrigin {
        let caller = Caller(actor: entry.actor)
        func fires(_ key: TimerKey, of request: RequestID? = nil) -> RecordedOrigin {
            .timer(PendingTimer(request: request ?? entry.request, key: key, due: entry.at))
        }
        switch entry.event {
        case .opened, .openedBy:
            let opening: String? = if case .openedBy(let id) = entry.event { id } else { nil }
            return .command(
                .open(
                    service: entry.service, by: opening, resident: resident, about: about, input: entry.object,
                    caller: caller))
        case .action(let action):
            return .command(.act(id: entry.request, action: action, input: entry.object, caller: caller))
        case .corrected:
            // The line has the values from and to; a value that was cleared has no `to`.
            let input = entry.object.mapValues { $0.objectValue?["to"] ?? .null }
            return .command(.correct(id: entry.request, input: input, caller: caller))
        case .timer(let name): return fires(.service(name))
        case .granted: return fires(.grant)
        case .runEnded(let task):
            guard let run = try takeEnded(task, at: entry.at, facts) else {
                return .missing("the run that ended is not in the ledger any more, or has run again since")
            }
            facts.ended = run
            return fires(.outcome(of: run.id))
        case .openedOnSignal(let signal):
            guard let cause else { return .missing("the ledger does not say which request raised the signal") }
            let raised = try facts.timers(of: cause.request).keys.compactMap { key in
                if case .delivery(let delivery) = key, delivery.signal == signal, delivery.listener == entry.service {
                    delivery
                } else {
                    nil
                }
            }
            facts.values = Array(entry.object.description.utf8)
            // What the line says of the request that raised the signal is enough where that one is not followed.
            if try facts.request(cause.request) == nil {
                facts.raiser = StoredRequest(
                    id: cause.request, service: entry.service, state: "", isOpen: true, resident: resident,
                    openedAt: entry.at, closedAt: nil, record: [], version: 1, about: about)
                facts.signalsBefore = cause.length - 1
            }
            return fires(
                .delivery(raised.min() ?? SignalDelivery(number: 2, signal: signal, listener: entry.service)),
                of: cause.request)
        case .undone:
            return .missing("staff took something back, and what the request was before is not in the ledger")
        case .signal, .notice, .told, .delivered, .upgraded, .quarantined, .released, .reassigned, .relocated,
            .followed, .unfollowed, .noted:
            return .none
        }
    }

    /// The run of a task whose end a line records. Each is taken once, at the moment at which it ended; later lines of
    /// the same run are those of an outcome that had to wait.
    private mutating func takeEnded(_ task: TaskID, at moment: Instant, _ facts: ReplayFacts) throws -> StoredRun? {
        let index = runs.firstIndex { run in
            run.run.task == task && run.run.finishedAt == moment && run.run.state.isFinished && !run.hasEnded
        }
        if let index {
            runs[index].hasEnded = true
            return runs[index].run
        }
        let waiting = try facts.timers(of: id).filter { key, _ in
            if case .outcome(let run) = key { runs.contains { $0.run.id == run && $0.run.task == task } } else { false }
        }
        guard case .outcome(let id)? = waiting.min(by: { $0.value < $1.value })?.key else { return nil }
        return runs.first { $0.run.id == id }?.run
    }
}

extension Entry {
    /// The input of the line.
    var object: JSONObject { input.flatMap { try? JSON.parse($0).objectValue } ?? [:] }
}

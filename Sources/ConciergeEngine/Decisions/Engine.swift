package import ConciergeKit
import JSON

/// Decides: commands in, answers and changes out. It does no I/O, waits for nothing and reads no clock; what it knows
/// besides its arguments is what is served.
///
/// Each command is decided on the state that the ones before it in the batch left. One that is rejected leaves no
/// trace.
package struct Engine: Sendable {
    package var registry: Registry
    /// Due timers fired in one batch at most, so that calls which came meanwhile do not wait long.
    package var timersPerBatch = 128
    /// The same where calls are in the batch: they wait for a part of it only, and what else is due comes right after.
    package var timersBesideCalls = 16
    /// Requests and runs that have crashed the daemon too often: they wait.
    package var quarantined = Quarantined()
    /// Is told of provider code before it is called.
    package var witness: (any Witness)?

    package init(registry: Registry) {
        self.registry = registry
    }

    /// What a batch came to.
    package struct Decision: Sendable {
        /// One for each command.
        package var answers: [Answer] = []
        package var changes = Changes()
        /// Runs that begin once the changes are committed.
        package var started: [StoredRun] = []
        /// Runs that were cancelled while they were under way.
        package var stopped: [StoredRun] = []
        /// Runs that failed without an answer to anybody: a crash took their last attempt.
        package var givenUp: [StoredRun] = []
        /// What operations want to know besides.
        package var remarks: [Remark] = []
        /// Whether more is due than one batch takes.
        package var moreIsDue = false
        /// Rules that went wrong where nobody is told by an answer.
        package var faults: [Fault] = []
        /// What waits in quarantine once the changes are committed.
        package var quarantined = Quarantined()

        package init() {}
    }

    /// Provider code that did what it must not.
    package struct Fault: Sendable, Hashable {
        package let provider: String
        package let request: String
        package let event: String
        package let reason: String
    }

    /// What decisions are made with.
    struct Desk {
        var book: Book
        let now: Instant
        var generator: any RandomNumberGenerator & Sendable
        var slots: Slots
        var schedules: [String: ScheduleMark]
        var quarantined: Quarantined
        var decision = Decision()

        /// The number of the last id that was drawn in this batch.
        var lastNumber: UInt64?

        /// A new id, greater than all in the ledger. Two ledgers do not meet in practice: within a millisecond it is
        /// drawn by lot.
        mutating func drawID() throws -> String {
            let first = ShortID.number(at: now)
            var last = try lastNumber ?? book.facts.greatestID().flatMap(ShortID.number(of:)) ?? 0
            // Far in the future: made while the clock was wrong. The ledger sees to it that no id is there twice.
            if last > first + 366 * 86_400_000 * ShortID.pace { last = 0 }
            let number = max(last + 1, first + UInt64.random(in: 0..<ShortID.pace, using: &generator))
            lastNumber = number
            return ShortID.of(number)
        }
    }

    /// Decides a batch at an instant.
    ///
    /// `slots` and `schedules` are the caller's to keep: as they come out they hold for the next batch once these
    /// changes are committed, and are to be thrown away where the commit fails.
    package func decide(
        _ commands: [Command], facts: any Facts, now: Instant,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        slots: inout Slots, schedules: inout [String: ScheduleMark]
    ) throws -> Decision {
        var desk = Desk(
            book: Book(facts), now: now, generator: generator, slots: slots, schedules: schedules,
            quarantined: quarantined)
        for command in commands {
            do {
                desk.decision.answers.append(try answer(command, of: commands.count, at: &desk))
            } catch let rejection as Rejection {
                desk.decision.answers.append(.rejected(rejection))
            }
        }
        try startQueuedRuns(at: &desk)
        desk.decision.changes = desk.book.changes
        desk.decision.quarantined = desk.quarantined
        (slots, schedules) = (desk.slots, desk.schedules)
        return desk.decision
    }

    private func answer(_ command: Command, of count: Int, at desk: inout Desk) throws -> Answer {
        try admit(command)
        return switch command {
        case .open(let service, let resident, let input, let caller):
            try once(caller, ["open", service, resident.given, input.canonicalText], at: &desk) { desk in
                try open(service, for: resident, with: input, by: caller.actor, at: &desk)
            }
        case .act(let id, let action, let input, let caller):
            try once(caller, ["act", ShortID.read(id) ?? id, action, input.canonicalText], at: &desk) { desk in
                try act(on: id, action, with: input, by: caller.actor, at: &desk)
            }
        case .trigger(let task, let input, let priority, let caller):
            try once(caller, ["trigger", task, (priority?.word).given, input.canonicalText], at: &desk) { desk in
                try trigger(task, with: input, priority: priority, by: caller.actor, at: &desk)
            }
        case .retry(let run, let caller):
            try once(caller, ["retry", run], at: &desk) { try retry(run, by: caller.actor, at: &$0) }
        case .cancel(let run, let caller):
            try once(caller, ["cancel", run], at: &desk) { try cancel(run, by: caller.actor, at: &$0) }
        case .release(let request, let caller):
            try once(caller, ["release", request], at: &desk) { try release(request, by: caller.actor, at: &$0) }
        case .follow(let run):
            .run(try find(run, in: desk.book))
        case .pause(let what, let actor):
            try pause(what, by: actor, at: &desk)
        case .resume(let what, let actor):
            try resume(what, by: actor, at: &desk)
        case .end(let run, let attempt, let result, let handlerReturned):
            try end(run, attempt: attempt, result, handlerReturned: handlerReturned, at: &desk)
        case .returned(let task, let provider):
            returned(task, of: provider, at: &desk)
        case .wake:
            try wake(firing: count > 1 ? timersBesideCalls : timersPerBatch, at: &desk)
        }
    }

    /// Makes a decision once for an idempotency key: a repeat of the same call gets the first answer, and the key with
    /// another call is refused. A rejection is not remembered, because it changed nothing.
    private func once(
        _ caller: Caller, _ call: @autoclosure () -> [String], at desk: inout Desk,
        decide: (inout Desk) throws -> Answer
    ) throws -> Answer {
        guard let key = caller.idempotencyKey else { return try decide(&desk) }
        let fingerprint = Fingerprint.of(call())
        if let first = try desk.book.answer(to: key) {
            guard first.fingerprint == fingerprint else {
                throw Rejection.refused(
                    Text(
                        fr: "La clé d'idempotence « \(key) » a déjà servi à un autre appel.",
                        en: "The idempotency key \"\(key)\" was already used for another call."))
            }
            return .repeated(first.answer)
        }
        let answer = try decide(&desk)
        if let shown = answer.shown(by: registry) {
            desk.book.remember(StoredAnswer(key: key, fingerprint: fingerprint, answer: shown, at: desk.now))
        }
        return answer
    }
}

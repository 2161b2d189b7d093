import ConciergeKit
import WorkingCalendar

extension Batch {
    /// What a step makes of the commitments of its request.
    struct StepCommitments {
        /// Those that are new or have changed.
        var changed: [StoredCommitment] = []
        var calendars: [String: [UInt8]] = [:]
        /// The timers that begin, move or end.
        var timers: [(name: String, due: Instant?)] = []
    }

    /// The commitments after a step. A request that is closed ends those that are open.
    func commitments(
        after drafted: Drafted, _ step: Step, of request: StoredRequest, closes: Bool
    ) throws -> StepCommitments {
        var commitments = StepCommitments()
        guard step.table.hasCommitments else {
            try requireLines(drafted, step)
            return commitments
        }
        if let book = drafted.commitments {
            if let reason = book.refusal { throw Rejection.refused(reason.said(in: registry.zone)) }
            try requireLines(drafted, step)
            commitments.changed = book.changes
            commitments.calendars = book.calendars
        }
        if closes { try end(&commitments, of: request) }
        // The last of each name has the timers of that name.
        var last: [String: StoredCommitment] = [:]
        for commitment in commitments.changed { last[commitment.name] = commitment }
        guard !closes else { return commitments }
        for (name, commitment) in last.sorted(by: { $0.key < $1.key }) {
            let new = commitments.calendars[commitment.content.calendar]
            let due = commitment.timers(at: now, by: try calendar(commitment.content.calendar, new: new))
            commitments.timers.append((DeadlineTimer.approaching(name).id, due.approaching))
            commitments.timers.append((DeadlineTimer.missed(name).id, due.missed))
        }
        return commitments
    }

    /// Ends the open commitments of a request that is closed.
    private func end(_ commitments: inout StepCommitments, of request: StoredRequest) throws {
        var all = commitments.changed
        if request.version > 0 {
            let changed = Set(all.map(\.number))
            all += try staged.commitments(of: request.id).filter { !changed.contains($0.number) }
        }
        for var commitment in all where commitment.isOpen {
            commitment.end(at: now)
            commitments.changed.removeAll { $0.number == commitment.number }
            commitments.changed.append(commitment)
        }
    }

    /// A rule promises only what the table watches.
    private func requireLines(_ drafted: Drafted, _ step: Step) throws {
        for commitment in drafted.commitments?.changes ?? [] where !step.table.watches(commitment.name) {
            throw Rejection.broken(
                provider: step.provider,
                reason: "\(step.table.id): the rule of \"\(step.row.event)\" promises \"\(commitment.name)\", whose "
                    + "deadline no line watches: write on(missed: .\(commitment.name), in: …)")
        }
    }

    /// The working calendar by which a commitment was made.
    private func calendar(_ id: String, new content: [UInt8]?) throws -> WorkingCalendar {
        let calendars = claims.calendars
        if let known = calendars.calendar(id: id) { return known }
        let stored = try content ?? staged.workingCalendar(id)
        return stored.flatMap(calendars.calendar(stored:)) ?? calendars.standard.calendar
    }

    /// Stages a step's commitments.
    mutating func apply(_ commitments: StepCommitments, to request: RequestID) {
        guard !commitments.changed.isEmpty else { return }
        for commitment in commitments.changed { staged.set(commitment, of: request) }
        staged.changes.commitments.calendars.merge(commitments.calendars) { $1 }
    }

    /// The commitments of a request, as they are shown with it.
    func commitments(of request: StoredRequest) throws -> [CommitmentView] {
        try registry.service(request.service).map { try commitments(of: request, $0.table) } ?? []
    }

    /// The same, where the table is at hand.
    func commitments(of request: StoredRequest, _ table: ServiceTable) throws -> [CommitmentView] {
        guard table.hasCommitments else { return [] }
        return try staged.commitments(of: request.id).map { CommitmentView($0) }
    }

    /// Whether the deadline of a commitment has passed.
    func isPast(_ name: String, of request: StoredRequest) throws -> Bool {
        let commitment = try staged.commitments(of: request.id).last { $0.name == name }
        return commitment?.due.map { $0 <= now } ?? false
    }

    /// Records that the deadline of a commitment has passed, whether or not a line of the table is for it.
    mutating func miss(_ name: String, of request: StoredRequest) throws {
        guard var commitment = try staged.commitments(of: request.id).last(where: { $0.name == name }) else { return }
        commitment.miss(at: now)
        staged.set(commitment, of: request.id)
        let next = commitment.timers(at: now, by: try calendar(commitment.content.calendar, new: nil)).missed
        if let next {
            staged.setTimer(
                .service(DeadlineTimer.missed(name).id), of: request, due: max(next, now + TimerPace.leastDelay))
        }
    }

    /// Records in the history that a deadline has passed in a state for which the table has no line.
    mutating func noteMissed(_ event: RequestEvent, _ name: String, of request: StoredRequest) throws {
        let commitment = try staged.commitments(of: request.id).last { $0.name == name }
        guard let commitment, commitment.escalated == 0, let due = commitment.missedAt else { return }
        let title = commitment.content.title
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: "timer", event: event,
                from: request.state, to: request.state,
                note: Text(
                    fr: "\(title) : l'échéance du \(due) est passée", en: "\(title): the deadline of \(due) has passed")
            ))
    }
}

extension StagedChanges {
    func workingCalendar(_ id: String) throws -> [UInt8]? {
        try changes.commitments.calendars[id] ?? facts.workingCalendar(id)
    }
}

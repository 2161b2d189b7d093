import ConciergeKit
import JSON

extension Batch {
    /// What a request goes back to if what is about to be done to it is taken back.
    func undoPoint(before request: StoredRequest, by actor: String) throws -> UndoPoint {
        // All is asked for before the first answer is used, so that a ledger on a network loads it at once.
        let timers = Result { try staged.timers(of: request.id) }
        let notices = Result { try staged.waitingNotices(of: request.id) }
        let claims = Result { try staged.claims(of: request.id) }
        let ranges = Result { try staged.ranges(heldBy: request.id) }
        let shares = Result { try staged.shares(heldBy: request.id) }
        let commitments = Result { try staged.commitments(of: request.id) }
        return UndoPoint(
            at: now, actor: actor,
            before: UndoPoint.Before(
                state: request.state, closedAt: request.closedAt, record: request.record,
                recordVersion: request.recordVersion, timers: try timers.get().filter { !$0.key.isDelivery },
                claims: try claims.get(), ranges: try ranges.get().filter { !$0.value.isEmpty },
                shares: try shares.get().filter { !$0.value.isEmpty }, commitments: try commitments.get(),
                notices: try notices.get().compactMap { notice in
                    if case .stored(let number) = notice.place { number } else { nil }
                }))
    }

    /// The same for a request that a caller is about to change: what a run does is not for staff to take back.
    func undoPoint(of id: RequestID, before caller: Caller) throws -> UndoPoint {
        guard caller.attempt == nil else { return UndoPoint(at: now, actor: caller.actor, before: nil) }
        return try undoPoint(before: try find(id), by: caller.actor)
    }

    /// Notes that a run has opened a request, so that staff do not take that back.
    mutating func noteRun(_ caller: Caller, _ answer: Answer) {
        guard caller.attempt != nil, case .request(let view) = answer else { return }
        staged.changes.undo[view.request.id] = UndoPoint(at: now, actor: caller.actor, before: nil)
    }

    /// Takes back the last thing that staff did to a request, and all that timers and runs did to it since.
    ///
    /// State, record, timers, claims and commitments are as before. A notice that is not on its way yet is withdrawn; whoever
    /// was told is told that it does not hold. A request that was just opened is closed: ``ServiceTable/undone``.
    ///
    /// - Parameter version: The version of the request that the caller has seen; nil to take back whatever was last.
    mutating func undo(_ id: RequestID, version: Int?, by actor: String) throws -> Answer {
        let request = try find(id)
        try refuseQuarantined(id)
        let (provider, table) = try server(of: request)
        // What this batch has changed is not in the ledger's lines yet; whoever asked for it has not been answered either.
        let isChanged = staged.changes.requests.changed[id] != nil || staged.changes.requests.opened[id] != nil
        guard !isChanged, version ?? request.version == request.version else {
            throw Rejection.refused(
                Text(
                    fr: "La demande a changé entre-temps : relisez-la avant de revenir en arrière.",
                    en: "The request has changed in the meantime: read it again before you undo anything."))
        }
        let undone = try lastStep(of: request)
        let lines = try staged.facts.lines(of: id, since: undone.at)
        try refuseBuiltOn(lines)
        let goal = undone.before ?? UndoPoint.Before(opened: request)
        let claims = try claims(from: request, backTo: goal)
        let told = try takeBackNotices(in: lines, of: request, to: goal)
        let event = try undone.before == nil ? .opened : step(in: lines, by: undone)

        for run in try staged.facts.runs(unfinishedOf: id) where run.createdAt >= undone.at {
            takeBack(run, by: actor)
        }
        try setTimers(of: request, backTo: goal)
        setCommitments(of: request, try staged.commitments(of: id), backTo: goal)
        staged.apply(claims, for: id)
        note(freed: claims, of: provider)
        if try staged.waiter(id) != nil { staged.changes.waiting[id] = .some(nil) }

        var restored = request
        restored.state = goal.state
        restored.isOpen = table.isOpen(goal.state)
        restored.closedAt = restored.isOpen ? nil : goal.closedAt ?? now
        restored.record = goal.record
        restored.recordVersion = goal.recordVersion
        restored.version += 1
        staged.change(restored)
        // What is taken back is over: nothing before it is taken back by a second call.
        staged.changes.undo[id] = UndoPoint(at: now, actor: actor, before: nil)
        // The point of an opening does not keep who opened it; the line does.
        let doer = undone.actor.isEmpty ? lines.first?.entry.actor ?? "" : undone.actor
        let input: JSONObject = [
            "event": .string(event.description), "by": .string(doer), "at": .string("\(undone.at)"),
        ]
        staged.append(
            Entry(
                request: id, service: request.service, at: now, actor: actor, event: .undone, from: request.state,
                to: restored.state, input: Array(input.description.utf8)))
        let corrections = try notices(told, about: restored, leaves: false)
        apply(corrections, to: restored, in: restored.state, by: actor)
        if !restored.isOpen { state.timerPace.forget(id) }
        try grantFreed()
        return .request(
            RequestView(
                request: restored, timers: try staged.timers(of: id), commitments: try commitments(of: restored, table),
                followers: try staged.followers(of: restored)))
    }

    /// What there is to take back.
    private func lastStep(of request: StoredRequest) throws -> UndoPoint {
        func refuse(_ fr: Phrase, _ en: Phrase) -> Rejection { .refused(Text(fr: fr, en: en).said(in: registry.zone)) }
        guard request.state != ServiceTable.undone.id else {
            throw refuse("Cette saisie est déjà annulée.", "This entry has been taken back already.")
        }
        var point = try staged.undoPoint(of: request.id)
        if point == nil, try staged.cause(of: request) == nil {
            point = UndoPoint(at: request.openedAt, actor: "", before: nil)
        } else if point?.before == nil {
            throw refuse(
                "Rien à annuler : la dernière chose faite à cette demande est déjà annulée, ou ne vient pas d’une personne.",
                "Nothing to take back: the last thing that was done to this request was taken back already, or not done by a person."
            )
        }
        guard let point, now - point.at <= registry.undoWithin else {
            throw refuse(
                "C’est trop tard : on ne revient en arrière que pendant \(registry.undoWithin). Corrigez, ou ajoutez une note.",
                "It is too late: things can be taken back for \(registry.undoWithin). Correct it, or add a note.")
        }
        return point
    }

    /// Refuses to take back what another request follows from.
    private func refuseBuiltOn(_ lines: [NumberedEntry]) throws {
        for line in lines {
            guard case .signal = line.entry.event else { continue }
            throw Rejection.refused(
                Text(
                    fr: "On ne peut plus revenir en arrière : une autre demande en est née.",
                    en: "It cannot be taken back any more: another request has come of it."))
        }
    }

    /// What staff did: the line of the step that is taken back.
    private func step(in lines: [NumberedEntry], by point: UndoPoint) throws -> RequestEvent {
        let step = lines.first { line in
            switch line.entry.event {
            case .action, .corrected: line.entry.actor == point.actor && line.entry.at == point.at
            default: false
            }
        }
        return step?.entry.event ?? .corrected
    }

    /// The claims that the request gives back and takes again. What somebody else has taken meanwhile is not taken away.
    private func claims(from request: StoredRequest, backTo goal: UndoPoint.Before) throws -> StepClaims {
        let id = request.id
        var claims = StepClaims()
        let held = Set(try staged.claims(of: id))
        claims.released = held.subtracting(goal.claims).sorted()
        claims.taken = goal.claims.filter { !held.contains($0) }
        for claim in claims.taken {
            if let holder = try staged.holder(of: claim) { throw taken(by: holder) }
        }
        let ranges = try staged.ranges(heldBy: id)
        for (key, all) in ranges {
            for range in all where goal.ranges[key]?.contains(range) != true { claims.ranges.release(range, of: key) }
        }
        for (key, all) in goal.ranges {
            for range in all where ranges[key]?.contains(range) != true {
                let last = try staged.lastRanges(of: key, units: range.unit...range.unit, before: range.time.upperBound)
                if let other = last[range.unit], other.request != id, other.time.overlaps(range.time) {
                    throw taken(by: other.request)
                }
                claims.ranges.take(range, of: key)
            }
        }
        let shares = try staged.shares(heldBy: id)
        for (key, all) in shares {
            for share in all where goal.shares[key]?.contains(share) != true { claims.shares.release(share, of: key) }
        }
        for (key, all) in goal.shares {
            for share in all where shares[key]?.contains(share) != true && share.until > now {
                let other = try staged.shares(of: key).first { $0.place == share.place && $0.request != id }
                if let other { throw taken(by: other.request) }
                claims.shares.take(share, of: key)
            }
        }
        return claims
    }

    private func taken(by holder: RequestID) -> Rejection {
        .refused(
            Text(
                fr:
                    "On ne peut plus revenir en arrière : ce que la demande avait est maintenant à la demande \(holder).",
                en: "It cannot be taken back any more: what the request had is now request \(holder)'s."))
    }

    /// Withdraws the notices of the steps that are taken back, has those told after all that these steps had withdrawn, and
    /// returns what is to be said to whom was told.
    private mutating func takeBackNotices(
        in lines: [NumberedEntry], of request: StoredRequest, to goal: UndoPoint.Before
    ) throws -> [WrittenNotice] {
        var said: [WrittenNotice] = []
        for line in lines where line.entry.isDelivered && !goal.notices.contains(line.seq) {
            guard let notice = try staged.notice(line.seq),
                case .notice(let name, let audience, let isSecret) = line.entry.event
            else { continue }
            if notice.state == .withdrawn || notice.state == .failed || notice.isTooLate(at: now) { continue }
            let waiting = WaitingNotice(
                place: .stored(line.seq), name: name, audience: audience, delivery: notice.delivery,
                follower: line.entry.follower)
            if notice.state == .waiting, try isRecalled(waiting) {
                staged.set(notice, .withdrawn)
            } else if line.entry.follower == nil {
                said.append(correction(of: line.entry, to: audience, isSecret: isSecret))
            }
        }
        for number in goal.notices {
            guard let notice = try staged.notice(number), notice.state == .withdrawn else { continue }
            var delivery = notice.delivery
            // A mail that has left in the meantime did not have it.
            if let run = try delivery.run.flatMap({ try staged.run($0) }), run.state != .queued { delivery.run = nil }
            staged.changes.notices.changed[number] = NewNotice(.waiting, delivery)
        }
        return said
    }

    /// What is said to whoever was told what does not hold.
    private func correction(of line: Entry, to audience: Audience, isSecret: Bool) -> WrittenNotice {
        let words: Text
        if !isSecret, let said = line.note {
            words = Text(
                fr:
                    "Notre message du \(line.at) ne vaut plus, nous nous étions trompés : « \(said) » Veuillez nous en excuser.",
                en: "Our message of \(line.at) does not hold any more, it was our mistake: \"\(said)\" We apologise.")
        } else {
            words = Text(
                fr: "Notre message du \(line.at) ne vaut plus, nous nous étions trompés. Veuillez nous en excuser.",
                en: "Our message of \(line.at) does not hold any more, it was our mistake. We apologise.")
        }
        return WrittenNotice(
            audience: audience, name: "correction", words: words.said(in: registry.zone), isSecret: isSecret)
    }

    /// Cancels a run of the steps that are taken back. What is under way goes on: its effects may have happened.
    private mutating func takeBack(_ run: StoredRun, by actor: String) {
        guard run.state == .queued else { return }
        var run = run
        run.state = .cancelled
        run.error = "taken back by \(actor)"
        run.finishedAt = now
        staged.change(run)
    }

    private mutating func setTimers(of request: StoredRequest, backTo goal: UndoPoint.Before) throws {
        let running = try staged.timers(of: request.id)
        for key in running.keys where goal.timers[key] == nil {
            staged.setTimer(key, of: request, due: nil)
            if case .delivery(let delivery) = key { staged.changes.signals.ended.insert(delivery.number) }
        }
        for (key, due) in goal.timers where running[key] != due { staged.setTimer(key, of: request, due: due) }
    }

    /// A commitment that was made since ends; all others are as they were.
    private mutating func setCommitments(
        of request: StoredRequest, _ commitments: [StoredCommitment], backTo goal: UndoPoint.Before
    ) {
        for var commitment in commitments {
            if let before = goal.commitments.first(where: { $0.number == commitment.number }) {
                if before != commitment { staged.set(before, of: request.id) }
            } else if commitment.isOpen {
                commitment.end(at: now)
                staged.set(commitment, of: request.id)
            }
        }
    }
}

extension TimerKey {
    fileprivate var isDelivery: Bool { if case .delivery = self { true } else { false } }
}

extension UndoPoint.Before {
    /// What a request that was just opened goes back to: it is closed, and has nothing.
    fileprivate init(opened request: StoredRequest) {
        self.init(
            state: ServiceTable.undone.id, record: request.record, recordVersion: request.recordVersion)
    }
}

extension StagedChanges {
    func undoPoint(of request: RequestID) throws -> UndoPoint? {
        if let change = changes.undo[request] { return change }
        return try facts.undoPoint(of: request)
    }
}

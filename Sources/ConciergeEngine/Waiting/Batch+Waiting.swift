import ConciergeKit

extension Batch {
    /// What a step means for the request's turn in line.
    enum Turn {
        case none
        /// Gets into line: at its end, or with the number that it has kept.
        case joins(Want, keeping: Int64?)
        case leaves
    }

    /// Whether the request gets into line, or leaves it. It stays in line while it is in a state with a `granted` line.
    func turn(
        after drafted: Drafted, _ step: Step, in destination: String, of request: StoredRequest, closes: Bool
    ) throws -> Turn {
        if let mistake = drafted.claims.mistake {
            throw Rejection.broken(
                provider: step.provider, reason: "\(step.table.id): the rule of \"\(step.row.event)\": \(mistake)")
        }
        for state in drafted.waitingStates {
            if let mistake = step.table.mistake(waitingIn: state, by: step.row) {
                throw Rejection.broken(
                    provider: step.provider, reason: "\(step.table.id): the rule of \"\(step.row.event)\" \(mistake)")
            }
        }
        if let want = drafted.claims.want, drafted.refusal == nil {
            guard step.table.grant(in: destination) != nil else {
                throw Rejection.broken(
                    provider: step.provider,
                    reason: "\(step.table.id): the rule of \"\(step.row.event)\" put the request in line and then "
                        + "went to \"\(destination)\", which has no granted line: return where orWait: gives nothing")
            }
            // A request that is granted what it cannot use waits on, and has not lost its turn.
            var kept: Int64?
            if case .grant = step.row.trigger { kept = try staged.waiter(request.id)?.number }
            return .joins(want.renamed { ClaimName.of($0, provider: step.provider) }, keeping: kept)
        }
        guard request.version > 0, step.table.grant(in: request.state) != nil else { return .none }
        // A request that was granted what it waits for has its turn behind it.
        if case .grant = step.row.trigger { return .leaves }
        return closes || step.table.grant(in: destination) == nil ? .leaves : .none
    }

    /// A rule that claims a unit of none is the provider's mistake, unless it has declared that there are none.
    func refuseWithoutUnits(_ key: String, _ units: Int, of provider: ProviderID) throws(Rejection) {
        guard registry.capacities[ClaimName.of(key, provider: provider)] == nil else { return }
        throw Rejection.broken(
            provider: provider,
            reason: "a rule claims \"\(key)\" with units: \(units), so that nobody could ever have one: write how many "
                + "there are, or declare Capacity(\"\(key)\", units: 0) while there are none")
    }

    mutating func apply(_ turn: Turn, to request: StoredRequest) throws -> Int? {
        switch turn {
        case .none: return nil
        case .leaves:
            if try staged.waiter(request.id) != nil { staged.changes.waiting[request.id] = .some(nil) }
            return nil
        case .joins(let want, let kept):
            let number = try kept ?? drawNumber()
            let place = try staged.countWaiting(for: want, before: number) + 1
            staged.changes.waiting[request.id] = Waiter(
                request: request.id, service: request.service, number: number, want: want)
            return place
        }
    }

    /// Notes what a step has given back, for those in line.
    mutating func note(freed claims: StepClaims, of provider: ProviderID) {
        guard !claims.released.isEmpty || !claims.ranges.isEmpty, registry.hasLines(provider) else { return }
        freed += claims.released.map { Claim(key: $0) }
        for (claim, ranges) in claims.ranges.released {
            freed += ranges.map { Claim(key: claim, unit: $0.unit, time: $0.time) }
        }
    }

    /// Grants what was given back to those who are first in line for it, each by a step of its own. A grant may give
    /// something else back; it goes on until nothing is left.
    mutating func grantFreed() throws {
        guard !isGranting else { return }
        isGranting = true
        defer { isGranting = false }
        while let claim = freed.popLast() { try grant(claim) }
    }

    private mutating func grant(_ claim: Claim) throws {
        var rest = claim.time.map { [$0] }
        try eachWaiter(.mayTake(claim)) { batch, waiter in
            if case .range(let wanted, _, _) = waiter.want, rest?.contains(where: wanted.overlaps) == false {
                return true
            }
            guard let granted = try batch.grant(waiter) else { return true }
            guard let time = granted.time else { return false }
            // What is left of the range is for those behind.
            if granted.unit == claim.unit { rest = rest?.flatMap { $0.without(time) } }
            return rest?.isEmpty == false
        }
    }

    /// Calls the body for those in line, in their order, until it returns false. The body may change the line.
    private mutating func eachWaiter(
        _ query: WaiterQuery, _ body: (inout Batch, Waiter) throws -> Bool
    ) throws {
        var after: Int64? = .min
        // Most often the first in line can take what is free, and the others need not be read.
        var limit = 2
        while let number = after {
            let portion = try staged.waiters(query, after: number, limit: limit)
            for waiter in portion.waiters where try !body(&self, waiter) { return }
            after = portion.next
            limit = min(4 * limit, Self.mostWaitersAtOnce)
        }
    }

    private static let mostWaitersAtOnce = 64

    /// Grants a request in line what it waits for, if it is free. Returns what it was granted.
    @discardableResult
    mutating func grant(_ waiter: Waiter) throws -> Claim? {
        guard try staged.waiter(waiter.request)?.number == waiter.number,
            !state.quarantined.requests.contains(waiter.request), let request = try staged.request(waiter.request),
            request.isOpen, let (provider, table) = registry.service(request.service),
            let row = table.grant(in: request.state), case .grant(let rule) = row.rule
        else { return nil }
        let want = waiter.want.withUnits(registry.capacities).renamed { ClaimName.key(of: $0, provider: provider) }
        let moment = moment(of: request, by: "grant")
        // Most often it is not free, and then the request need not be read.
        guard let claim = try run(of: provider, { ClaimBook.claim(want, at: moment) }) else { return nil }
        let event = RequestEvent.granted
        do {
            let isUsed = try state.observer.inside(
                CodeLocation(
                    .rule, provider: provider, owner: table.id.rawValue, subject: request.id.description,
                    event: event.description)
            ) {
                let subject = try subject(request, table, of: provider, at: moment)
                let drafted = try run(of: provider) { try rule(want, subject) }
                _ = try settle(
                    drafted, Step(provider: provider, table: table, row: row, actor: "grant", seed: moment.seed),
                    on: request,
                    from: request.state)
                return drafted.claims.want == nil
                    && (claim.time != nil || drafted.claims.takenKeys.contains(claim.key))
            }
            state.timerPace.passed(.grant, of: request.id)
            // What its rule has given back is for those behind.
            return isUsed ? claim : nil
        } catch Rejection.refused(let words) {
            postpone(.grant, event, of: request, provider, words, seed: moment.seed)
        } catch let rejection as Rejection {
            report(event, of: request, provider, rejection, seed: moment.seed)
            // The request keeps its turn, and its rule gets another try.
            staged.setTimer(.grant, of: request, due: now + state.timerPace.stopped(.grant, of: request.id))
        }
        return nil
    }

    /// Gives everybody in line of a provider another chance, after its contents have changed: there may be more units,
    /// an upgrade may have closed requests, and a request may be out of quarantine.
    mutating func grantWaiting() throws {
        for service in state.waitingServices.sorted() {
            try eachWaiter(.of(service)) { batch, waiter in
                try batch.grant(waiter)
                return true
            }
        }
        state.waitingServices = []
        try grantFreed()
    }
}

extension ServiceTable {
    /// Why a request cannot wait in line in a state that its rule names; nil if it can.
    fileprivate func mistake(waitingIn state: String, by row: Row) -> String? {
        let waits = "has orWait: \"\(state)\""
        guard row.to.contains(state) else {
            return "\(waits), a state that its line does not name: add it to the states after \(row.destinationLabel)"
        }
        guard isOpen(state) else { return "\(waits), a closed state: wait in an open one that has a granted line" }
        return grant(in: state) == nil
            ? "\(waits), a state without a granted line: write granted(from: …, to: …) for it" : nil
    }
}

extension Range<Instant> {
    /// What is left of the range without another.
    fileprivate func without(_ other: Range) -> [Range] {
        guard overlaps(other) else { return [self] }
        return [lowerBound..<other.lowerBound, other.upperBound..<upperBound].filter { !$0.isEmpty }
    }
}

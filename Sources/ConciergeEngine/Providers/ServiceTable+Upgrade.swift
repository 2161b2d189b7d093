package import ConciergeKit

extension ServiceTable {
    /// Identifies what requests can be read with this table: requests that could be read with a table of the same
    /// fingerprint can be read with this one. It is the same while the record version, the states, the timers and the
    /// build are the same.
    ///
    /// The engine cannot inspect what a record's type decodes, so the build stands for it. A start of the same build
    /// checks no requests; the first start of another build checks all of them.
    package func fingerprint(build: String) -> String { Fingerprint.of([build] + storedForm) }

    /// Identifies what the engine knows of the form in which requests are stored: the record version, the states and
    /// their timers. It is the same in every build and with all settings that do not change the table.
    package var fingerprint: String { Fingerprint.of(storedForm) }

    private var storedForm: [String] {
        ["\(records.version)"]
            + states.map { state in
                "\(state.id)\(state.isOpen ? "+" : "-")" + timers(in: state.id).sorted().map { " \($0)" }.joined()
            }
    }

    /// Reads a stored request of any version in the way in which a rule of this table will read it.
    ///
    /// Returns the request as it must be stored before the service is served, with its timers; nil if it can stay as it
    /// is.
    package func bringUpToDate(_ view: RequestView) throws(UnreadableRequest) -> RequestView? {
        let stored = view.request
        var upgraded = UpgradedRequest(
            id: stored.id.description, resident: stored.resident, openedAt: stored.openedAt, state: stored.state,
            timers: view.timers.reduce(into: [:]) { timers, timer in
                if case .service(let name) = timer.key { timers[name] = timer.value }
            })
        let record: [UInt8]?
        do {
            record = try records.bringUpToDate(stored.record, version: stored.recordVersion, of: &upgraded)
        } catch {
            throw UnreadableRequest(request: stored.id, service: id, reason: "\(error)")
        }
        guard states.contains(where: { $0.id == upgraded.state }) else {
            throw UnreadableRequest(
                request: stored.id, service: id,
                reason: "its state \"\(upgraded.state)\" is not in the table, and no upgrade leads out of it")
        }
        let isOpen = isOpen(upgraded.state)
        // The upgrade ends the timers of a closed request that the table does not know.
        if !isOpen { upgraded.timers = upgraded.timers.filter { timers(in: upgraded.state).contains($0.key) } }
        var known = timers(in: upgraded.state)
        // A deadline passes in every open state.
        if isOpen { known.formUnion(deadlineTimers) }
        if let timer = upgraded.timers.keys.sorted().first(where: { !known.contains($0) }) {
            throw UnreadableRequest(
                request: stored.id, service: id,
                reason: "its timer \"\(timer)\" has no transition from \"\(upgraded.state)\", "
                    + "and no upgrade renames it or ends it")
        }
        var standing: [TimerKey: Instant] = [:]
        for (name, due) in upgraded.timers { standing[.service(name)] = due }
        for (timer, due) in view.timers {
            switch timer {
            case .service: continue
            case .outcome: if isOpen { standing[timer] = due }
            case .grant: if isOpen, grant(in: upgraded.state) != nil { standing[timer] = due }
            case .delivery: standing[timer] = due
            }
        }
        let changesMore =
            upgraded.state != stored.state || isOpen != stored.isOpen || standing != view.timers
            || (record != nil && records.usesRequest(stored.recordVersion))
        guard changesMore else { return nil }
        var request = stored
        request.state = upgraded.state
        request.isOpen = isOpen
        request.record = record ?? stored.record
        request.recordVersion = records.version
        return RequestView(
            request: request, timers: standing, commitments: view.commitments, quarantine: view.quarantine,
            followers: view.followers)
    }
}

extension ServiceTable {
    /// A stored request as it is once the service is served: upgraded, if the upgrade cannot wait.
    package func asServed(_ view: RequestView) throws(UnreadableRequest) -> RequestView {
        try bringUpToDate(view) ?? view
    }
}

/// A stored request that this build cannot process.
package struct UnreadableRequest: Error, Sendable, Hashable, CustomStringConvertible {
    package let request: RequestID
    package let service: ServiceID
    package let reason: String

    package init(request: RequestID, service: ServiceID, reason: String) {
        self.request = request
        self.service = service
        self.reason = reason
    }

    package var description: String { reason }
}

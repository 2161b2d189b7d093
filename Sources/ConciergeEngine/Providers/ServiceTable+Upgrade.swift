package import ConciergeKit

extension ServiceTable {
    /// Tells whether requests that could be read with a table can be read with this one: it is the same while the
    /// versions, the states, the timers and the build are.
    ///
    /// What a record's type decodes cannot be seen from outside, so the build stands for it. A start of the same build
    /// has nothing to look at; the first one of another looks at everything.
    package func fingerprint(build: String) -> String {
        let shape = states.map { state in
            "\(state.id)\(state.isOpen ? "+" : "-")" + timers(in: state.id).sorted().map { " \($0)" }.joined()
        }
        return Fingerprint.of([build, "\(records.version)"] + shape)
    }

    /// Reads a stored request as a rule of this table will have to, whatever version stored it.
    ///
    /// Returns it as it is to be stored before the service is served, with its timers; nil where it can stay as it is.
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
        // A closed request waits for nothing.
        if !isOpen { upgraded.timers = upgraded.timers.filter { timers(in: upgraded.state).contains($0.key) } }
        let known = timers(in: upgraded.state)
        if let timer = upgraded.timers.keys.sorted().first(where: { !known.contains($0) }) {
            throw UnreadableRequest(
                request: stored.id, service: id,
                reason: "its timer \"\(timer)\" has no transition from \"\(upgraded.state)\", "
                    + "and no upgrade renames it or ends it")
        }
        var standing: [TimerKey: Instant] = [:]
        for (name, due) in upgraded.timers { standing[.service(name)] = due }
        if isOpen { for case (.outcome(let run), let due) in view.timers { standing[.outcome(of: run)] = due } }
        let changesMore =
            upgraded.state != stored.state || isOpen != stored.isOpen || standing != view.timers
            || (record != nil && records.usesRequest(stored.recordVersion))
        guard changesMore else { return nil }
        var request = stored
        request.state = upgraded.state
        request.isOpen = isOpen
        request.record = record ?? stored.record
        request.recordVersion = records.version
        return RequestView(request: request, timers: standing, quarantine: view.quarantine)
    }
}

extension ServiceTable {
    /// A stored request as it stands once the service is served: what cannot wait is brought up to date.
    package func asServed(_ view: RequestView) throws(UnreadableRequest) -> RequestView {
        try bringUpToDate(view) ?? view
    }
}

/// A stored request that the present build cannot go on with.
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

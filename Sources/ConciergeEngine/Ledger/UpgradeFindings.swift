package import ConciergeKit

/// A source from which all stored requests can be read.
package protocol StoredRequests: Sendable {
    /// All requests of a service, open and closed, the oldest first, with their timers.
    nonisolated(nonsending)
        func allRequests(of service: ServiceID, after: Int64?, limit: Int) async throws(LedgerError) -> Page<
            RequestView
        >
}

/// The result of scanning all stored requests of a provider.
package struct UpgradeFindings: Sendable, Hashable {
    /// How many were scanned.
    package private(set) var count = 0
    /// How many cannot be read.
    package private(set) var unreadable = 0
    /// The first of them that was found.
    package private(set) var first: UnreadableRequest?
    /// How many must be brought up to date before the provider serves, because an upgrade changes more than their
    /// record.
    package private(set) var outdated = 0

    package init() {}

    /// Scans some requests of a service.
    package mutating func add(_ views: [RequestView], of table: ServiceTable) {
        for view in views {
            count += 1
            do throws(UnreadableRequest) {
                if try table.bringUpToDate(view) != nil { outdated += 1 }
            } catch {
                unreadable += 1
                if first == nil { first = error }
            }
        }
    }

    /// Why the provider cannot serve: how many requests cannot be read, and why the first one cannot; nil if all can be
    /// read.
    package var complaint: String? {
        first.map { first in
            "\(unreadable) of \(count) stored requests cannot be read; "
                + "the first is \(first.request) of \(first.service): \(first.reason)"
        }
    }
}

extension ServiceTable {
    /// The changes that bring these requests up to date, for upgrades that cannot wait until a rule reads the request.
    /// Each request that is changed gets a history line; a request that is closed by its upgrade releases its claims.
    package func changes(
        bringingUpToDate views: [RequestView], facts: any Facts, now: Instant
    ) throws -> Changes {
        var staged = StagedChanges(facts, zone: .utc)
        for view in views {
            // The request is read again, because it may have changed since it was scanned.
            guard let stored = try facts.request(view.request.id) else { continue }
            let timers = try facts.timers(of: stored.id)
            guard let upgraded = try bringUpToDate(RequestView(request: stored, timers: timers)) else { continue }
            var request = upgraded.request
            request.closedAt = request.isOpen ? nil : stored.closedAt ?? now
            request.version += 1
            staged.change(request)
            for name in Set(timers.keys).union(upgraded.timers.keys) where timers[name] != upgraded.timers[name] {
                staged.setTimer(name, of: request, due: upgraded.timers[name])
            }
            let kept = try bringClaimsUpToDate(of: request, from: stored.recordVersion, in: &staged)
            staged.append(
                Entry(
                    request: request.id, service: id, at: now, actor: "upgrade", event: .upgraded, from: stored.state,
                    to: request.state, note: kept))
        }
        return staged.changes
    }
}

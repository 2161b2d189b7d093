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
                    to: request.state, note: kept.isEmpty ? nil : Self.note(kept)))
        }
        return staged.changes
    }

    /// Gives the claims of a request, and what it waits for, their new keys; a closed request holds none. Returns the
    /// keys that stay as they are, because another request holds the new one, with its holder.
    private func bringClaimsUpToDate(
        of request: StoredRequest, from version: Int, in staged: inout StagedChanges
    ) throws -> [(old: String, new: String, holder: RequestID)] {
        var rename = records.claims(version)
        if !request.isOpen { rename = { _ in nil } }
        let waiter = try staged.waiter(request.id)
        if waiter != nil, grant(in: request.state) == nil || !request.isOpen {
            staged.changes.waiting[request.id] = .some(nil)
        }
        guard let rename else { return [] }
        let provider = ProviderID(String(id.rawValue.prefix { $0 != "." }))
        func renamed(_ claim: String) -> String? {
            rename(ClaimName.key(of: claim, provider: provider)).map { ClaimName.of($0, provider: provider) }
        }
        var kept: [(old: String, new: String, holder: RequestID)] = []
        for claim in try staged.claims(of: request.id) {
            let new = renamed(claim)
            guard new != claim else { continue }
            if let new, let holder = try staged.holder(of: new) {
                kept.append((claim, new, holder))
                continue
            }
            staged.release(claim)
            if let new { staged.take(new, for: request.id) }
        }
        let held = try staged.held(by: request.id)
        for (claim, ranges) in held.ranges {
            let new = renamed(claim)
            for range in ranges where new != claim {
                if let new, let holder = try staged.holder(of: range, new) {
                    kept.append((claim, new, holder))
                    continue
                }
                staged.changes.claims.ranges.release(range, of: claim)
                if let new { staged.changes.claims.ranges.take(range, of: new) }
            }
        }
        for (claim, shares) in held.shares where request.isOpen {
            let new = renamed(claim)
            for share in shares where new != claim {
                staged.changes.claims.shares.release(share, of: claim)
                guard let new else { continue }
                let places = Set(
                    staged.changes.claims.shares.all(of: new, try staged.facts.shares(of: new)).map(\.place))
                let place = (1...).first { !places.contains($0) } ?? share.place
                staged.changes.claims.shares.take(
                    HeldShare(place: place, until: share.until, request: share.request), of: new)
            }
        }
        if let waiter, (staged.changes.waiting[request.id] ?? waiter) != nil {
            staged.changes.waiting[request.id] = Waiter(
                request: waiter.request, service: waiter.service, number: waiter.number,
                want: waiter.want.renamed { renamed($0) ?? $0 })
        }
        return kept
    }

    private static func note(_ kept: [(old: String, new: String, holder: RequestID)]) -> Text {
        let items = kept.map { item in
            Text(
                fr: "« \(verbatim: item.old) » reste : la demande \(item.holder) tient « \(verbatim: item.new) »",
                en: "\"\(verbatim: item.old)\" stays: the request \(item.holder) holds \"\(verbatim: item.new)\"")
        }
        return Text(fr: "\(items).", en: "\(items).")
    }
}

extension StagedChanges {
    /// The request that holds a key now.
    fileprivate func holder(of claim: String) throws -> RequestID? {
        if let taken = changes.claims.taken[claim] { return taken }
        return changes.claims.released.contains(claim) ? nil : try facts.holder(of: claim)
    }

    /// The request that holds the same unit of another claim for a part of a range.
    fileprivate func holder(of range: HeldRange, _ claim: String) throws -> RequestID? {
        let last = try changes.claims.ranges.last(
            of: claim, units: range.unit...range.unit, before: range.time.upperBound
        ) { try facts.lastRanges(of: claim, units: $0, before: $1) }[range.unit]
        return last.flatMap { $0.time.overlaps(range.time) ? $0.request : nil }
    }
}

package import ConciergeKit

/// Where all stored requests can be looked at.
package protocol RequestStock: Sendable {
    /// All requests of a service, open and closed, the oldest first, with their timers.
    nonisolated(nonsending)
        func stock(of service: ServiceID, after: Int64?, limit: Int) async throws(LedgerError) -> Page<RequestView>
}

/// What looking at all stored requests of a provider came to.
package struct Stock: Sendable, Hashable {
    /// How many were looked at.
    package private(set) var count = 0
    /// How many cannot be read.
    package private(set) var unreadable = 0
    /// The oldest of them.
    package private(set) var first: UnreadableRequest?
    /// How many must be brought up to date before the provider serves, because more than their record changes.
    package private(set) var outdated = 0

    package init() {}

    /// Looks at some.
    mutating func look(at views: [RequestView], _ table: ServiceTable) {
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

    /// Why the provider cannot serve: how many requests cannot be read, and why the oldest of them; nil where all can.
    package var complaint: String? {
        first.map { first in
            "\(unreadable) of \(count) stored requests cannot be read; "
                + "the first is \(first.request) of \(first.service): \(first.reason)"
        }
    }
}

extension RequestStock {
    /// Looks at all stored requests of these services; `progress` is told now and then how many they are so far.
    package nonisolated(nonsending) func look(
        at tables: [ServiceTable], progress: (Int) -> Void = { _ in }
    ) async throws(LedgerError) -> Stock {
        var stock = Stock()
        for table in tables {
            var after: Int64?
            repeat {
                let page = try await self.stock(of: table.id, after: after, limit: 1000)
                stock.look(at: page.elements, table)
                after = page.next
                progress(stock.count)
            } while after != nil
        }
        return stock
    }
}

extension Ledger {
    /// Makes sure that every stored request of a provider can be read by it, and brings those up to date of which an
    /// upgrade changes more than the record.
    ///
    /// Requests that an earlier start of the same build has looked at are not read again. Where one cannot be read,
    /// nothing is changed. A crash in the midst leaves some up to date and some not; the next start goes on.
    package nonisolated(nonsending) func admit(
        _ contents: ProviderContents, build: String, now: Instant, progress: (Int) -> Void = { _ in }
    ) async throws(LedgerError) -> Stock {
        let known = try await fingerprints()
        let tables = contents.services.filter { known[$0.id] != $0.fingerprint(build: build) }
        guard !tables.isEmpty else { return Stock() }
        let stock = try await look(at: tables, progress: progress)
        guard stock.complaint == nil else { return stock }
        if stock.outdated > 0 {
            for table in tables { try await bringUpToDate(table, now: now, progress: progress) }
        }
        try await save(
            fingerprints: Dictionary(uniqueKeysWithValues: tables.map { ($0.id, $0.fingerprint(build: build)) }))
        return stock
    }

    private nonisolated(nonsending) func bringUpToDate(
        _ table: ServiceTable, now: Instant, progress: (Int) -> Void
    ) async throws(LedgerError) {
        var after: Int64?
        var count = 0
        repeat {
            let page = try await stock(of: table.id, after: after, limit: 1000)
            let old = page.elements
            if old.contains(where: { (try? table.bringUpToDate($0)) != nil }) {
                _ = try await commit { facts in
                    (try table.changes(bringingUpToDate: old, facts: facts, now: now), ())
                }
            }
            after = page.next
            count += old.count
            progress(count)
        } while after != nil
    }
}

extension ServiceTable {
    /// What brings these requests up to date as far as it cannot wait until a rule touches them. A request whose state
    /// changes gets a history line; one that is closed by it gives back what it holds.
    package func changes(
        bringingUpToDate views: [RequestView], facts: any Facts, now: Instant
    ) throws -> Changes {
        var changes = Changes()
        for view in views {
            // As it is now: somebody may have acted on it since it was looked at.
            guard let stored = try facts.request(view.request.id) else { continue }
            let timers = try facts.timers(of: stored.id)
            guard let upgraded = try bringUpToDate(RequestView(request: stored, timers: timers)) else { continue }
            var request = upgraded.request
            request.closedAt = request.isOpen ? nil : stored.closedAt ?? now
            request.version += 1
            changes.requests.changed[request.id] = request
            for name in Set(timers.keys).union(upgraded.timers.keys) where timers[name] != upgraded.timers[name] {
                changes.timers[request.id, default: [:]][name] = .init(service: id, due: upgraded.timers[name])
            }
            if !request.isOpen { changes.claims.released.formUnion(try facts.claims(of: request.id)) }
            changes.entries.append(
                Entry(
                    request: request.id, service: id, at: now, actor: "upgrade", event: .upgraded, from: stored.state,
                    to: request.state))
        }
        return changes
    }
}

import ConciergeEngine
import ConciergeKit

extension SQLiteConnection {
    /// Writes a batch's changes in the open transaction. Returns its history lines with their sequence numbers.
    func apply(_ changes: Changes, _ block: inout RequestBlock) throws -> [NumberedEntry] {
        try apply(changes.requests, &block)
        try requireSubjects(of: changes)
        try apply(changes.timers)
        if !changes.claims.isEmpty { try apply(changes.claims) }
        try apply(changes.waiting)
        if !changes.commitments.isEmpty { try apply(changes.commitments) }
        try apply(changes.signals)
        if !changes.followers.isEmpty { try applyFollowers(changes.followers) }
        if !changes.undo.isEmpty { try apply(undo: changes.undo) }
        try apply(changes.runs)
        try apply(changes.answers)
        for mark in changes.schedules.values { try save(mark) }
        try apply(changes.quarantine)
        if !changes.notices.isEmpty { try apply(changes.notices) }
        try apply(changes.dossiers)
        let begun = changes.notices.begun
        guard !begun.isEmpty else { return try changes.entries.map { try append($0) } }
        return try changes.entries.enumerated().map { try append($1, begun[$0]) }
    }
}

extension SQLiteConnection {
    /// Refuses history lines, timers, claims and commitments of requests that do not exist. The requests of the batch itself were
    /// written before.
    private func requireSubjects(of changes: Changes) throws {
        var known: RequestID?
        func require(_ id: RequestID) throws {
            guard id != known, changes.requests.changed[id] == nil, changes.requests.opened[id] == nil else { return }
            guard try hasRow(RequestsTable.isThere, [.id(id)]) else {
                throw LedgerError.unavailable(reason: "there is no request \(id) to write for")
            }
            known = id
        }
        for entry in changes.entries { try require(entry.request) }
        for request in changes.timers.keys { try require(request) }
        for request in changes.commitments.changed.keys { try require(request) }
        for request in changes.followers.keys { try require(request) }
        for request in changes.undo.keys { try require(request) }
        if !changes.claims.isEmpty { for request in changes.claims.takers { try require(request) } }
        for case let waiter? in changes.waiting.values { try require(waiter.request) }
    }
}

/// The facts as the writing transaction sees them. Each look-up takes microseconds.
struct SQLiteFacts: Facts {
    let database: SQLiteConnection
    /// False if no resident has a dossier, so that none is looked for.
    var hasDossiers = true

    func place(_ key: PlaceKey) throws -> KnownPlace? { try database.known(key) }
    func known(_ resident: String) throws -> ResidentAtPlace? {
        try database.known(resident, hasDossiers: hasDossiers)
    }
}

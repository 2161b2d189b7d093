package import ConciergeEngine
package import ConciergeKit

extension SQLiteLedger {
    /// Pages that are given back at once: a moment's work.
    private static let pagesPerStep = 64

    package nonisolated(nonsending)
        func prune(_ retention: Retention, at now: Instant, limit: Int) async throws(LedgerError) -> Pruned
    {
        var pruned = try write { database in
            let pruned = try database.prune(retention, at: now, limit: limit)
            // An idle daemon that looks and finds nothing writes nothing either.
            return (pruned, pruned.isEmpty ? SQLiteConnection.Completion.rollback : .commit)
        }
        try log.flush()
        pruned.isDone = pruned.count < limit
        return pruned
    }

    package nonisolated(nonsending) func reclaimSpace() async throws(LedgerError) -> Bool {
        try onWriter { database in
            // A file that was made without auto_vacuum keeps its room and uses it again.
            guard try database.value("PRAGMA auto_vacuum") == 2 else { return false }
            try database.execute("PRAGMA incremental_vacuum(\(Self.pagesPerStep))")
            return try database.value("PRAGMA freelist_count") ?? 0 > 0
        }
    }
}

extension SQLiteConnection {
    fileprivate func prune(_ retention: Retention, at now: Instant, limit: Int) throws -> Pruned {
        var pruned = Pruned()
        pruned.requests = try pruneRequests(retention, at: now, limit: limit)
        pruned.runs = try pruneRuns(retention, at: now, limit: limit - pruned.count)
        pruned.answers = try pruneAnswers(retention, at: now, limit: limit - pruned.count)
        return pruned
    }
}

package import ConciergeEngine
package import ConciergeKit

extension SQLiteLedger {
    /// The number of pages that one call of ``reclaimSpace()`` releases, which takes a short time.
    private static let pagesPerStep = 64

    package nonisolated(nonsending)
        func prune(_ retention: Retention, at now: Instant, limit: Int) async throws(LedgerError) -> Pruned
    {
        var pruned = try write { database in
            let pruned = try database.prune(retention, at: now, limit: limit)
            // A run that finds nothing writes nothing, so that an idle daemon does not write.
            return (pruned, pruned.isEmpty ? SQLiteConnection.Completion.rollback : .commit)
        }
        try log.flush()
        pruned.isDone = pruned.count < limit
        return pruned
    }

    package nonisolated(nonsending) func reclaimSpace() async throws(LedgerError) -> Bool {
        try onWriter { database in
            // A file without auto_vacuum keeps its free pages and reuses them.
            guard try database.value("PRAGMA auto_vacuum") == 2 else { return false }
            try database.execute("PRAGMA incremental_vacuum(\(Self.pagesPerStep))")
            return try database.value("PRAGMA freelist_count") ?? 0 > 0
        }
    }
}

extension SQLiteConnection {
    fileprivate func prune(_ retention: Retention, at now: Instant, limit: Int) throws -> Pruned {
        var pruned = Pruned()
        pruned.shares = try pruneShares(at: now, limit: limit)
        pruned.requests = try pruneRequests(retention, at: now, limit: limit - pruned.count)
        pruned.runs = try pruneRuns(retention, at: now, limit: limit - pruned.count)
        pruned.answers = try pruneAnswers(retention, at: now, limit: limit - pruned.count)
        return pruned
    }
}

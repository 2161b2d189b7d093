package import ConciergeEngine
package import ConciergeKit

extension StoredRequests {
    /// Scans all stored requests of these services; `progress` is called after each page with the number scanned so
    /// far.
    package nonisolated(nonsending) func scan(
        _ tables: [ServiceTable], progress: (Int) -> Void = { _ in }
    ) async throws(LedgerError) -> UpgradeFindings {
        var findings = UpgradeFindings()
        for table in tables {
            var after: Int64?
            repeat {
                let page = try await allRequests(of: table.id, after: after, limit: 1000)
                findings.add(page.elements, of: table)
                after = page.next
                progress(findings.count)
            } while after != nil
        }
        return findings
    }
}

extension Ledger {
    /// Ensures that a provider can read all its stored requests, and upgrades those of which an upgrade changes more
    /// than the record.
    ///
    /// Requests that an earlier start of the same build has scanned are not read again. If one cannot be read, nothing
    /// is changed. After a crash in the middle some requests are upgraded and some are not; the next start continues.
    package nonisolated(nonsending) func admit(
        _ contents: ProviderContents, build: String, now: Instant, progress: (Int) -> Void = { _ in }
    ) async throws(LedgerError) -> UpgradeFindings {
        let known = try await fingerprints()
        let tables = contents.services.filter { known[$0.id] != $0.fingerprint(build: build) }
        guard !tables.isEmpty else { return UpgradeFindings() }
        let findings = try await scan(tables, progress: progress)
        guard findings.complaint == nil else { return findings }
        if findings.outdated > 0 {
            for table in tables { try await bringUpToDate(table, now: now, progress: progress) }
        }
        try await save(
            fingerprints: Dictionary(uniqueKeysWithValues: tables.map { ($0.id, $0.fingerprint(build: build)) }))
        return findings
    }

    private nonisolated(nonsending) func bringUpToDate(
        _ table: ServiceTable, now: Instant, progress: (Int) -> Void
    ) async throws(LedgerError) {
        var after: Int64?
        var count = 0
        repeat {
            let page = try await allRequests(of: table.id, after: after, limit: 1000)
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

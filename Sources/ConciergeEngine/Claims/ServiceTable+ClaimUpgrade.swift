import ConciergeKit

extension ServiceTable {
    /// Gives the claims of a request, and what it waits for, their new keys; a closed request holds none. Returns what the
    /// history says of keys that stay as they are, because another request holds the new one; nil if there are none.
    func bringClaimsUpToDate(
        of request: StoredRequest, from version: Int, in staged: inout StagedChanges
    ) throws -> Text? {
        var rename = records.claims(version)
        if !request.isOpen { rename = { _ in nil } }
        let waiter = try staged.waiter(request.id)
        if waiter != nil, grant(in: request.state) == nil || !request.isOpen {
            staged.changes.waiting[request.id] = .some(nil)
        }
        guard let rename else { return nil }
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
        for (claim, ranges) in try staged.ranges(heldBy: request.id) {
            let new = renamed(claim)
            for range in ranges where new != claim {
                if let new, let holder = try staged.holder(overlapping: range, of: new) {
                    kept.append((claim, new, holder))
                    continue
                }
                staged.changes.claims.ranges.release(range, of: claim)
                if let new { staged.changes.claims.ranges.take(range, of: new) }
            }
        }
        for (claim, shares) in request.isOpen ? try staged.shares(heldBy: request.id) : [:] {
            let new = renamed(claim)
            for share in shares where new != claim {
                staged.changes.claims.shares.release(share, of: claim)
                guard let new else { continue }
                let places = Set(try staged.shares(of: new).map(\.place))
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
        return kept.isEmpty ? nil : Self.note(kept)
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
    /// The request that holds the same unit of a claim for a part of a range.
    fileprivate func holder(overlapping range: HeldRange, of claim: String) throws -> RequestID? {
        let last = try lastRanges(of: claim, units: range.unit...range.unit, before: range.time.upperBound)[range.unit]
        return last.flatMap { $0.time.overlaps(range.time) ? $0.request : nil }
    }
}

import ConciergeEngine
import ConciergeKit

/// The shares of what only so many may have until an instant. At most one share has a place.
enum SharesTable: Int32, Columns {
    case claim, place, until, request

    static let list = names()
    static let insertion = insert(into: "shares")
    static let deletion = SQL(kept: "DELETE FROM shares WHERE claim = ? AND place = ?")
    static let ofClaim = SQL(kept: "SELECT \(list) FROM shares WHERE claim = ?")
    static let ofRequest = SQL(kept: "SELECT \(list) FROM shares WHERE request = ?")

    static let schema = """
        CREATE TABLE shares (
            claim TEXT NOT NULL,
            place INTEGER NOT NULL,
            until INTEGER NOT NULL,
            request INTEGER NOT NULL,
            PRIMARY KEY (claim, place)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX shares_of_request ON shares (request);
        CREATE INDEX shares_until ON shares (until);
        """
}

extension HeldShare {
    fileprivate init(_ row: TableRow<SharesTable>) {
        self.init(place: row[.place], until: row[.until], request: row[.request])
    }
}

extension SQLiteConnection {
    func apply(_ changes: HeldChanges<HeldShare>) throws {
        for (claim, shares) in changes.released {
            for share in shares { try execute(SharesTable.deletion, [.text(claim), .int(share.place)]) }
        }
        for (claim, shares) in changes.taken {
            for share in shares {
                try execute(
                    SharesTable.insertion,
                    [.text(claim), .int(share.place), .instant(share.until), .id(share.request)])
            }
        }
    }

    /// Deletes shares that count no longer. Returns how many, at most `limit`.
    func pruneShares(at now: Instant, limit: Int) throws -> Int {
        try execute(
            """
            DELETE FROM shares WHERE (claim, place) IN
                (SELECT claim, place FROM shares WHERE until <= ? ORDER BY until LIMIT ?)
            """, [.instant(now), .int(limit)])
        return changesCount
    }
}

extension SQLiteFacts {
    func shares(heldBy request: RequestID) throws -> [String: [HeldShare]] {
        try database.byClaim(SharesTable.ofRequest, [.id(request)], SharesTable.claim) { HeldShare($0) }
    }

    func shares(of claim: String) throws -> [HeldShare] {
        try database.rows(SharesTable.ofClaim, [.text(claim)]) { HeldShare(TableRow(row: $0)) }
    }
}

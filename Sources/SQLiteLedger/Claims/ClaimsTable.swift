import ConciergeEngine
import ConciergeKit

/// The claims that requests hold. At most one request holds a claim.
enum ClaimsTable: Int32, Columns {
    case claim, request

    static let list = names()
    static let insertion = insert(into: "claims")
    static let deletion = SQL(kept: "DELETE FROM claims WHERE claim = ?")
    static let ofRequest = SQL(kept: "SELECT claim FROM claims WHERE request = ?")
    static let holder = SQL(kept: "SELECT request FROM claims WHERE claim = ?")

    static let schema = """
        CREATE TABLE claims (
            claim TEXT PRIMARY KEY,
            request INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX claims_of_request ON claims (request);
        """
}

extension SQLiteConnection {
    func apply(_ changes: ClaimChanges) throws {
        // Released claims are deleted first, so that another request of the batch can take them.
        for claim in changes.released { try execute(ClaimsTable.deletion, [.text(claim)]) }
        for (claim, request) in changes.taken {
            // If the engine decided that a request takes a claim that another request holds, the primary key would fail
            // the whole batch.
            try execute(ClaimsTable.insertion, [.text(claim), .id(request)])
        }
        if !changes.ranges.isEmpty { try apply(changes.ranges) }
        if !changes.shares.isEmpty { try apply(changes.shares) }
    }
}

extension SQLiteFacts {
    func claims(of request: RequestID) throws -> [String] {
        try database.column(ClaimsTable.ofRequest, [.id(request)])
    }

    func holder(of claim: String) throws -> RequestID? {
        try database.value(ClaimsTable.holder, [.text(claim)]).map(RequestID.init(number:))
    }

    func holders(of claims: [String]) throws -> [String: RequestID] {
        // One look-up per claim: a rule asks for several when it searches for a free one, and most claims are free.
        try claims.reduce(into: [:]) { holders, claim in holders[claim] = try holder(of: claim) }
    }
}

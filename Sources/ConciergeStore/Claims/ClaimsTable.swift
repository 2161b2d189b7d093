import ConciergeEngine
import ConciergeKit
import GRDB

/// The keys that requests hold, each once.
enum ClaimsTable {
    static let schema = """
        CREATE TABLE claims (
            claim TEXT PRIMARY KEY,
            request INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX claims_of_request ON claims (request);
        """
}

extension Database {
    func apply(_ changes: ClaimChanges) throws {
        // Keys given up first, so that another request of the batch can take them.
        for claim in changes.released { try execute("DELETE FROM claims WHERE claim = ?", [.text(claim)]) }
        for (claim, request) in changes.taken {
            // What another request holds fails the whole batch by the unique key, should the engine ever decide so.
            try execute("INSERT INTO claims (claim, request) VALUES (?, ?)", [.text(claim), .id(request)])
        }
    }
}

extension SQLiteFacts {
    func claims(of request: RequestID) throws -> [String] {
        try database.rows("SELECT claim FROM claims WHERE request = ?", [.id(request)]) { $0[0] }
    }

    func holder(of claim: String) throws -> RequestID? {
        try database.row("SELECT request FROM claims WHERE claim = ?", [.text(claim)]) { RequestID(number: $0[0]) }
    }

    func holders(of claims: [String]) throws -> [String: RequestID] {
        // One look-up each: a rule asks for several where it looks for a free one, and most are.
        try claims.reduce(into: [:]) { holders, claim in holders[claim] = try holder(of: claim) }
    }
}

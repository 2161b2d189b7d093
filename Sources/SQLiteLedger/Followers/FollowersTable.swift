import ConciergeEngine
import ConciergeKit

/// The residents who follow requests. A request that has any says so in its own row.
enum FollowersTable {
    static let insertion = SQL(kept: "INSERT OR IGNORE INTO followers (request, resident) VALUES (?, ?)")
    static let deletion = SQL(kept: "DELETE FROM followers WHERE request = ? AND resident = ?")
    static let deletionOfAll = SQL(kept: "DELETE FROM followers WHERE request = ?")
    static let ofRequest = SQL(kept: "SELECT resident FROM followers WHERE request = ? ORDER BY resident")
    static let followed = SQL(
        kept: "SELECT request FROM followers WHERE resident = ? AND request < ? ORDER BY request DESC")

    static let schema = """
        CREATE TABLE followers (
            request INTEGER NOT NULL,
            resident TEXT NOT NULL,
            PRIMARY KEY (request, resident)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX followers_by_resident ON followers (resident, request);
        """
}

extension SQLiteConnection {
    func applyFollowers(_ changes: [RequestID: [String: Bool]]) throws {
        for (request, residents) in changes {
            for (resident, follows) in residents {
                try execute(
                    follows ? FollowersTable.insertion : FollowersTable.deletion, [.id(request), .text(resident)])
            }
        }
    }

    func followers(of request: RequestID) throws -> [String] {
        try column(FollowersTable.ofRequest, [.id(request)])
    }
}

extension SQLiteFacts {
    func followers(of request: RequestID) throws -> [String] { try database.followers(of: request) }
}

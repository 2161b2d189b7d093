package import ConciergeEngine
package import ConciergeKit

extension SQLiteLedger {
    package nonisolated(nonsending)
        func requests(_ query: RawRequestQuery) async throws(LedgerError) -> RequestPortion
    {
        try await read(.long) { database in
            var portion = RequestPortionBuilder(query)
            try PortionScan(query, database).run(into: &portion)
            var read = portion.portion
            if query.withCommitments {
                for request in read.elements {
                    read.commitments[request.id] = try database.commitmentViews(of: request.id)
                }
            }
            return read
        }
    }
}

/// Searches the requests that a task reads, the oldest first. Each row is found through an index of what the query asks
/// for, or it counts towards the number of rows that a portion may read.
struct PortionScan {
    private let query: RawRequestQuery
    private let database: SQLiteConnection

    init(_ query: RawRequestQuery, _ database: SQLiteConnection) {
        self.query = query
        self.database = database
    }

    func run(into portion: inout RequestPortionBuilder) throws {
        guard query.opened?.isEmpty != true, query.closed?.isEmpty != true else { return }
        if query.selection == .closed {
            try scanClosed(into: &portion)
        } else if let resident = query.resident {
            try scan(of: resident, into: &portion)
        } else {
            try scanByNumber(into: &portion)
        }
    }

    private var service: SQLValue { .text(query.service) }

    /// Whether a row fits the query, as SQL, for the columns that no index covers; and its values.
    private var condition: (sql: String, values: [SQLValue]) {
        var (sql, values) = ("service = ?", [service])
        if query.selection == .open { sql += " AND is_open = 1" }
        if let resident = query.resident {
            sql += " AND resident IS ?"
            values.append(.text(resident))
        }
        if let opened = query.opened {
            sql += " AND opened_at >= ? AND opened_at < ?"
            values += [.instant(opened.lowerBound), .instant(opened.upperBound)]
        }
        return (sql, values)
    }

    // MARK: Closed requests

    /// Requests of the service in the order in which they were closed, from the index of closed requests.
    private func scanClosed(into portion: inout RequestPortionBuilder) throws {
        let after = query.after ?? RequestPlace(first: query.closed?.lowerBound.milliseconds ?? .min, number: .min)
        let before = query.closed?.upperBound.milliseconds ?? .max
        try database.each(
            Self.closed(extra: condition.sql),
            condition.values + [service, .int(after.first), .int(after.number), .int(before)]
        ) { row in
            let row = TableRow<RequestsTable>(row: row)
            let place = RequestPlace(first: row[.closedAt], number: row[.id])
            return portion.read(place, row.extra ? StoredRequest(row) : nil)
        }
    }

    static func closed(extra condition: String) -> SQL {
        """
        SELECT \(RequestsTable.list), \(condition) FROM requests INDEXED BY requests_closed
        WHERE is_open = 0 AND service = ? AND (closed_at, id) > (?, ?) AND closed_at < ? ORDER BY closed_at, id
        """
    }

    // MARK: Requests by number

    /// Open requests of the service from the index of open requests, or else the requests of all services in the
    /// order of their numbers.
    private func scanByNumber(into portion: inout RequestPortionBuilder) throws {
        let numbers = query.numbers
        let after = max(query.after?.number ?? .min, numbers.lowerBound - 1)
        let isOpen = query.selection == .open
        try database.each(
            isOpen ? Self.open(extra: condition.sql) : Self.all(extra: condition.sql),
            condition.values + (isOpen ? [service] : []) + [.int(after), .int(numbers.upperBound)]
        ) { row in
            let row = TableRow<RequestsTable>(row: row)
            return portion.read(RequestPlace(number: row[.id]), row.extra ? StoredRequest(row) : nil)
        }
    }

    static func open(extra condition: String) -> SQL {
        """
        SELECT \(RequestsTable.list), \(condition) FROM requests INDEXED BY requests_open
        WHERE is_open = 1 AND service = ? AND id > ? AND id <= ? ORDER BY id
        """
    }

    static func all(extra condition: String) -> SQL {
        "SELECT \(RequestsTable.list), \(condition) FROM requests WHERE id > ? AND id <= ? ORDER BY id"
    }

    // MARK: Requests of a resident

    /// Searches the blocks (``RequestsTable``) one after another, so that the index finds the resident's requests. A
    /// place has the block first: after the clock was ahead, a block may have greater numbers than the next one has.
    private func scan(of resident: String, into portion: inout RequestPortionBuilder) throws {
        let condition = condition
        var block: Int64 = .min
        var after: Int64 = .min
        if let place = query.after {
            (block, after) = (place.first, place.number)
        }
        while let next: Int64 = try database.value(Self.blockFrom, [.int(block)]) {
            if next != block { after = .min }
            block = next
            var mayGoOn = true
            try database.each(
                Self.requestsOfResident(extra: condition.sql),
                condition.values + [.int(block), .text(resident), .int(after)]
            ) { row in
                let row = TableRow<RequestsTable>(row: row)
                mayGoOn = portion.read(
                    RequestPlace(first: block, number: row[.id]), row.extra ? StoredRequest(row) : nil)
                return mayGoOn
            }
            guard mayGoOn, portion.read(RequestPlace(first: block, number: .max), nil) else { return }
            block += 1
        }
    }

    static let blockFrom = SQL(kept: "SELECT min(block) FROM requests WHERE resident IS NOT NULL AND block >= ?")

    static func requestsOfResident(extra condition: String) -> SQL {
        """
        SELECT \(RequestsTable.list), \(condition) FROM requests INDEXED BY requests_of_resident
        WHERE block = ? AND resident = ? AND id > ? ORDER BY id
        """
    }
}

package import ConciergeEngine
package import ConciergeKit

/// The units that requests hold for ranges of time. The ranges of a unit do not overlap, so the last one that begins
/// before an instant is the only one that can reach beyond it: the primary key finds it in one step.
enum RangesTable: Int32, Columns {
    case claim, unit, start, until, request

    static let list = names()
    /// Inserts nothing if the range overlaps another one of its unit.
    static let insertion = SQL(
        kept: """
            INSERT INTO ranges (claim, unit, start, until, request) SELECT ?1, ?2, ?3, ?4, ?5
            WHERE ?3 < ?4 AND coalesce(
                (SELECT until FROM ranges WHERE claim = ?1 AND unit = ?2 AND start < ?4 ORDER BY start DESC LIMIT 1)
                <= ?3, 1)
            """)
    static let deletion = SQL(kept: "DELETE FROM ranges WHERE claim = ? AND unit = ? AND start = ?")
    static let ofRequest = SQL(kept: "SELECT \(list) FROM ranges WHERE request = ?")
    static let last = SQL(
        kept: "SELECT \(list) FROM ranges WHERE claim = ? AND unit = ? AND start < ? ORDER BY start DESC LIMIT 1")
    static let following = SQL(
        kept: "SELECT \(list) FROM ranges WHERE claim = ? AND unit = ? AND start >= ? ORDER BY start LIMIT ?")
    static let greatestUnit = SQL(kept: "SELECT unit FROM ranges WHERE claim = ? ORDER BY unit DESC LIMIT 1")

    static let schema = """
        CREATE TABLE ranges (
            claim TEXT NOT NULL,
            unit INTEGER NOT NULL CHECK (unit > 0),
            start INTEGER NOT NULL,
            until INTEGER NOT NULL CHECK (until > start),
            request INTEGER NOT NULL,
            PRIMARY KEY (claim, unit, start)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ranges_of_request ON ranges (request);
        """
}

extension HeldRange {
    fileprivate init(_ row: TableRow<RangesTable>) {
        self.init(unit: row[.unit], time: row[.start]..<row[.until], request: row[.request])
    }
}

extension SQLiteConnection {
    func apply(_ changes: HeldChanges<HeldRange>) throws {
        for (claim, ranges) in changes.released {
            for range in ranges {
                try execute(
                    RangesTable.deletion, [.text(claim), .int(range.unit), .instant(range.time.lowerBound)])
            }
        }
        for (claim, ranges) in changes.taken {
            for range in ranges {
                try execute(
                    RangesTable.insertion,
                    [
                        .text(claim), .int(range.unit), .instant(range.time.lowerBound),
                        .instant(range.time.upperBound), .id(range.request),
                    ])
                guard changesCount == 1 else {
                    throw LedgerError.unavailable(
                        reason: "unit \(range.unit) of \(claim) is held for a part of \(range.time)")
                }
            }
        }
    }

    /// The rows of a query by claim.
    func byClaim<Column: Columns, Held>(
        _ sql: SQL, _ values: [SQLValue], _ claim: Column, _ make: (TableRow<Column>) -> Held
    ) throws -> [String: [Held]] {
        var all: [String: [Held]] = [:]
        try each(sql, values) { row in
            let row = TableRow<Column>(row: row)
            all[row[claim], default: []].append(make(row))
            return true
        }
        return all
    }
}

extension SQLiteFacts {
    func ranges(heldBy request: RequestID) throws -> [String: [HeldRange]] {
        try database.byClaim(RangesTable.ofRequest, [.id(request)], RangesTable.claim) { HeldRange($0) }
    }

    func lastRanges(of claim: String, units: ClosedRange<Int>, before: Instant) throws -> [Int: HeldRange] {
        try units.reduce(into: [:]) { last, unit in
            last[unit] = try database.row(RangesTable.last, [.text(claim), .int(unit), .instant(before)]) {
                HeldRange(TableRow(row: $0))
            }
        }
    }

    func ranges(of claim: String, unit: Int, from start: Instant, limit: Int) throws -> [HeldRange] {
        try database.rows(RangesTable.following, [.text(claim), .int(unit), .instant(start), .int(limit)]) {
            HeldRange(TableRow(row: $0))
        }
    }

    func greatestUnit(of claim: String) throws -> Int {
        try database.value(RangesTable.greatestUnit, [.text(claim)]) ?? 0
    }
}

extension SQLiteLedger {
    package nonisolated(nonsending)
        func booked(
            beyond capacities: [String: Int], at now: Instant, limit: Int
        ) async throws(LedgerError) -> [String: [HeldRange]]
    {
        guard !capacities.isEmpty else { return [:] }
        return try await read(.long) { database in
            var booked: [String: [HeldRange]] = [:]
            for (claim, units) in capacities {
                let ranges = try database.rows(
                    """
                    SELECT \(RangesTable.list) FROM ranges WHERE claim = ? AND unit > ? AND until > ?
                    ORDER BY start, unit LIMIT ?
                    """, [.text(claim), .int(units), .instant(now), .int(limit)]
                ) { HeldRange(TableRow(row: $0)) }
                if !ranges.isEmpty { booked[claim] = ranges }
            }
            return booked
        }
    }
}

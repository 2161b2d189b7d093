import ConciergeEngine
import ConciergeKit

/// The requests in line. A request that waits for one of several keys has a row for each, in the order of its wish, all
/// with one number. A request that waits for a range of time has one row.
enum WaitingTable: Int32, Columns {
    case claim, number, rank, request, service, start, until, units

    static let list = names()
    static let insertion = insert(into: "waiting", or: "IGNORE")
    static let deletion = SQL(kept: "DELETE FROM waiting WHERE request = ?")
    static let ofRequest = SQL(kept: "SELECT \(list) FROM waiting WHERE request = ? ORDER BY rank")
    static let forKey = SQL(
        kept: """
            SELECT request FROM waiting WHERE claim = ? AND number > ? AND start IS NULL ORDER BY number LIMIT ?
            """)
    static let forRange = SQL(
        kept: """
            SELECT \(list) FROM waiting WHERE claim = ? AND number > ? AND start < ? AND until > ?
            ORDER BY number LIMIT ?
            """)
    static let ofService = SQL(
        kept: "SELECT request FROM waiting WHERE service = ? AND number > ? AND rank = 0 ORDER BY number LIMIT ?")
    static let countForRange = SQL(
        kept: "SELECT count(*) FROM waiting WHERE claim = ? AND number < ? AND start < ? AND until > ?")

    static let schema = """
        CREATE TABLE waiting (
            claim TEXT NOT NULL,
            number INTEGER NOT NULL,
            rank INTEGER NOT NULL,
            request INTEGER NOT NULL,
            service TEXT NOT NULL,
            start INTEGER,
            until INTEGER,
            units INTEGER,
            PRIMARY KEY (claim, number),
            CHECK ((start IS NULL) = (until IS NULL) AND (start IS NULL) = (units IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX waiting_request ON waiting (request, rank);
        CREATE INDEX waiting_service ON waiting (service, number) WHERE rank = 0;
        CREATE INDEX waiting_number ON waiting (number) WHERE rank = 0;
        """
}

extension Waiter {
    fileprivate init?(_ rows: [TableRow<WaitingTable>.Values]) {
        guard let first = rows.first else { return nil }
        let want: Want
        if let time = first.time, let units = first.units {
            want = .range(time, of: first.claim, units: units)
        } else {
            want = .oneOf(rows.map(\.claim))
        }
        self.init(request: first.request, service: first.service, number: first.number, want: want)
    }
}

extension TableRow<WaitingTable> {
    fileprivate struct Values {
        let claim: String
        let number: Int64
        let request: RequestID
        let service: ServiceID
        let time: Range<Instant>?
        let units: Int?
    }

    fileprivate var values: Values {
        let start: Instant? = self[.start]
        let until: Instant? = self[.until]
        return Values(
            claim: self[.claim], number: self[.number], request: self[.request], service: self[.service],
            time: start.flatMap { start in until.map { start..<$0 } }, units: self[.units])
    }
}

extension SQLiteConnection {
    func apply(_ changes: [RequestID: Waiter?]) throws {
        // In order, so that a number is never compared with one that is not written yet.
        for request in changes.keys.sorted() {
            try execute(WaitingTable.deletion, [.id(request)])
            guard let waiter = changes[request] ?? nil else { continue }
            var (time, count): (Range<Instant>?, Int64?) = (nil, nil)
            if case .range(let wanted, _, let units) = waiter.want { (time, count) = (wanted, Int64(units)) }
            for (rank, claim) in waiter.want.keys.enumerated() {
                try execute(
                    WaitingTable.insertion,
                    [
                        .text(claim), .int(waiter.number), .int(rank), .id(waiter.request), .name(waiter.service),
                        .instant(time?.lowerBound), .instant(time?.upperBound), .optional(count),
                    ])
            }
        }
    }

    func waiter(_ request: RequestID) throws -> Waiter? {
        Waiter(try rows(WaitingTable.ofRequest, [.id(request)]) { TableRow<WaitingTable>(row: $0).values })
    }

    func countWaiting(for want: Want, before number: Int64?) throws -> Int {
        switch want {
        case .range(let time, let claim, _):
            return try value(
                WaitingTable.countForRange,
                [.text(claim), .int(number ?? .max), .instant(time.upperBound), .instant(time.lowerBound)]) ?? 0
        case .oneOf(let keys):
            return try value(
                SQL(
                    stringLiteral: """
                        SELECT count(DISTINCT request) FROM waiting
                        WHERE claim IN (\(questionMarks(keys.count))) AND number < ? AND start IS NULL
                        """), keys.map { .text($0) } + [.int(number ?? .max)]) ?? 0
        }
    }

    /// The position of a request in line, from 1; nil if it is not in line.
    func place(of request: RequestID) throws -> Int? {
        try waiter(request).map { try countWaiting(for: $0.want, before: $0.number) + 1 }
    }
}

extension SQLiteFacts {
    func waiter(_ request: RequestID) throws -> Waiter? { try database.waiter(request) }

    func countWaiting(for want: Want, before number: Int64?) throws -> Int {
        try database.countWaiting(for: want, before: number)
    }

    func waiters(_ query: WaiterQuery, after number: Int64, limit: Int) throws -> [Waiter] {
        let requests: [Int64]
        switch query {
        case .of(let service):
            requests = try database.column(WaitingTable.ofService, [.name(service), .int(number), .int(limit)])
        case .mayTake(let claim):
            guard let time = claim.time else {
                requests = try database.column(WaitingTable.forKey, [.text(claim.key), .int(number), .int(limit)])
                break
            }
            // The one row of a request that waits for a range has all of what it waits for.
            return try database.rows(
                WaitingTable.forRange,
                [.text(claim.key), .int(number), .instant(time.upperBound), .instant(time.lowerBound), .int(limit)]
            ) { Waiter([TableRow<WaitingTable>(row: $0).values]) }.compactMap(\.self)
        }
        return try requests.compactMap { try database.waiter(RequestID(number: $0)) }
    }
}

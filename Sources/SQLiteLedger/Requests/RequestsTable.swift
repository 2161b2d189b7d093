package import ConciergeEngine
package import ConciergeKit

/// The requests. Their keys are their numbers.
enum RequestsTable: Int32, Columns {
    case id, service, state, isOpen, resident, openedAt, closedAt, record, version, recordVersion, residence, dwelling,
        commonPart, isFollowed

    static let list = names()
    static let insertion = SQL(
        kept: "INSERT INTO requests (\(list), block) VALUES (\(questionMarks(allCases.count)), ?)")
    static let update = SQL(
        kept: """
            UPDATE requests SET state = ?, is_open = ?, closed_at = ?, record = ?, version = ?, record_version = ?,
                is_followed = ?
            WHERE id = ?
            """)
    /// A statement of its own, because every update of `resident` writes its index.
    static let reassignment = SQL(kept: "UPDATE requests SET resident = ? WHERE id = ?")
    /// A statement of its own for the same reason.
    static let relocation = SQL(
        kept: "UPDATE requests SET residence = ?, dwelling = ?, common_part = ? WHERE id = ?")
    static let request = SQL(kept: "SELECT \(list) FROM requests WHERE id = ?")
    static let conditions = SQL(
        kept: """
            SELECT EXISTS (SELECT 1 FROM quarantines WHERE request = ?1),
                EXISTS (SELECT 1 FROM waiting WHERE request = ?1),
                EXISTS (SELECT 1 FROM commitments WHERE request = ?1)
            """)
    static let isThere = SQL(kept: "SELECT 1 FROM requests WHERE id = ?")
    static let lastNumber = SQL(
        kept: """
            SELECT max(coalesce((SELECT max(id) FROM requests), 0), coalesce((SELECT max(id) FROM runs), 0),
                coalesce((SELECT max(number) FROM waiting WHERE rank = 0), 0),
                coalesce((SELECT max(number) FROM deliveries), 0))
            """)

    /// An index ordered by residents would write a page somewhere in its tree for nearly every request that is opened.
    /// `requests_of_resident` is ordered by blocks of requests first, and by residents within each block, so two or
    /// three pages at its end are written. A search for a resident searches every block: a million requests have
    /// several thousand, and each takes a microsecond. `requests_of_residence` is the same for requests about a place.
    /// Few requests are open and about a place, so that those have an index by residences, which finds what is there
    /// already when another one is opened.
    static let schema = """
        CREATE TABLE requests (
            id INTEGER PRIMARY KEY,
            service TEXT NOT NULL,
            state TEXT NOT NULL,
            is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
            resident TEXT,
            opened_at INTEGER NOT NULL,
            closed_at INTEGER,
            record TEXT NOT NULL,
            version INTEGER NOT NULL,
            record_version INTEGER NOT NULL,
            residence TEXT,
            dwelling TEXT,
            common_part TEXT,
            is_followed INTEGER NOT NULL CHECK (is_followed IN (0, 1)),
            block INTEGER NOT NULL,
            CHECK (is_open = (closed_at IS NULL)),
            CHECK (dwelling IS NULL OR common_part IS NULL),
            CHECK (residence IS NOT NULL OR (dwelling IS NULL AND common_part IS NULL))
        ) STRICT;
        CREATE INDEX requests_open ON requests (service, id) WHERE is_open = 1;
        CREATE INDEX requests_closed ON requests (service, closed_at) WHERE is_open = 0;
        CREATE INDEX requests_of_resident ON requests (block, resident) WHERE resident IS NOT NULL;
        CREATE INDEX requests_of_residence ON requests (block, residence) WHERE residence IS NOT NULL;
        CREATE INDEX requests_open_of_residence ON requests (residence, id)
            WHERE is_open = 1 AND residence IS NOT NULL;
        """
}

extension StoredRequest {
    init(_ row: TableRow<RequestsTable>) {
        self.init(
            id: row[.id], service: row[.service], state: row[.state], isOpen: row[.isOpen], resident: row[.resident],
            openedAt: row[.openedAt], closedAt: row[.closedAt],
            // A malformed record becomes null, which no service's record is: a rule that reads it is refused, and a
            // reply shows an empty record.
            record: row.json(.record) ?? Array("null".utf8), version: row[.version], recordVersion: row[.recordVersion],
            about: (row[.residence] as String?).map {
                PlaceKey(residence: $0, dwelling: row[.dwelling], commonPart: row[.commonPart])
            },
            isFollowed: row[.isFollowed])
    }

    fileprivate func value(of column: RequestsTable) -> SQLValue {
        switch column {
        case .id: .id(id)
        case .service: .name(service)
        case .state: .text(state)
        case .isOpen: .bool(isOpen)
        case .resident: .optional(resident)
        case .openedAt: .instant(openedAt)
        case .closedAt: .instant(closedAt)
        case .record: .utf8(record)
        case .version: .int(version)
        case .recordVersion: .int(recordVersion)
        case .residence: .optional(about?.residence)
        case .dwelling: .optional(about?.dwelling)
        case .commonPart: .optional(about?.commonPart)
        case .isFollowed: .bool(isFollowed)
        }
    }
}

/// The block that new requests are put into. Its number is that of its first request, and it takes ``size`` requests.
struct RequestBlock: Sendable {
    static let size = 256
    private var first: Int64?
    private var count = 0

    /// Returns the block of a new request. Ids grow, except after the clock was far ahead: an id below the block's
    /// number begins a new block.
    mutating func take(_ id: RequestID) -> Int64 {
        if count >= Self.size || first.map({ id.number < $0 }) ?? true { (first, count) = (id.number, 0) }
        count += 1
        return first ?? id.number
    }
}

extension SQLiteConnection {
    func request(_ id: RequestID) throws -> StoredRequest? {
        try row(RequestsTable.request, [.id(id)]) {
            StoredRequest(TableRow(row: $0))
        }
    }

    func apply(_ changes: RequestChanges, _ block: inout RequestBlock) throws {
        // Inserted in the order of their ids, so that the trees grow at their ends.
        for request in changes.opened.keys.sorted().lazy.compactMap({ changes.opened[$0] }) {
            var values: [SQLValue] = []
            values.reserveCapacity(RequestsTable.allCases.count + 1)
            for column in RequestsTable.allCases { values.append(request.value(of: column)) }
            values.append(.int(block.take(request.id)))
            try execute(RequestsTable.insertion, values)
        }
        for request in changes.changed.values {
            try execute(
                RequestsTable.update,
                [RequestsTable.state, .isOpen, .closedAt, .record, .version, .recordVersion, .isFollowed, .id]
                    .map(request.value))
            guard changesCount == 1 else {
                throw LedgerError.unavailable(reason: "there is no request \(request.id) to change")
            }
            if changes.reassigned.contains(request.id) {
                try execute(RequestsTable.reassignment, [.optional(request.resident), .id(request.id)])
            }
            if changes.relocated.contains(request.id) {
                try execute(
                    RequestsTable.relocation, [RequestsTable.residence, .dwelling, .commonPart, .id].map(request.value))
            }
        }
    }

    /// The services that have open requests, or those that have closed ones. The query skips from one service to the
    /// next in the index, so that a million requests of three services cost three steps.
    func services(ofOpenRequests isOpen: Bool) throws -> [ServiceID] {
        // The condition is not a parameter, so that SQLite can use the partial indexes.
        let condition = "is_open = \(isOpen ? 1 : 0)"
        return try column(
            """
            WITH RECURSIVE found (service) AS (
                SELECT min(service) FROM requests WHERE \(condition)
                UNION ALL
                SELECT (SELECT min(service) FROM requests WHERE \(condition) AND service > found.service)
                FROM found WHERE found.service IS NOT NULL
            )
            SELECT service FROM found WHERE service IS NOT NULL
            """
        ).map { (service: String) in ServiceID(service) }
    }

    /// The number of open requests of each service, without the given services.
    func openRequests(besides services: Set<ServiceID>) throws -> [ServiceID: Int] {
        // The query skips from one service to the next, so that a million requests of an excluded service cost one
        // step.
        try self.services(ofOpenRequests: true).reduce(into: [:]) { counts, service in
            guard !services.contains(service) else { return }
            counts[service] = try value(
                "SELECT count(*) FROM requests WHERE is_open = 1 AND service = ?", [.name(service)])
        }
    }

    /// A page of a service's requests in the order of their ids. One query reads the timers of all of them.
    func requests(of service: ServiceID, after: Int64?, limit: Int) throws -> Page<RequestView> {
        let requests = try rows(
            "SELECT \(RequestsTable.list) FROM requests WHERE service = ? AND id > ? ORDER BY id LIMIT ?",
            [.name(service), .int(after ?? .min), .int(limit + 1)]
        ) { StoredRequest(TableRow(row: $0)) }
        let page = requests.prefix(limit)
        guard let first = page.first, let last = page.last else { return Page(elements: [], next: nil) }
        let timers = try timers(ofRequestsFrom: first.id, to: last.id)
        return Page(
            elements: page.map { RequestView(request: $0, timers: timers[$0.id] ?? [:]) },
            next: requests.count > limit ? last.id.number : nil)
    }

    // MARK: Pruning

    /// Deletes expired closed requests without timers, claims, unfinished runs or quarantine, with their history and
    /// runs. Returns how many requests it deleted, at most `limit`.
    func pruneRequests(_ retention: Retention, at now: Instant, limit: Int) throws -> Int {
        var count = 0
        for service in try services(ofOpenRequests: false) where count < limit {
            guard let cutoff = retention.keep(of: service).cutoff(at: now) else { continue }
            let requests = try column(
                """
                SELECT id FROM requests WHERE is_open = 0 AND service = ? AND closed_at <= ?
                    AND NOT EXISTS (SELECT 1 FROM timers WHERE timers.request = requests.id)
                    AND NOT EXISTS (SELECT 1 FROM claims WHERE claims.request = requests.id)
                    AND NOT EXISTS (SELECT 1 FROM ranges WHERE ranges.request = requests.id)
                    AND NOT EXISTS (SELECT 1 FROM shares WHERE shares.request = requests.id)
                    AND NOT EXISTS (
                        SELECT 1 FROM runs
                        WHERE runs.request = requests.id AND runs.state IN ('queued', 'running'))
                    AND NOT EXISTS (SELECT 1 FROM quarantines WHERE quarantines.request = requests.id)
                ORDER BY closed_at LIMIT ?
                """, [.name(service), .instant(cutoff), .int(limit - count)]
            ).map(RequestID.init(number:))
            for request in requests {
                try execute(NoticesTable.deletion, [.id(request)])
                try execute("DELETE FROM history WHERE request = ?", [.id(request)])
                try execute("DELETE FROM runs WHERE request = ?", [.id(request)])
                try deleteCommitments(of: request)
                try execute(FollowersTable.deletionOfAll, [.id(request)])
                try execute(UndoTable.deletion, [.id(request)])
                try execute("DELETE FROM requests WHERE id = ?", [.id(request)])
            }
            // Once all of them are gone, so that none of these is noted in the history of another.
            try forgetCauses(ofDeleted: requests, at: now)
            count += requests.count
        }
        return count
    }
}

extension SQLiteFacts {
    func lastNumber() throws -> Int64? {
        try database.value(RequestsTable.lastNumber)
    }

    func request(_ id: RequestID) throws -> StoredRequest? { try database.request(id) }
}

extension SQLiteLedger {
    package nonisolated(nonsending) func request(_ id: RequestID) async throws(LedgerError) -> RequestView? {
        try await read { try $0.view(of: id) }
    }

    package nonisolated(nonsending)
        func allRequests(of service: ServiceID, after: Int64?, limit: Int) async throws(LedgerError) -> Page<
            RequestView
        >
    {
        try await read(.long) { try $0.requests(of: service, after: after, limit: limit) }
    }
}

extension SQLiteConnection {
    func view(of id: RequestID) throws -> RequestView? {
        try request(id).map { try view(of: $0) }
    }

    func view(of request: StoredRequest) throws -> RequestView {
        // Most requests are neither in quarantine nor in line and promise nothing, and one query finds out.
        let (isQuarantined, isInLine, isPromised) =
            try row(RequestsTable.conditions, [.id(request.id)]) { row in
                (row[0] as Bool, row[1] as Bool, row[2] as Bool)
            } ?? (false, false, false)
        return RequestView(
            request: request, timers: try timers(of: request.id),
            commitments: isPromised ? try commitmentViews(of: request.id) : [],
            quarantine: isQuarantined ? try quarantine(of: .request(request.id)) : nil,
            place: isInLine && request.isOpen ? try place(of: request.id) : nil,
            followers: request.isFollowed ? try followers(of: request.id) : [])
    }
}

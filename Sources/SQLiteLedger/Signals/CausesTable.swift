import ConciergeEngine
import ConciergeKit

/// The signals on which requests were opened. Most requests have none, and pay nothing for the table.
enum CausesTable: Int32, Columns {
    case request, cause, signal, length

    static let list = names()
    static let insertion = insert(into: "causes")
    static let ofRequest = SQL(kept: "SELECT \(list) FROM causes WHERE request = ?")
    static let ofOpened = SQL(kept: "SELECT \(list) FROM causes WHERE cause = ? ORDER BY request")
    static let deletion = SQL(kept: "DELETE FROM causes WHERE request = ?")

    /// `cause` is the request that raised the signal.
    static let schema = """
        CREATE TABLE causes (
            request INTEGER PRIMARY KEY,
            cause INTEGER NOT NULL,
            signal TEXT NOT NULL,
            length INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX causes_of_opened ON causes (cause);
        """
}

extension SignalCause {
    fileprivate init(_ row: TableRow<CausesTable>) {
        self.init(request: row[.cause], signal: row[.signal], length: row[.length])
    }

    fileprivate func value(of column: CausesTable, _ opened: RequestID) -> SQLValue {
        switch column {
        case .request: .id(opened)
        case .cause: .id(request)
        case .signal: .text(signal)
        case .length: .int(length)
        }
    }
}

extension SQLiteConnection {
    func cause(of request: RequestID) throws -> SignalCause? {
        try row(CausesTable.ofRequest, [.id(request)]) { SignalCause(TableRow(row: $0)) }
    }

    func apply(_ causes: [RequestID: SignalCause]) throws {
        for (request, cause) in causes.sorted(by: { $0.key < $1.key }) {
            try execute(CausesTable.insertion, CausesTable.allCases.map { cause.value(of: $0, request) })
        }
    }
}

extension SQLiteFacts {
    func cause(of request: RequestID) throws -> SignalCause? { try database.cause(of: request) }
}

// MARK: Pruning

extension SQLiteConnection {
    /// Deletes the causes of deleted requests, and notes in the histories that stay that a request is deleted which a
    /// signal joins to theirs.
    func forgetCauses(ofDeleted requests: [RequestID], at now: Instant) throws {
        let causes = try requests.map { try cause(of: $0) }
        for request in requests { try execute(CausesTable.deletion, [.id(request)]) }
        for (request, cause) in zip(requests, causes) {
            if let cause, let raiser = try self.request(cause.request) {
                _ = try append(cause.noteDeletion(ofOpened: request, to: raiser, at: now))
            }
            let opened = try rows(CausesTable.ofOpened, [.id(request)]) { row in
                let row = TableRow<CausesTable>(row: row)
                return (row[.request] as RequestID, SignalCause(row))
            }
            for (id, cause) in opened {
                guard let other = try self.request(id) else { continue }
                _ = try append(cause.noteDeletion(ofRaiserOf: other, at: now))
            }
        }
    }
}

package import ConciergeEngine
package import ConciergeKit

/// What the signals say that are still to be delivered. Each delivery has a timer of the request that raised it.
enum DeliveriesTable {
    static let insertion = SQL(kept: "INSERT INTO deliveries (number, content) VALUES (?, ?)")
    static let deletion = SQL(kept: "DELETE FROM deliveries WHERE number = ?")
    static let content = SQL(kept: "SELECT content FROM deliveries WHERE number = ?")

    static let schema = """
        CREATE TABLE deliveries (
            number INTEGER PRIMARY KEY,
            content TEXT NOT NULL
        ) STRICT;
        """
}

extension SQLiteConnection {
    func apply(_ changes: SignalChanges) throws {
        for number in changes.raised.keys.sorted() {
            try execute(DeliveriesTable.insertion, [.int(number), .optional(changes.raised[number])])
        }
        for number in changes.ended { try execute(DeliveriesTable.deletion, [.int(number)]) }
        try apply(changes.causes)
    }
}

extension SQLiteFacts {
    func values(ofDelivery number: Int64) throws -> [UInt8]? {
        (try database.value(DeliveriesTable.content, [.int(number)]) as String?).map { Array($0.utf8) }
    }
}

// MARK: Listeners

/// The signals that services listened to when they were last served.
enum ListenersTable {
    static let schema = """
        CREATE TABLE listeners (
            service TEXT NOT NULL,
            signal TEXT NOT NULL,
            PRIMARY KEY (service, signal)
        ) STRICT, WITHOUT ROWID;
        """
}

extension SQLiteConnection {
    func listeners() throws -> Listeners {
        let rows = try rows("SELECT service, signal FROM listeners") { row in
            (ServiceID(row[0] as String), row[1] as String)
        }
        return Dictionary(grouping: rows) { $0.0 }.mapValues { Set($0.map(\.1)) }
    }
}

extension SQLiteLedger {
    package nonisolated(nonsending) func listeners() async throws(LedgerError) -> Listeners {
        try onWriter { try $0.listeners() }
    }

    package nonisolated(nonsending)
        func save(_ listeners: Listeners, servedBy services: Set<ServiceID>) async throws(LedgerError)
    {
        try writeThrough { database in
            for service in services.sorted() {
                try database.execute("DELETE FROM listeners WHERE service = ?", [.name(service)])
                for signal in (listeners[service] ?? []).sorted() {
                    try database.execute(
                        "INSERT INTO listeners (service, signal) VALUES (?, ?)", [.name(service), .text(signal)])
                }
            }
        }
    }
}

package import ConciergeEngine
package import ConciergeKit

/// The timers of requests. `attended` is 1 if a timer may fire: a provider serves the service, and the request is not
/// in quarantine.
enum TimersTable: Int32, Columns {
    case request, name, run, due

    static let list = names()
    static let ofRequests = SQL(kept: "SELECT \(list) FROM timers WHERE request BETWEEN ? AND ?")
    static let dueTimers = SQL(kept: "SELECT \(list) FROM timers WHERE attended = 1 AND due <= ? ORDER BY due LIMIT ?")
    static let nextDue = SQL(kept: "SELECT due FROM timers WHERE attended = 1 ORDER BY due LIMIT 1")
    static let deletion = SQL(kept: "DELETE FROM timers WHERE request = ? AND name = ? AND run = ?")
    static let setting = SQL(
        kept: """
            INSERT INTO timers (request, name, run, service, due) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (request, name, run) DO UPDATE SET due = excluded.due
            """)

    /// A delivery may fire only while its listener is served, which it need not be when the signal is raised.
    static let settingDelivery = SQL(
        kept: """
            INSERT INTO timers (request, name, run, service, due, attended) VALUES (?1, ?2, ?3, ?4, ?5, \(isAttended("?4")))
            ON CONFLICT (request, name, run) DO UPDATE SET due = excluded.due
            """)
    static let attending = SQL(
        kept: """
            UPDATE timers SET attended = CASE WHEN run < -1 THEN ?1 AND \(isAttended("service")) ELSE ?1 END
            WHERE request = ?2
            """)

    /// Whether a service is among the attended ones; all are before these are set.
    private static func isAttended(_ service: String) -> String {
        "coalesce((SELECT instr(' ' || services || ' ', ' ' || \(service) || ' ') > 0 FROM attended), 1)"
    }

    /// A timer of a service has a name, and its `run` is 0. A timer for the outcome of a run that waits for a claim has
    /// an empty name and the run's number; a timer for a grant has an empty name and -1. A delivery has the signal and
    /// the listener as its name, its number with a minus sign as its run, and the listener as its service.
    static let schema = """
        CREATE TABLE timers (
            request INTEGER NOT NULL,
            name TEXT NOT NULL,
            run INTEGER NOT NULL,
            service TEXT NOT NULL,
            due INTEGER NOT NULL,
            attended INTEGER NOT NULL DEFAULT 1 CHECK (attended IN (0, 1)),
            PRIMARY KEY (request, name, run),
            CHECK ((name = '') = (run > 0 OR run = -1))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX timers_due ON timers (due) WHERE attended = 1;
        CREATE INDEX timers_deliveries ON timers (service) WHERE run < -1;
        CREATE TABLE attended (services TEXT NOT NULL) STRICT;
        """
}

extension TimerKey {
    fileprivate init(_ row: TableRow<TimersTable>) {
        let run: Int64 = row[.run]
        if run < Self.grantMark {
            let parts = (row[.name] as String).split(separator: " ", maxSplits: 1).map(String.init)
            self = .delivery(
                SignalDelivery(number: -run, signal: parts[0], listener: ServiceID(parts.count > 1 ? parts[1] : "")))
        } else {
            self = run == 0 ? .service(row[.name]) : run == Self.grantMark ? .grant : .outcome(of: RunID(number: run))
        }
    }

    /// Stands for a run's number in the timer of a grant. Numbers of runs are positive.
    private static let grantMark: Int64 = -1

    fileprivate var stored: (name: SQLValue, run: SQLValue) {
        switch self {
        case .service(let name): (.text(name), .int(0))
        case .outcome(let run): (.text(""), .id(run))
        case .grant: (.text(""), .int(Self.grantMark))
        case .delivery(let delivery):
            (.text("\(delivery.signal) \(delivery.listener)"), .int(-delivery.number))
        }
    }
}

extension SQLiteConnection {
    func timers(of request: RequestID) throws -> [TimerKey: Instant] {
        try timers(ofRequestsFrom: request, to: request)[request] ?? [:]
    }

    func timers(ofRequestsFrom first: RequestID, to last: RequestID) throws -> [RequestID: [TimerKey: Instant]] {
        var timers: [RequestID: [TimerKey: Instant]] = [:]
        try each(TimersTable.ofRequests, [.id(first), .id(last)]) { row in
            let row = TableRow<TimersTable>(row: row)
            timers[row[.request], default: [:]][TimerKey(row)] = row[.due] as Instant
            return true
        }
        return timers
    }

    func apply(_ changes: [RequestID: [TimerKey: TimerChange]]) throws {
        for (request, timers) in changes {
            for (timer, change) in timers {
                let (name, run) = timer.stored
                guard let due = change.due else {
                    try execute(TimersTable.deletion, [.id(request), name, run])
                    continue
                }
                let isDelivery = if case .delivery = timer { true } else { false }
                try execute(
                    isDelivery ? TimersTable.settingDelivery : TimersTable.setting,
                    [.id(request), name, run, .name(change.service), .instant(due)])
            }
        }
    }

    /// Sets whether the timers of a request may fire.
    func attend(_ isAttended: Bool, toTimersOf request: RequestID) throws {
        try execute(TimersTable.attending, [.bool(isAttended), .id(request)])
    }
}

extension SQLiteConnection {
    /// By service, how many signals wait for services other than these.
    func deliveries(besides services: Set<ServiceID>) throws -> [ServiceID: Int] {
        let counts = try rows("SELECT service, count(*) FROM timers WHERE run < -1 GROUP BY service") { row in
            (ServiceID(row[0] as String), row[1] as Int)
        }
        return Dictionary(uniqueKeysWithValues: counts.filter { !services.contains($0.0) })
    }
}

extension SQLiteFacts {
    func timers(of request: RequestID) throws -> [TimerKey: Instant] { try database.timers(of: request) }

    func dueTimers(by now: Instant, limit: Int) throws -> [PendingTimer] {
        try database.rows(
            TimersTable.dueTimers, [.instant(now), .int(limit)]
        ) { row in
            let row = TableRow<TimersTable>(row: row)
            return PendingTimer(request: row[.request], key: TimerKey(row), due: row[.due])
        }
    }
}

extension SQLiteLedger {
    package nonisolated(nonsending) func attend(to services: Set<ServiceID>) async throws(LedgerError) {
        try writeThrough { database in
            // If the set of services is the same as before, the timers are correct, because each change of a timer
            // keeps them so. An update could affect a million timers.
            let names = services.sorted()
            let attended = names.map(\.rawValue).joined(separator: " ")
            let before = try database.value("SELECT services FROM attended") as String?
            guard before != attended else { return }
            try database.execute("DELETE FROM attended", [])
            try database.execute("INSERT INTO attended (services) VALUES (?)", [.text(attended)])
            let list = questionMarks(services.count)
            try database.execute(
                """
                UPDATE timers SET attended = 1 - attended WHERE attended <> (service IN (\(list)) AND request NOT IN
                    (SELECT request FROM quarantines WHERE request IS NOT NULL))
                """,
                names.map { .name($0) })
        }
    }

    package nonisolated(nonsending) func nextDue(after now: Instant) async throws(LedgerError) -> Instant? {
        // This uses the writing connection: a read waits for the disk, so the engine would wait for its own commits.
        try onWriter { database in
            let timer: Instant? = try database.value(TimersTable.nextDue)
            return [timer, try database.nextDueRun(after: now)].compactMap(\.self).min()
        }
    }
}

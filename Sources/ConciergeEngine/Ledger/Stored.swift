package import ConciergeKit

/// A request as the ledger keeps it.
package struct StoredRequest: Sendable, Hashable {
    package let id: String
    package let service: String
    package var state: String
    package var isOpen: Bool
    package let resident: String?
    package let openedAt: Instant
    package var closedAt: Instant?
    /// The service's record, JSON.
    package var record: [UInt8]
    /// 1 when opened, and one more with every change.
    package var version: Int
    /// The version of its service in which the record is stored.
    package var recordVersion: Int

    package init(
        id: String, service: String, state: String, isOpen: Bool, resident: String?, openedAt: Instant,
        closedAt: Instant?, record: [UInt8], version: Int, recordVersion: Int = 1
    ) {
        self.id = id
        self.service = service
        self.state = state
        self.isOpen = isOpen
        self.resident = resident
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.record = record
        self.version = version
        self.recordVersion = recordVersion
    }
}

/// A request with its timers: what is shown of it.
package struct RequestView: Sendable, Hashable {
    package let request: StoredRequest
    package let timers: [String: Instant]
    package let quarantine: Quarantine?

    package init(request: StoredRequest, timers: [String: Instant], quarantine: Quarantine? = nil) {
        self.request = request
        self.timers = timers
        self.quarantine = quarantine
    }
}

/// A line of a request's history. It is written once and never changed.
package struct Entry: Sendable, Hashable {
    package let request: String
    package let service: String
    package let at: Instant
    package let actor: String
    package let event: String
    package let from: String?
    package let to: String?
    /// What was given with an action, JSON.
    package let input: [UInt8]?
    package let note: Text?

    package init(
        request: String, service: String, at: Instant, actor: String, event: String, from: String? = nil,
        to: String? = nil, input: [UInt8]? = nil, note: Text? = nil
    ) {
        self.request = request
        self.service = service
        self.at = at
        self.actor = actor
        self.event = event
        self.from = from
        self.to = to
        self.input = input
        self.note = note
    }
}

/// A history line with its place in the ledger: later lines have greater numbers.
package struct NumberedEntry: Sendable, Hashable {
    package let seq: Int64
    package let entry: Entry

    package init(seq: Int64, entry: Entry) {
        self.seq = seq
        self.entry = entry
    }
}

/// A timer that waits.
package struct PendingTimer: Sendable, Hashable {
    package let request: String
    package let name: String
    package let due: Instant

    package init(request: String, name: String, due: Instant) {
        self.request = request
        self.name = name
        self.due = due
    }
}

/// The first answer to a call that carried an idempotency key.
package struct StoredAnswer: Sendable, Hashable {
    package let key: String
    /// Tells whether a later call with the key is the same call.
    package let fingerprint: String
    /// What was answered, JSON.
    package let answer: [UInt8]
    package let at: Instant

    package init(key: String, fingerprint: String, answer: [UInt8], at: Instant) {
        self.key = key
        self.fingerprint = fingerprint
        self.answer = answer
        self.at = at
    }
}

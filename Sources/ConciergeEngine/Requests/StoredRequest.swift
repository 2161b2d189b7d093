package import ConciergeKit

/// A request as the ledger keeps it.
package struct StoredRequest: Sendable, Hashable {
    package let id: RequestID
    package let service: ServiceID
    package var state: String
    package var isOpen: Bool
    package var resident: String?
    package let openedAt: Instant
    package var closedAt: Instant?
    /// The service's record, JSON.
    package var record: [UInt8]
    /// 1 when opened, and one more with every change.
    package var version: Int
    /// The record version of its service in which the record is stored.
    package var recordVersion: Int
    /// The place that it is about; nil if staff gave none.
    package var about: PlaceKey?
    /// Whether residents follow it: only then are there any to look up.
    package var isFollowed: Bool

    package init(
        id: RequestID, service: ServiceID, state: String, isOpen: Bool, resident: String?, openedAt: Instant,
        closedAt: Instant?, record: [UInt8], version: Int, recordVersion: Int = 1, about: PlaceKey? = nil,
        isFollowed: Bool = false
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
        self.about = about
        self.isFollowed = isFollowed
    }
}

/// A request with its timers, its commitments and its quarantine, as it is shown.
package struct RequestView: Sendable, Hashable {
    package let request: StoredRequest
    package let timers: [TimerKey: Instant]
    /// In the order of their numbers.
    package let commitments: [CommitmentView]
    package let quarantine: Quarantine?
    /// The request's position in line, from 1; nil if it is not in line.
    package let place: Int?
    /// The residents who follow it, in the order of their bytes.
    package let followers: [String]

    package init(
        request: StoredRequest, timers: [TimerKey: Instant], commitments: [CommitmentView] = [],
        quarantine: Quarantine? = nil, place: Int? = nil, followers: [String] = []
    ) {
        self.request = request
        self.timers = timers
        self.commitments = commitments
        self.quarantine = quarantine
        self.place = place
        self.followers = followers
    }
}

/// What the engine may ask about requests.
package protocol RequestFacts {
    /// The greatest number of requests and runs; nil if there are none.
    func lastNumber() throws -> Int64?
    func request(_ id: RequestID) throws -> StoredRequest?
}

/// The changes of a batch to requests.
package struct RequestChanges: Sendable {
    package var opened: [RequestID: StoredRequest] = [:]
    package var changed: [RequestID: StoredRequest] = [:]
    /// Those of the changed ones that are for another resident now.
    package var reassigned: Set<RequestID> = []
    /// Those of the changed ones that are about another place now.
    package var relocated: Set<RequestID> = []

    package init() {}

    package var isEmpty: Bool { opened.isEmpty && changed.isEmpty }
}

extension StagedChanges {
    func request(_ id: RequestID) throws -> StoredRequest? {
        try changes.requests.changed[id] ?? changes.requests.opened[id] ?? facts.request(id)
    }

    mutating func open(_ request: StoredRequest) {
        changes.requests.opened[request.id] = request
    }

    mutating func change(_ request: StoredRequest) {
        if changes.requests.opened[request.id] != nil {
            changes.requests.opened[request.id] = request
        } else {
            changes.requests.changed[request.id] = request
        }
    }

    /// Adds a history line, with the times in its text written in the lodge's zone.
    mutating func append(_ entry: Entry) {
        changes.entries.append(entry.said(in: zone))
    }
}

extension RawRequest {
    /// A stored request as a task reads it.
    package init(_ request: StoredRequest, commitments: [CommitmentView] = []) {
        self.init(
            id: request.id.description, state: request.state, resident: request.resident, openedAt: request.openedAt,
            closedAt: request.closedAt, record: request.record, recordVersion: request.recordVersion,
            commitments: commitments)
    }
}

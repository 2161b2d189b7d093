import ConciergeEngine
import ConciergeKit

/// The commitments of requests, and the working calendars by which they were made.
struct CommitmentTable {
    private var all: [RequestID: [Int: StoredCommitment]] = [:]
    private var calendars: [String: [UInt8]] = [:]

    mutating func apply(_ changes: CommitmentChanges) {
        for (request, changed) in changes.changed { all[request, default: [:]].merge(changed) { $1 } }
        calendars.merge(changes.calendars) { first, _ in first }
    }

    mutating func delete(_ requests: Set<RequestID>) {
        for request in requests { all[request] = nil }
    }

    func commitments(of request: RequestID) -> [StoredCommitment] {
        (all[request] ?? [:]).values.sorted { $0.number < $1.number }
    }

    func calendar(_ id: String) -> [UInt8]? { calendars[id] }
}

extension Memory {
    /// A portion of the requests that a task reads.
    func portion(_ query: RawRequestQuery) -> RequestPortion {
        var portion = requestTable.portion(query)
        guard query.withCommitments else { return portion }
        for request in portion.elements {
            portion.commitments[request.id] = commitments(of: request.id).map { CommitmentView($0) }
        }
        return portion
    }
}

extension Memory {
    /// The commitments that a report is about.
    func commitmentRecords(_ query: CommitmentQuery) -> [CommitmentRecord] {
        requestTable.all.values.filter { query.service == nil || $0.service == query.service }.flatMap { request in
            commitments(of: request.id).filter { $0.kind == query.kind && query.made.contains($0.content.start) }.map {
                CommitmentRecord(
                    service: request.service.rawValue, resident: request.resident,
                    residence: request.about?.residence, commitment: CommitmentView($0), pauses: $0.content.pauses.count
                )
            }
        }
    }
}

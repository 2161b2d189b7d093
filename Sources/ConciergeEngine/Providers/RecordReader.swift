import ConciergeKit
import JSON

/// Reads a service's stored records of any version, with the record's type erased.
package struct RecordReader: Sendable {
    /// The version in which records are stored now.
    package let version: Int
    /// Whether requests of a version must be brought up to date before the service is served, because an upgrade may
    /// change more than their records.
    let usesRequest: @Sendable (_ version: Int) -> Bool
    /// The new keys of the claims of a request of a version; nil if none changes.
    let claims: @Sendable (_ version: Int) -> (@Sendable (String) -> String?)?
    package let mistakes: [String]

    private let readRecord: @Sendable ([UInt8], Int) throws -> [UInt8]
    private let readRequest: @Sendable ([UInt8], Int, inout UpgradedRequest) throws -> [UInt8]?

    init<S: Service>(_ names: TableNames<S>) {
        let upgrades = names.upgrades
        let current = upgrades.recordVersion
        version = current
        usesRequest = { upgrades.usesRequest(from: $0) }
        claims = { upgrades.claims(from: $0) }
        mistakes = upgrades.mistakes(
            states: Set(names.states.map(\.id)), timers: Set(names.timers.map(\.id)))
        readRecord = { bytes, version in try JSONCoding.encode(upgrades.read(bytes, version: version)) }
        readRequest = { bytes, version, request in
            let record = try upgrades.read(bytes, version: version, of: &request)
            return version == current ? nil : try JSONCoding.encode(record)
        }
    }

    /// A stored record in the form of the current version.
    func current(_ record: [UInt8], version: Int) throws -> [UInt8] {
        try readRecord(record, version)
    }

    /// Reads a stored record, and brings the request that it belongs to up to date. Returns the record in the form of
    /// the current version; nil if it is stored in that form.
    func bringUpToDate(_ record: [UInt8], version: Int, of request: inout UpgradedRequest) throws -> [UInt8]? {
        try readRequest(record, version, &request)
    }
}

extension ServiceTable {
    /// The record of a request as it is shown: in the form of the current version, or as it is stored if it cannot be
    /// read.
    package func shownRecord(of request: StoredRequest) -> [UInt8] {
        guard request.recordVersion != records.version else { return request.record }
        return (try? records.current(request.record, version: request.recordVersion)) ?? request.record
    }
}

extension ServiceTable {
    /// The record of a request as this table's rules would store it.
    ///
    /// - Throws: An error that says why the record cannot be read.
    package func currentRecord(of request: StoredRequest) throws -> [UInt8] {
        try records.current(request.record, version: request.recordVersion)
    }
}

extension Batch {
    /// A request as a rule of the current version receives it.
    func subject(
        _ request: StoredRequest, _ table: ServiceTable, of provider: ProviderID, at moment: Moment
    ) throws -> RuleSubject {
        RuleSubject(
            record: try current(recordOf: request, table, of: provider), state: request.state,
            openedAt: request.openedAt, moment: moment)
    }

    /// The record of a request for a rule of the current version.
    ///
    /// Before the service was served, every stored request was read, and each one whose state or timers an upgrade
    /// changes was brought up to date (``ServiceTable/bringUpToDate(_:)``). So only the record can be of an older
    /// version here.
    private func current(
        recordOf request: StoredRequest, _ table: ServiceTable, of provider: ProviderID
    ) throws -> [UInt8] {
        guard request.recordVersion != table.records.version else { return request.record }
        do {
            return try table.records.current(request.record, version: request.recordVersion)
        } catch {
            throw Rejection.broken(provider: provider, reason: "\(table.id): request \(request.id): \(error)")
        }
    }
}

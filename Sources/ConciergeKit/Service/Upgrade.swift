import JSON

/// How a request that was stored in one version becomes one of the next: its record, and its state and timers where
/// these were renamed or dropped.
///
/// An upgrade is pure, like a rule: what it makes depends on what it is given and nothing else. It may run more than
/// once for a request: each time the request is shown, until a rule has touched it.
///
/// The upgrades of a service stand in ``Service/upgrades``; there is an example.
public struct Upgrade<Old: Decodable & Sendable, New: Decodable & Sendable>: Sendable {
    package let step: UpgradeStep

    /// An upgrade of the record alone, and by name of states and timers.
    ///
    /// `states` says what a state is called now, `timers` what a timer is called now, or with nil that it ends. What is
    /// not named stays as it is. What `convert` throws says that this request cannot be upgraded: then its provider
    /// does not serve, and nothing is changed.
    public init(
        from version: Int, _ old: Old.Type, to new: New.Type, states: [String: String] = [:],
        timers: [String: String?] = [:], _ convert: @escaping @Sendable (Old) throws -> New
    ) {
        step = UpgradeStep(
            from: version, states: states, timers: timers, usesRequest: false,
            decode: { try JSONCoding.decode(Old.self, from: $0) },
            convert: { record, _ in try convert(UpgradeStep.cast(record)) })
    }

    /// An upgrade for which names do not suffice: `convert` may also change the request's state and timers by what is
    /// in it, after those that `states` and `timers` name were changed.
    ///
    /// All requests of an older version are brought up to date by it before the provider serves.
    public init(
        from version: Int, _ old: Old.Type, to new: New.Type, states: [String: String] = [:],
        timers: [String: String?] = [:], _ convert: @escaping @Sendable (Old, inout UpgradedRequest) throws -> New
    ) {
        step = UpgradeStep(
            from: version, states: states, timers: timers, usesRequest: true,
            decode: { try JSONCoding.decode(Old.self, from: $0) },
            convert: { record, request in try convert(UpgradeStep.cast(record), &request) })
    }
}

extension Upgrade where Old == New {
    /// An upgrade that leaves the record as it is: states or timers have other names, or timers are no more.
    public init(
        from version: Int, _ record: Old.Type, states: [String: String] = [:], timers: [String: String?] = [:]
    ) {
        self.init(from: version, record, to: record, states: states, timers: timers) { $0 }
    }
}

/// A request while it is brought up to date: all of it that is not the record.
public struct UpgradedRequest: Sendable, Hashable {
    /// Its id.
    public let id: String
    /// For whom it is, if that was said.
    public let resident: String?
    /// When it was opened.
    public let openedAt: Instant
    /// Its state's id.
    public var state: String
    /// Its timers by their ids, and when they are due.
    public var timers: [String: Instant]

    /// A request, as the lodge or a test makes it.
    public init(id: String, resident: String? = nil, openedAt: Instant, state: String, timers: [String: Instant] = [:])
    {
        self.id = id
        self.resident = resident
        self.openedAt = openedAt
        self.state = state
        self.timers = timers
    }
}

/// An upgrade with its records' types erased.
package struct UpgradeStep: Sendable {
    package let from: Int
    package let states: [String: String]
    package let timers: [String: String?]
    /// Whether the conversion may look at, and change, more than the record.
    package let usesRequest: Bool
    let decode: @Sendable ([UInt8]) throws -> any Sendable
    let convert: @Sendable (any Sendable, inout UpgradedRequest) throws -> any Sendable

    /// Gives states and timers their new names.
    func rename(_ request: inout UpgradedRequest) {
        request.state = states[request.state] ?? request.state
        guard !timers.isEmpty else { return }
        // All at once, so that two timers may exchange their names.
        request.timers = request.timers.reduce(into: [:]) { renamed, timer in
            switch timers[timer.key] {
            case nil: renamed[timer.key] = timer.value
            case .some(nil): break
            case .some(let name?): renamed[name] = timer.value
            }
        }
    }

    /// The compiler checked that each upgrade begins with what the one before it ends with; a slip here is told as a
    /// record that cannot be read.
    static func cast<Record>(_ record: any Sendable) throws -> Record {
        guard let record = record as? Record else {
            throw UnreadableRecord.undecodable(version: nil, reason: "it is not a \(Record.self)")
        }
        return record
    }
}

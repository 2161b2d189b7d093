import JSON

/// How a request stored in one version is converted to the next version: its record, and its state and timers if these
/// were renamed or dropped.
///
/// An upgrade is pure, like a rule: its result depends only on its arguments. It may run more than once for a request:
/// each time the request is shown, until a rule has changed it.
///
/// The upgrades of a service are listed in ``Service/upgrades``, which has an example.
public struct Upgrade<Old: Decodable & Sendable, New: Decodable & Sendable>: Sendable {
    package let step: UpgradeStep

    /// An upgrade of the record alone, and by name of states and timers.
    ///
    /// `states` maps the old name of a state to its new name; `timers` does the same, and nil ends a timer. Names that
    /// are not listed stay as they are. `claims` gives each key, of claims and of what requests wait for in line, its new
    /// name; nil releases it. A key whose new name another request holds stays as it is, and the request's history says
    /// so. If `convert` throws, the request cannot be upgraded: its provider does not
    /// serve, and nothing is changed.
    public init(
        from version: Int, _ old: Old.Type, to new: New.Type, states: [String: String] = [:],
        timers: [String: String?] = [:], claims: (@Sendable (String) -> String?)? = nil,
        _ convert: @escaping @Sendable (Old) throws -> New
    ) {
        step = UpgradeStep(
            from: version, states: states, timers: timers, claims: claims, usesRequest: false,
            decode: { try JSONCoding.decode(Old.self, from: $0) },
            convert: { record, _ in try convert(UpgradeStep.cast(record)) })
    }

    /// An upgrade for which a mapping of names is not enough: `convert` may also change the request's state and timers,
    /// depending on the record. It runs after `states` and `timers` have been applied.
    ///
    /// All requests of an older version are upgraded with it before the provider serves.
    public init(
        from version: Int, _ old: Old.Type, to new: New.Type, states: [String: String] = [:],
        timers: [String: String?] = [:], claims: (@Sendable (String) -> String?)? = nil,
        _ convert: @escaping @Sendable (Old, inout UpgradedRequest) throws -> New
    ) {
        step = UpgradeStep(
            from: version, states: states, timers: timers, claims: claims, usesRequest: true,
            decode: { try JSONCoding.decode(Old.self, from: $0) },
            convert: { record, request in try convert(UpgradeStep.cast(record), &request) })
    }
}

extension Upgrade where Old == New {
    /// An upgrade that keeps the record: only states, timers or claims were renamed, or dropped.
    public init(
        from version: Int, _ record: Old.Type, states: [String: String] = [:], timers: [String: String?] = [:],
        claims: (@Sendable (String) -> String?)? = nil
    ) {
        self.init(from: version, record, to: record, states: states, timers: timers, claims: claims) { $0 }
    }
}

/// A request while it is being upgraded: everything except the record.
public struct UpgradedRequest: Sendable, Hashable {
    /// Its id, which an upgrade cannot change.
    public let id: String
    /// The resident for whom it was opened, if one was given.
    public let resident: String?
    /// When it was opened, which an upgrade cannot change.
    public let openedAt: Instant
    /// The id of its state, after `states` has been applied; the upgrade may change it.
    public var state: String
    /// The due times of its timers, by id.
    public var timers: [String: Instant]

    /// Creates a request, for the lodge or a test.
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
    /// The new key of a claim; nil if no keys change.
    package let claims: (@Sendable (String) -> String?)?
    /// Whether the conversion may read and change more than the record.
    package let usesRequest: Bool
    let decode: @Sendable ([UInt8]) throws -> any Sendable
    let convert: @Sendable (any Sendable, inout UpgradedRequest) throws -> any Sendable

    /// Applies the new names of states and timers.
    func rename(_ request: inout UpgradedRequest) {
        request.state = states[request.state] ?? request.state
        guard !timers.isEmpty else { return }
        // All names are replaced at once, so that two timers may exchange their names.
        request.timers = request.timers.reduce(into: [:]) { renamed, timer in
            switch timers[timer.key] {
            case nil: renamed[timer.key] = timer.value
            case .some(nil): break
            case .some(let name?): renamed[name] = timer.value
            }
        }
    }

    /// The compiler checks that each upgrade starts from the result of the one before it. If that ever fails, the
    /// record is reported as unreadable.
    static func cast<Record>(_ record: any Sendable) throws -> Record {
        guard let record = record as? Record else {
            throw UnreadableRecord.undecodable(version: nil, reason: "it is not a \(Record.self)")
        }
        return record
    }
}

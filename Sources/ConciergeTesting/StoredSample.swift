import ConciergeEngine
public import ConciergeKit
import JSON

/// A request as some version of a service stored it: a golden record, written down when that version was the present
/// one, and kept for good.
public struct StoredSample: Sendable {
    /// The version of the service.
    public let version: Int
    /// The state's id in that version.
    public let state: String
    /// The timers' ids in that version, and how long after it was opened each is due.
    public let timers: [String: Duration]
    /// The record, JSON, as it stands in the ledger and in `data` on the control interface.
    public let record: String

    /// A sample.
    public init(version: Int, state: String, timers: [String: Duration] = [:], record: String) {
        self.version = version
        self.state = state
        self.timers = timers
        self.record = record
    }

    /// The sample as a ledger has it.
    func stored(as id: RequestID, of table: ServiceTable, resident: String?, openedAt: Instant) -> RequestView {
        let isOpen = table.isOpen(state) || !table.states.contains { $0.id == state }
        return RequestView(
            request: StoredRequest(
                id: id, service: table.id, state: state, isOpen: isOpen, resident: resident, openedAt: openedAt,
                closedAt: isOpen ? nil : openedAt, record: Array(record.utf8), version: 1, recordVersion: version),
            timers: timers.reduce(into: [:]) { due, timer in due[.service(timer.key)] = openedAt + timer.value })
    }
}

/// A sample as the present version of its service has it.
public struct UpgradedSample<S: Service>: Sendable {
    /// Its state.
    public let state: StateOf<S>
    /// Its timers, and how long after it was opened each is due.
    public let timers: [TimerOf<S>: Duration]
    /// Its record.
    public let record: S.Record
}

/// What is wrong with a service's upgrades, each in a sentence.
public struct UpgradeMistakes: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentences.
    public let mistakes: [String]
    /// The sentences, joined.
    public var description: String { mistakes.joined(separator: "; ") }
}

/// Checks that requests of every older version can be gone on with: each sample is read as the daemon reads what is
/// stored when a new build starts.
///
/// There must be a sample of every version, the present one included: it finds a change of the record that was made
/// without an upgrade. A sample of the present version must also come out as it went in; a property that was renamed
/// would else lose its value without a word.
///
/// - Returns: The samples as they are now, in their order, for a test to look at.
/// - Throws: ``UpgradeMistakes``, all of them at once.
public func checkUpgrades<S: Service>(
    of service: S, from samples: [StoredSample]
) throws(UpgradeMistakes) -> [UpgradedSample<S>] {
    let table = ServiceTable(service)
    let names = TableNames(service.lifecycle)
    var mistakes = table.records.mistakes
    let oldest = S.upgrades.steps.first?.from ?? table.records.version
    for version in oldest...max(oldest, table.records.version) where !samples.contains(where: { $0.version == version })
    {
        mistakes.append("there is no sample of version \(version)")
    }
    var upgraded: [UpgradedSample<S>] = []
    for (index, sample) in samples.enumerated() {
        do {
            upgraded.append(try UpgradedSample(sample, table, names))
        } catch {
            mistakes.append("sample \(index + 1), of version \(sample.version): \(error)")
        }
    }
    guard mistakes.isEmpty else { throw UpgradeMistakes(mistakes: mistakes) }
    return upgraded
}

extension UpgradedSample {
    /// A sample is no request: its id is shown to nobody.
    private static var id: RequestID { RequestID(number: 0) }

    fileprivate init(_ sample: StoredSample, _ table: ServiceTable, _ names: TableNames<S>) throws {
        let opened = Instant(milliseconds: 0)
        let view = sample.stored(as: Self.id, of: table, resident: nil, openedAt: opened)
        let now = try table.asServed(view)
        record = try S.upgrades.read(now.request.record, version: now.request.recordVersion)
        guard let state = names.state(now.request.state) else {
            throw UnreadableRequest(request: Self.id, service: table.id, reason: "\(now.request.state) is not a state")
        }
        self.state = state
        var timers: [TimerOf<S>: Duration] = [:]
        for case (.service(let name), let due) in now.timers {
            if let timer = names.timer(name) { timers[timer] = due - opened }
        }
        self.timers = timers
        guard sample.version == table.records.version else { return }
        let (given, kept) = (try JSON.parse(sample.record).objectValue ?? [:], try Self.members(of: record))
        for (name, value) in given where !value.isNull && kept[name] != value {
            throw UnreadableRequest(
                request: Self.id, service: table.id, reason: "\"\(name)\" does not come out as it is")
        }
    }

    private static func members(of record: S.Record) throws -> JSONObject {
        try JSON.parse(JSONCoding.encode(record)).objectValue ?? [:]
    }
}

import ConciergeEngine
public import ConciergeKit
import JSON

/// A request as some version of a service stored it: a golden record, written down when that version was the current
/// one, and kept permanently.
public struct StoredSample: Sendable {
    /// Which version stored it, from 1.
    public let version: Int
    /// The state's id in that version.
    public let state: String
    /// The delays after the opening at which the timers of that version are due, by id.
    public let timers: [String: Duration]
    /// The record as JSON, in the form of the ledger and of `data` on the control interface.
    public let record: String

    /// A request of some version, written by hand from what that version stored.
    public init(version: Int, state: String, timers: [String: Duration] = [:], record: String) {
        self.version = version
        self.state = state
        self.timers = timers
        self.record = record
    }

    /// The sample in the form of the ledger.
    func stored(as id: RequestID, of table: ServiceTable, resident: String?, openedAt: Instant) -> RequestView {
        let isOpen = table.isOpen(state) || !table.states.contains { $0.id == state }
        return RequestView(
            request: StoredRequest(
                id: id, service: table.id, state: state, isOpen: isOpen, resident: resident, openedAt: openedAt,
                closedAt: isOpen ? nil : openedAt, record: Array(record.utf8), version: 1, recordVersion: version),
            timers: timers.reduce(into: [:]) { due, timer in due[.service(timer.key)] = openedAt + timer.value })
    }
}

/// A sample, upgraded to the current version of its service.
public struct UpgradedSample<S: Service>: Sendable {
    /// The state in the current table, after all upgrades.
    public let state: StateOf<S>
    /// The delays after the opening at which its timers are due.
    public let timers: [TimerOf<S>: Duration]
    /// The record as a rule of the current version sees it.
    public let record: S.Record
}

/// The mistakes in a service's upgrades, each as a sentence.
public struct UpgradeMistakes: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, a sentence for each mistake.
    public let mistakes: [String]
    /// The sentences, joined.
    public var description: String { mistakes.joined(separator: "; ") }
}

/// Checks that requests of every older version can be processed: each sample is read as the daemon reads stored
/// requests when a new build starts.
///
/// There must be a sample of every version, the current one included: it detects a change of the record that was made
/// without an upgrade. A sample of the current version must also be written as it was read; otherwise a renamed
/// property would lose its value without an error.
///
/// - Returns: The samples in the current version, in order, for further checks.
/// - Throws: ``UpgradeMistakes``, with all mistakes at once.
public func checkUpgrades<S: Service>(
    of service: S, from samples: [StoredSample]
) throws(UpgradeMistakes) -> [UpgradedSample<S>] {
    let table = ServiceTable(service)
    let names = TableNames(service, service.lifecycle)
    var mistakes = table.records.mistakes
    let oldest = names.upgrades.steps.first?.from ?? table.records.version
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
    /// A sample is not a request: its id is never shown.
    private static var id: RequestID { RequestID(number: 0) }

    fileprivate init(_ sample: StoredSample, _ table: ServiceTable, _ names: TableNames<S>) throws {
        let opened = Instant(milliseconds: 0)
        let view = sample.stored(as: Self.id, of: table, resident: nil, openedAt: opened)
        let now = try table.asServed(view)
        record = try names.upgrades.read(now.request.record, version: now.request.recordVersion)
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

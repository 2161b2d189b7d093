import ConciergeEngine
import ConciergeKit

/// A line of a service's table, in one of the states that it starts from.
struct ConductLine: Hashable, Comparable, CustomStringConvertible {
    let service: ServiceID
    let event: RequestEvent
    /// Nil for an opening.
    let from: String?

    /// As it is written in a finding and in `except:`: `keys.loan: give-back from lent`.
    var description: String { "\(service): \(event)" + (from.map { " from \($0)" } ?? "") }

    static func < (one: Self, other: Self) -> Bool { one.description < other.description }

    /// All lines of a table.
    static func all(of table: ServiceTable) -> [ConductLine] {
        table.rows.flatMap { row in
            row.from.isEmpty
                ? [ConductLine(service: table.id, event: row.event, from: nil)]
                : row.from.map { ConductLine(service: table.id, event: row.event, from: $0) }
        }
    }

    /// The line that a history line records; nil if the entry is none of a rule that was applied.
    init?(_ entry: Entry) {
        switch entry.event {
        case .opened, .openedBy, .openedOnSignal, .action, .timer, .runEnded, .granted: break
        case .signal, .corrected, .reassigned, .relocated, .followed, .unfollowed, .noted, .undone, .notice, .told,
            .delivered,
            .upgraded,
            .quarantined, .released:
            return nil
        }
        let isOpening = entry.from == nil
        // A note says that the rule had no effect, was postponed, or refused; or which request an opening is due to.
        guard entry.note == nil || isOpening else { return nil }
        self.init(service: entry.service, event: entry.event, from: entry.from)
    }

    init(service: ServiceID, event: RequestEvent, from: String?) {
        (self.service, self.event, self.from) = (service, event, from)
    }
}

/// A state of a service's table.
struct ConductState: Hashable {
    let service: ServiceID
    let state: String
}

extension Int {
    fileprivate mutating func lower(to other: Int) { self = Swift.min(self, other) }
}

/// How often each line was tried and taken.
struct ConductCoverage {
    private(set) var taken: [ConductLine: Int]
    private(set) var tried: [ConductLine: Int] = [:]
    private var refusals: [ConductLine: String] = [:]
    /// The timers that each line was seen to start.
    private var started: [ConductLine: Set<String>] = [:]

    init(_ tables: [ServiceTable]) {
        taken = Dictionary(uniqueKeysWithValues: tables.flatMap(ConductLine.all).map { ($0, 0) })
    }

    mutating func record(_ entries: [Entry]) {
        for line in entries.compactMap(ConductLine.init) where taken[line] != nil { taken[line, default: 0] += 1 }
    }

    mutating func record(tried line: ConductLine) { tried[line, default: 0] += 1 }

    mutating func record(refusalOf line: ConductLine, _ reason: String) { refusals[line] = reason }

    /// The lines that were tried several times and never taken.
    var refusedSoFar: [ConductLine] { refusals.keys.filter { taken[$0] == 0 && (tried[$0] ?? 0) > 2 } }

    /// Lines with a small weight come first.
    func weight(_ line: ConductLine) -> Int { (taken[line] ?? 0) * 4 + (tried[line] ?? 0) }

    /// The weight of a line that leads to a state in which others were never taken, given the least weight of these: such a
    /// line is preferred, and the less so the more often it was taken.
    func weight(_ line: ConductLine, leadingTo untaken: Int?) -> Int {
        let own = weight(line)
        return untaken.map { min(own, $0 + (taken[line] ?? 0)) } ?? own
    }

    mutating func record(_ line: ConductLine, starts timers: some Sequence<String>) {
        started[line, default: []].formUnion(timers)
    }

    /// The weight of a line after which timers run whose lines were never taken: such a line is preferred, and the less so the
    /// more often it was taken. The timers are those of the request, and those that the line was seen to start.
    func weight(_ line: ConductLine, into states: [String], timers running: [String]) -> Int? {
        let timers = started[line, default: []].union(running)
        let awaited = states.flatMap { state in
            timers.map { ConductLine(service: line.service, event: .timer($0), from: state) }
        }
        return awaited.filter { taken[$0] == 0 }.map { (weight($0) + (taken[line] ?? 0)) / 4 }.min()
    }

    /// By state, the least weight of the lines that were never taken from it.
    var leastUntaken: [ConductState: Int] {
        taken.reduce(into: [:]) { least, line in
            guard line.value == 0, let from = line.key.from else { return }
            // What was refused often may be allowed to a request that comes there another way.
            least[ConductState(service: line.key.service, state: from), default: .max].lower(to: weight(line.key) / 4)
        }
    }

    /// The lines that were never taken, each as a sentence.
    func neverTaken(except exceptions: Set<String>) -> [String] {
        taken.filter { $0.value == 0 && !exceptions.contains($0.key.description) }.keys.sorted().map { line in
            let tries = tried[line] ?? 0
            let why =
                tries == 0
                ? "no request came to try it"
                : "\(tries) tries had no effect\(refusals[line].map { ", the last: \"\($0)\"" } ?? "")"
            return
                "\(line): the line was never taken: \(why); give inputs that take it (inputs:), more seeds, or name it "
                + "in except:"
        }
    }
}

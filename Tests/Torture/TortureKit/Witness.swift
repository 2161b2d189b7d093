package import JSON
import Synchronization

/// What the clients know: which calls were made, and what any reply showed. All of it must be found in the ledger,
/// whatever killed the daemon.
package final class Witness: Sendable {
    /// A call that changes something. Its number is in its input and its idempotency key.
    package struct Call: Sendable {
        package enum Outcome: Sendable {
            /// On its way, or the connection was lost before the answer.
            case unknown
            case accepted(JSONObject)
            /// It changed nothing.
            case refused
        }

        package let number: Int64
        package let method: String
        package let parameters: JSONObject
        package var outcome = Outcome.unknown
    }

    /// All that was seen up to now.
    package struct Testimony: Sendable {
        package var calls: [Int64: Call] = [:]
        package var lines: [Int64: Line] = [:]
        /// By request: the highest version that was shown.
        package var versions: [String: Int64] = [:]
        /// By run: its state and attempt once it had ended.
        package var endedRuns: [String: EndedRun] = [:]
        /// The last line that a watcher saw who had seen all before.
        package var watchedTo: Int64 = 0
        /// What was wrong at once, without a look at the ledger.
        package var violations: [String] = []
        package var repeats = 0
    }

    package struct EndedRun: Hashable, Sendable {
        package let state: String
        package let attempt: Int64
    }

    private struct State {
        var testimony = Testimony()
        var lastNumber: Int64 = 0
        var requests: [String] = []
        var runs: [String] = []
    }

    /// The one call that leaves no line and no run of its own.
    package static let cancelling = "org.concierged.Tasks.CancelRun"

    private let state = Mutex(State())

    package init() {}

    package var testimony: Testimony { state.withLock(\.testimony) }

    // MARK: Calls

    /// Notes a call before it is sent: from now on it may be in the ledger.
    func begin(_ method: String, _ parameters: (Int64) -> JSONObject) -> Call {
        state.withLock { state in
            state.lastNumber += 1
            var parameters = parameters(state.lastNumber)
            parameters["idempotency_key"] = .string("call-\(state.lastNumber)")
            let call = Call(number: state.lastNumber, method: method, parameters: parameters)
            state.testimony.calls[call.number] = call
            return call
        }
    }

    func accept(_ call: Call, _ answer: JSONObject) {
        state.withLock { state in
            state.testimony.note(answer)
            switch state.testimony.calls[call.number]?.outcome {
            case .accepted(let first):
                state.testimony.repeats += 1
                if Self.identity(first) != Self.identity(answer) {
                    state.testimony.violations.append(
                        "call \(call.number) was answered with \(first) and, repeated, with \(answer)")
                }
            case .refused:
                state.testimony.violations.append("call \(call.number) was refused and then answered with \(answer)")
            case .unknown, nil:
                state.testimony.calls[call.number]?.outcome = .accepted(answer)
                if let id = answer["request"]?["id"]?.stringValue { state.requests.append(id) }
                if let id = answer["run"]?["id"]?.stringValue { state.runs.append(id) }
            }
        }
    }

    func refuse(_ call: Call, _ reason: String) {
        state.withLock { state in
            if case .accepted(let first) = state.testimony.calls[call.number]?.outcome {
                state.testimony.violations.append(
                    "call \(call.number) was answered with \(first) and, repeated, refused: \(reason)")
            }
            state.testimony.calls[call.number]?.outcome = .refused
        }
    }

    /// What a repeat must show again: a request as it was, a run by its id, because who waits for it may be told of
    /// another moment of it.
    private static func identity(_ answer: JSONObject) -> JSON? { answer["request"] ?? answer["run"]?["id"] }

    /// Whether there is no answer to a call yet.
    func isUnanswered(_ call: Call) -> Bool {
        state.withLock { state in
            if case .unknown = state.testimony.calls[call.number]?.outcome { true } else { false }
        }
    }

    /// The calls that nobody answered.
    var lost: [Call] {
        state.withLock { state in
            state.testimony.calls.values.filter { if case .unknown = $0.outcome { true } else { false } }
                .sorted { $0.number < $1.number }
        }
    }

    /// Some of those that were answered.
    func accepted(_ count: Int, using dice: inout Dice) -> [Call] {
        let highest = state.withLock { Int($0.lastNumber) }
        guard highest > 0 else { return [] }
        return (0..<count).compactMap { _ in
            let number = Int64(dice.number(1...highest))
            guard let call = state.withLock({ $0.testimony.calls[number] }), case .accepted = call.outcome else {
                return nil
            }
            return call
        }
    }

    /// One of the requests that were opened, most likely a late one.
    func request(using dice: inout Dice) -> String? {
        state.withLock { state in
            let late = dice.oneIn(5) ? state.requests[...] : state.requests.suffix(50)
            return late.randomElement(using: &dice)
        }
    }

    /// One of the runs that were triggered last.
    func run(using dice: inout Dice) -> String? {
        state.withLock { $0.runs.suffix(20).randomElement(using: &dice) }
    }

    // MARK: What replies show

    func show(_ reply: JSONObject) {
        state.withLock { $0.testimony.note(reply) }
    }

    /// Takes a line that a watcher was sent, in the order of its stream.
    func watch(_ line: Line) {
        state.withLock { state in
            if line.seq <= state.testimony.watchedTo {
                state.testimony.violations.append("Watch sent line \(line.seq) again or out of order")
            }
            state.testimony.watchedTo = max(line.seq, state.testimony.watchedTo)
            state.testimony.note(line)
        }
    }
}

extension Witness.Testimony {
    /// Takes in whatever a reply shows.
    fileprivate mutating func note(_ reply: JSONObject) {
        if let request = reply["request"], let id = request["id"]?.stringValue,
            let version = request["version"]?.intValue
        {
            versions[id] = max(versions[id] ?? 0, version)
        }
        for entry in reply["history"]?.arrayValue ?? [] {
            if let line = entry.objectValue.flatMap(Line.init(shown:)) { note(line) }
        }
        if let run = reply["run"], let id = run["id"]?.stringValue, let state = run["state"]?.stringValue,
            let attempt = run["attempt"]?.intValue, ["succeeded", "failed", "cancelled"].contains(state)
        {
            let ended = Witness.EndedRun(state: state, attempt: attempt)
            if let first = endedRuns[id], first != ended {
                violations.append("run \(id) was shown as \(first) and then as \(ended)")
            }
            endedRuns[id] = ended
        }
    }

    fileprivate mutating func note(_ line: Line) {
        if let first = lines[line.seq], first != line {
            violations.append("line \(line.seq) was shown as \(first) and then as \(line)")
        }
        lines[line.seq] = line
    }
}

package import JSON
import Synchronization

/// The record of all clients: which calls they made, and what the replies showed. The ledger must agree with it after
/// any kill of the daemon.
package final class Witness: Sendable {
    /// A call that changes something. Its number is in its input and its idempotency key.
    package struct Call: Sendable {
        package enum Outcome: Sendable {
            /// The call is in flight, or the connection was lost before the answer.
            case unknown
            case accepted(JSONObject)
            /// The call was refused and changed nothing.
            case refused
        }

        package let number: Int64
        package let method: String
        package let parameters: JSONObject
        package var outcome = Outcome.unknown
    }

    /// The whole record at one time.
    package struct Testimony: Sendable {
        package var calls: [Int64: Call] = [:]
        package var lines: [Int64: Line] = [:]
        /// The highest version of each request that a reply showed.
        package var versions: [String: Int64] = [:]
        /// The state and attempt of each run that a reply showed as ended.
        package var endedRuns: [String: EndedRun] = [:]
        /// The number of the last watched line. The watcher must have seen all lines before it.
        package var watchedTo: Int64 = 0
        /// The violations that the replies show without a check of the ledger.
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

    /// The only method whose calls create no line and no run.
    package static let cancelling = "org.concierged.Tasks.CancelRun"

    private let state = Mutex(State())

    package init() {}

    package var testimony: Testimony { state.withLock(\.testimony) }

    // MARK: Calls

    /// Records a call before it is sent, because the ledger may have it from then on.
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

    /// The part of an answer that a repeat must return again: the whole request, but only the id of a run, because a
    /// call that waits may show the run at another time.
    private static func identity(_ answer: JSONObject) -> JSON? { answer["request"] ?? answer["run"]?["id"] }

    /// Whether a call has no answer yet.
    func isUnanswered(_ call: Call) -> Bool {
        state.withLock { state in
            if case .unknown = state.testimony.calls[call.number]?.outcome { true } else { false }
        }
    }

    /// The calls without an answer.
    var lost: [Call] {
        state.withLock { state in
            state.testimony.calls.values.filter { if case .unknown = $0.outcome { true } else { false } }
                .sorted { $0.number < $1.number }
        }
    }

    /// At most `count` random calls that were accepted.
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

    /// A random request that was opened, most likely one of the last.
    func request(using dice: inout Dice) -> String? {
        state.withLock { state in
            let late = dice.oneIn(5) ? state.requests[...] : state.requests.suffix(50)
            return late.randomElement(using: &dice)
        }
    }

    /// A random one of the last 20 runs that were triggered.
    func run(using dice: inout Dice) -> String? {
        state.withLock { $0.runs.suffix(20).randomElement(using: &dice) }
    }

    // MARK: What replies show

    func show(_ reply: JSONObject) {
        state.withLock { $0.testimony.note(reply) }
    }

    /// Records a watched line. Call it in the order of the stream.
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
    /// Records the requests, lines and runs that a reply shows.
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

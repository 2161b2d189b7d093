import ConciergeKit
import TortureProvider

/// A request's transitions, replayed from its lines. They determine the rest of what the ledger must have of the
/// request.
struct Walk {
    /// The end of a run that a line records. `isSuccess` is nil if the line does not show whether the run succeeded.
    struct Outcome {
        let at: Instant
        let isSuccess: Bool?
    }

    private struct Step: Hashable {
        let event: String
        let from: String?
        let to: String?

        init(_ event: String, _ from: String?, _ to: String?) {
            (self.event, self.from, self.to) = (event, from, to)
        }
    }

    /// The tables of the provider's services.
    private static let table: [String: Set<Step>] = [
        Ordeal.id: [
            Step("open", nil, "waiting"), Step("nudge", "waiting", "waiting"), Step("move", "waiting", "waiting"),
            Step("send", "waiting", "working"), Step("send", "rung", "working"), Step("drop", "waiting", "dropped"),
            Step("drop", "rung", "dropped"), Step("drop", "working", "dropped"),
            Step("timer:bell", "waiting", "rung"), Step("timer:bell", "working", "working"),
            Step("timer:patience", "rung", "working"), Step("run:torture.errand", "working", "done"),
            Step("run:torture.errand", "working", "waiting"), Step("run:torture.errand", "working", "failed"),
        ],
        Alarm.id: [Step("open", nil, "set"), Step("timer:due", "set", "rung")],
    ]
    /// The timers for which each open state has a transition.
    private static let timersOfState: [String: [String: Set<String>]] = [
        Ordeal.id: ["waiting": ["bell"], "rung": ["patience"], "working": ["bell"]],
        Alarm.id: ["set": ["due"]],
    ]

    let service: String
    private(set) var state: String?
    private(set) var transitions: [Line] = []
    private(set) var timers: [String: Instant] = [:]
    private(set) var seat: String?
    private(set) var closedAt: Instant?
    /// The times of the lines that asked for a run.
    private(set) var asked: [Instant] = []
    private(set) var outcomes: [Outcome] = []
    private(set) var timersFired = 0

    init(of service: String) { self.service = service }

    /// Takes the next line. Returns what is wrong with it, or nil.
    mutating func take(_ stored: LedgerCopy.StoredLine) -> String? {
        let line = stored.line
        if stored.note?.hasPrefix("Without effect") == true { return "\(line.event) had no effect" }
        guard line.isTransition else {
            if line.event.hasPrefix("run:") { outcomes.append(Outcome(at: line.at, isSuccess: nil)) }
            return nil
        }
        guard line.from == state else {
            return
                "line \(line.seq) goes on from \(line.from ?? "nothing"), the line before came to \(state ?? "nothing")"
        }
        guard Self.table[service]?.contains(Step(line.event, line.from, line.to)) == true else {
            return "the table has no \(line.event) from \(line.from ?? "nothing") to \(line.to ?? "nothing")"
        }
        var wrong: String?
        if line.event.hasPrefix("timer:") { wrong = fire(String(line.event.dropFirst(6)), at: line) }
        follow(stored)
        transitions.append(line)
        state = line.to
        let allowed = Self.timersOfState[service]?[line.to ?? ""]
        timers = timers.filter { allowed?.contains($0.key) == true }
        if allowed == nil {
            seat = nil
            closedAt = closedAt ?? line.at
        }
        return wrong
    }

    private mutating func fire(_ timer: String, at line: Line) -> String? {
        timersFired += 1
        guard let due = timers.removeValue(forKey: timer) else {
            return "\(timer) fired and was not pending (line \(line.seq))"
        }
        return due <= line.at ? nil : "\(timer) was due at \(due) and fired at \(line.at)"
    }

    /// Applies the effects of the line's rule: timers, claims and runs.
    private mutating func follow(_ stored: LedgerCopy.StoredLine) {
        let line = stored.line
        switch (line.event, line.to) {
        case ("open", _):
            timers[service == Alarm.id ? "due" : "bell"] = stored.due
            seat = stored.seat
        case ("nudge", _): timers["bell"] = stored.due
        case ("move", _): seat = stored.seat
        case ("send", _), ("timer:patience", _): asked.append(line.at)
        case ("timer:bell", "rung"): timers["patience"] = line.at + Ordeal.patience
        case ("run:torture.errand", let to):
            outcomes.append(Outcome(at: line.at, isSuccess: to == "done"))
            if to == "waiting" { timers["bell"] = line.at + Ordeal.rest }
        default: break
        }
    }
}

import ConciergeKit
import ConciergeProtocol
import WorkingCalendar

/// Explains when a promise is due.
struct ExplainingPromises: Sendable {
    /// The most pauses of one promise.
    static let pauses = 1000

    let calendars: WorkingCalendars
    let clock: @Sendable () -> Instant

    func explain(_ call: CommitmentMethods.Explain) throws -> CommitmentMethods.Explain.Reply {
        let term: Term
        do throws(Term.Mistake) {
            term = try Term(call.term)
        } catch {
            throw ControlError.invalid("term", error.words)
        }
        let (name, calendar) = try calendars.find(call.calendar)
        let pauses = try pauses(of: call)
        let promise: Promise
        do throws(Promise.Mistake) {
            promise = try Promise(
                term, from: call.from ?? clock(), pauses: pauses, isPausable: call.pausable ?? true)
        } catch {
            throw ControlError.invalid("pauses", error.words)
        }
        return CommitmentMethods.Explain.Reply(calendar.explain(promise, name: name))
    }

    private func pauses(of call: CommitmentMethods.Explain) throws(ControlError) -> [Promise.Pause] {
        let given = call.pauses ?? []
        guard given.count <= Self.pauses else {
            throw .invalid(
                "pauses", Text(fr: "il y en a plus de \(Self.pauses)", en: "there are more than \(Self.pauses)"))
        }
        var pauses: [Promise.Pause] = []
        for (index, pause) in given.enumerated() {
            if let reason = pause.reason, let mistake = TextLimits.mistake(in: reason, limit: TextLimits.line) {
                throw .invalid("pauses[\(index)].reason", mistake)
            }
            let reason = pause.reason.map { Text(verbatim: $0) }
            guard let made = Promise.Pause(from: pause.from, to: pause.to, reason: reason) else {
                throw .invalid(
                    "pauses[\(index)]",
                    Text(fr: "la pause finit avant de commencer", en: "the pause ends before it begins"))
            }
            pauses.append(made)
        }
        return pauses
    }
}

extension CommitmentMethods.Explain.Reply {
    fileprivate init(_ explanation: Explanation) {
        let outcome: Outcome =
            switch explanation.end {
            case .due: .due
            case .paused: .paused
            case .never: .never
            }
        self.init(due: explanation.deadline.instant, outcome: outcome, steps: explanation.sentences)
    }
}

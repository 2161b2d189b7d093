import ConciergeKit
import Dispatch
import Glibc
import Synchronization

/// The one Dispatch timer, on the wall clock: it sleeps until the next due moment, whatever the clock does meanwhile.
///
/// A wall-clock deadline is met when the clock shows it, also where the clock was stepped or the machine slept.
final class WakeTimer: Sendable {
    private struct State {
        let source: any DispatchSourceTimer
        var due: Instant?
    }

    /// Dispatch counts nanoseconds in 64 bits and takes what is after the year 2262 for the past. Waking early is no
    /// harm: the next due moment is asked for again.
    private static let farthest = Instant(milliseconds: 7_258_118_400_000)

    private let state: Mutex<State>

    /// A timer that is not armed. `wake` is called on a queue of Dispatch's.
    init(wake: @escaping @Sendable () -> Void) {
        let source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "wake"))
        source.setEventHandler(handler: wake)
        source.activate()
        state = Mutex(State(source: source))
    }

    /// What it sleeps for.
    var due: Instant? { state.withLock(\.due) }

    /// Sleeps until the moment, which replaces any other; never again where it is nil.
    func arm(at due: Instant?) {
        state.withLock { state in
            guard due != state.due else { return }
            state.due = due
            guard let due else { return state.source.schedule(wallDeadline: .distantFuture) }
            let (seconds, rest) = min(due, Self.farthest).milliseconds.quotientAndRemainder(dividingBy: 1000)
            let moment = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest) * 1_000_000)
            state.source.schedule(wallDeadline: DispatchWallTime(timespec: moment), leeway: .milliseconds(1))
        }
    }

    /// Sleeps until the moment, if that is earlier than what it sleeps for.
    func armIfEarlier(_ due: Instant) {
        let isEarlier = state.withLock { state in state.due.map { due < $0 } ?? true }
        if isEarlier { arm(at: due) }
    }

    /// Forgets what it was armed for, so that the next ``arm(at:)`` is taken whatever it says.
    func fired() {
        state.withLock { $0.due = nil }
    }

    func cancel() {
        state.withLock { $0.source.cancel() }
    }
}

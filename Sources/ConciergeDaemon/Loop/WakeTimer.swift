import ConciergeKit
import Dispatch
import Glibc
import Synchronization

/// The one Dispatch timer, on the wall clock, set to the next due moment.
///
/// It fires when the clock shows the moment, also if the clock was stepped or the machine slept.
final class WakeTimer: Sendable {
    private struct State {
        let source: any DispatchSourceTimer
        var due: Instant?
    }

    /// Dispatch counts nanoseconds in 64 bits and treats moments after the year 2262 as past. Waking early does no
    /// harm: the next due moment is computed again.
    private static let farthest = Instant(milliseconds: 7_258_118_400_000)

    private let state: Mutex<State>

    /// Makes a timer that is not armed. `wake` is called on a Dispatch queue.
    init(wake: @escaping @Sendable () -> Void) {
        let source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "wake"))
        source.setEventHandler(handler: wake)
        source.activate()
        state = Mutex(State(source: source))
        LodgeClock.follow { [weak self] in self?.armAgain() }
    }

    /// The moment for which it is armed; nil if it is not armed.
    var due: Instant? { state.withLock(\.due) }

    /// Arms the timer for a moment in place of any other; disarms it if the moment is nil.
    func arm(at due: Instant?) {
        state.withLock { state in
            guard due != state.due else { return }
            state.due = due
            Self.schedule(state)
        }
    }

    /// Arms the timer for the same moment once more, because the clock was shifted.
    private func armAgain() { state.withLock { Self.schedule($0) } }

    private static func schedule(_ state: State) {
        guard let due = state.due else { return state.source.schedule(wallDeadline: .distantFuture) }
        let moment = min(LodgeClock.onSystem(due), farthest)
        let (seconds, rest) = moment.milliseconds.quotientAndRemainder(dividingBy: 1000)
        let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest) * 1_000_000)
        state.source.schedule(wallDeadline: DispatchWallTime(timespec: time), leeway: .milliseconds(1))
    }

    /// Arms the timer for a moment, if that is earlier than the one it is armed for.
    func armIfEarlier(_ due: Instant) {
        let isEarlier = state.withLock { state in state.due.map { due < $0 } ?? true }
        if isEarlier { arm(at: due) }
    }

    /// Notes that the timer has fired, so that the next ``arm(at:)`` arms it also for the same moment.
    func fired() {
        state.withLock { $0.due = nil }
    }

    func cancel() {
        state.withLock { $0.source.cancel() }
    }
}

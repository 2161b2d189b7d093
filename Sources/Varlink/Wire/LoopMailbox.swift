import NIOCore
import Synchronization

/// Sends values from any thread to an event loop, and wakes the loop once for all values that wait.
///
/// The loop receives the values of one thread in their order.
final class LoopMailbox<Letter: Sendable>: Sendable {
    private struct State {
        var letters: [Letter] = []
        /// An empty array whose capacity is reused.
        var spare: [Letter] = []
        var isScheduled = false
    }

    let eventLoop: any EventLoop
    private let receive: @Sendable ([Letter]) -> Void
    private let state = Mutex(State())

    /// Makes a mailbox. It calls `receive` with the values on the event loop.
    init(eventLoop: any EventLoop, receive: @escaping @Sendable ([Letter]) -> Void) {
        self.eventLoop = eventLoop
        self.receive = receive
    }

    func post(_ letter: Letter) {
        let mustSchedule = state.withLock { state in
            state.letters.append(letter)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { eventLoop.execute { self.drain() } }
    }

    private func drain() {
        var letters = state.withLock { state in
            state.isScheduled = false
            let letters = state.letters
            state.letters = state.spare
            state.spare = []
            return letters
        }
        receive(letters)
        guard letters.capacity <= 4096 else { return }
        letters.removeAll(keepingCapacity: true)
        state.withLock { $0.spare = letters }
    }
}

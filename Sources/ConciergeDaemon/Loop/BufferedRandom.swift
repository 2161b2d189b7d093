import Glibc
import Synchronization

/// The system's random numbers (getentropy(3)), fetched many at a time, because each fetch is a system call.
///
/// A batch that a ledger has decided again gets the same numbers again: it would else ask for other facts in each pass.
final class BufferedRandom: RandomNumberGenerator, Sendable {
    /// How many numbers one call gives at most.
    private static let size = 256 / 8

    private struct State {
        var fetched: [UInt64] = []
        /// The numbers of this batch, and how many of them this pass has had.
        var drawn: [UInt64] = []
        var position = 0
    }

    private let state = Mutex(State())

    func next() -> UInt64 {
        state.withLock { state in
            if state.position == state.drawn.count { state.drawn.append(Self.fetch(&state.fetched)) }
            defer { state.position += 1 }
            return state.drawn[state.position]
        }
    }

    /// Another batch begins, with other numbers.
    func beginBatch() {
        state.withLock { state in
            state.drawn.removeAll(keepingCapacity: true)
            state.position = 0
        }
    }

    /// The batch is decided, maybe again.
    func beginPass() {
        state.withLock { $0.position = 0 }
    }

    private static func fetch(_ numbers: inout [UInt64]) -> UInt64 {
        if let number = numbers.popLast() { return number }
        numbers = [UInt64](unsafeUninitializedCapacity: size) { buffer, count in
            let filled = buffer.baseAddress.map { getentropy($0, size * 8) == 0 } ?? false
            count = filled ? size : 0
        }
        // It fails only on a system without it.
        if let number = numbers.popLast() { return number }
        var system = SystemRandomNumberGenerator()
        return system.next()
    }
}

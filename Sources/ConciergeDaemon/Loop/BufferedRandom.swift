import Glibc
import Synchronization

/// The system's random numbers (getentropy(3)), fetched in blocks, because each fetch is a system call.
///
/// If a ledger asks for the decision of a batch again, each pass gets the same numbers; otherwise each pass would ask
/// for other facts.
final class BufferedRandom: RandomNumberGenerator, Sendable {
    /// The number of random numbers that one fetch returns: getentropy(3) returns at most 256 bytes.
    private static let size = 256 / 8

    private struct State {
        var fetched: [UInt64] = []
        /// The numbers of this batch; `position` is how many of them this pass has used.
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

    /// Begins a batch, with new numbers.
    func beginBatch() {
        state.withLock { state in
            state.drawn.removeAll(keepingCapacity: true)
            state.position = 0
        }
    }

    /// Begins a pass, the first one or another one, over the same batch.
    func beginPass() {
        state.withLock { $0.position = 0 }
    }

    private static func fetch(_ numbers: inout [UInt64]) -> UInt64 {
        if let number = numbers.popLast() { return number }
        numbers = [UInt64](unsafeUninitializedCapacity: size) { buffer, count in
            let filled = buffer.baseAddress.map { getentropy($0, size * 8) == 0 } ?? false
            count = filled ? size : 0
        }
        // getentropy(3) fails only on a system without it.
        if let number = numbers.popLast() { return number }
        var system = SystemRandomNumberGenerator()
        return system.next()
    }
}

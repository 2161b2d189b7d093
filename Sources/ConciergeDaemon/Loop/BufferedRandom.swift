import Glibc
import Synchronization

/// The system's random numbers (getentropy(3)), fetched many at a time, because each fetch is a system call.
final class BufferedRandom: RandomNumberGenerator, Sendable {
    /// How many numbers one call gives at most.
    private static let size = 256 / 8

    private let numbers = Mutex<[UInt64]>([])

    func next() -> UInt64 {
        numbers.withLock { numbers in
            if let number = numbers.popLast() { return number }
            numbers = [UInt64](unsafeUninitializedCapacity: Self.size) { buffer, count in
                let filled = buffer.baseAddress.map { getentropy($0, Self.size * 8) == 0 } ?? false
                count = filled ? Self.size : 0
            }
            // It fails only on a system without it.
            if let number = numbers.popLast() { return number }
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
    }
}

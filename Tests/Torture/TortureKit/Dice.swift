import ConciergeKit

/// A random number generator whose seed determines all its numbers.
package struct Dice: RandomNumberGenerator, Sendable {
    private var numbers: SplitMix64

    package init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

    package mutating func next() -> UInt64 { numbers.next() }

    /// A generator for a part of the work, whose numbers do not depend on how many numbers other parts draw.
    package mutating func split() -> Dice { Dice(seed: next()) }

    package mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// Returns true with a probability of 1 in `count`.
    package mutating func oneIn(_ count: Int) -> Bool { number(1...count) == 1 }
}

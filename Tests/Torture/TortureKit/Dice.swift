/// A random number generator whose seed determines all its numbers: SplitMix64 (Steele, Lea, Flood 2014).
package struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A generator for a part of the work, whose numbers do not depend on how many numbers other parts draw.
    package mutating func split() -> Dice { Dice(seed: next()) }

    package mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// Returns true with a probability of 1 in `count`.
    package mutating func oneIn(_ count: Int) -> Bool { number(1...count) == 1 }
}

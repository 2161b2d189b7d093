/// All that a rule may know of the world outside: the instant, who acts, a seed for chance, and who holds which key.
///
/// A rule that takes these from here and nowhere else gives the same answer for the same moment, in a test as in the
/// lodge. A moment does not leave its rule: it is not Sendable.
public struct Moment {
    /// When it happens. It is the same for all that one rule does.
    public let now: Instant
    /// The request's id, also while it is being opened.
    public let request: String
    /// For whom the request is, if that was said when it was opened.
    public let resident: String?
    /// Who acts: a login name, or the timer, schedule or run that acts by itself.
    public let actor: String

    private let seed: UInt64
    /// Nil in a test that makes a moment by hand: there all keys are free.
    package var claims: (any ClaimAnswers)?

    /// A moment.
    public init(now: Instant, request: String, resident: String? = nil, actor: String, seed: UInt64) {
        self.now = now
        self.request = request
        self.resident = resident
        self.actor = actor
        self.seed = seed
    }

    /// A code of so many digits that nobody can guess from other codes: the lodge draws every moment's seed from the
    /// system's secure generator. The same purpose gives the same code within one moment.
    public func code(digits: Int, for purpose: String = "") -> String {
        // SplitMix64 (Steele, Lea, Flood 2014) spreads one seed over as many numbers as there are purposes.
        var state = purpose.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return (0..<digits).reduce(into: "") { code, _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            code += String((mixed ^ (mixed >> 31)) % 10)
        }
    }
}

/// Answers a rule that asks who holds the keys of its provider. What cannot be said at once is answered as free: the rule
/// runs again when it is known.
package protocol ClaimAnswers: AnyObject {
    func holder(of key: String) -> String?
    func holders(of keys: [String]) -> [String: String]
}

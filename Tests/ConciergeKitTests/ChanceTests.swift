import ConciergeKit
import Testing

@Suite("Codes and retry delays")
struct ChanceTests {
    private func moment(_ seed: UInt64) -> Moment {
        Moment(now: Instant(milliseconds: 0), request: "r", actor: "a", seed: seed)
    }

    @Test("A code has the requested number of digits and no other characters")
    func digits() {
        for seed in 0..<200 as Range<UInt64> {
            for count in [0, 1, 4, 6, 12] {
                let code = moment(seed).code(digits: count)
                #expect(code.utf8.count == count)
                #expect(code.utf8.allSatisfy { (0x30...0x39).contains($0) })
            }
        }
    }

    @Test("The same moment yields the same code for the same purpose, and different codes for different purposes")
    func purposes() {
        #expect(moment(5).code(digits: 12, for: "door") == moment(5).code(digits: 12, for: "door"))
        let codes = ["", "door", "locker", "roof", "a", "b"].map { moment(5).code(digits: 12, for: $0) }
        #expect(Set(codes).count == codes.count)
        #expect(moment(5).code(digits: 12) != moment(6).code(digits: 12))
    }

    @Test("At each place every digit is about equally frequent, for neighbouring seeds too")
    func distribution() {
        let samples = 20_000
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 6)
        var codes: Set<String> = []
        for seed in 0..<UInt64(samples) {
            let code = moment(seed).code(digits: 6)
            codes.insert(code)
            for (place, digit) in code.utf8.enumerated() { counts[place][Int(digit - 0x30)] += 1 }
        }
        // Chi squared with 9 degrees of freedom exceeds 40 by chance once in a hundred thousand.
        let expected = Double(samples) / 10
        for place in counts {
            let chi = place.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
            #expect(chi < 40)
        }
        // Of 20000 random codes out of a million, about 198 repeat an earlier one.
        #expect(codes.count > samples - 350)
    }

    @Test("A retry delay is in the upper half of the delay that doubles with each attempt, up to the ceiling")
    func delays() {
        let policy = RetryPolicy(attempts: 20, base: .seconds(5), ceiling: .minutes(15))
        for attempt in 1...100 {
            let longest = min(Duration.seconds(5) * (1 << min(attempt - 1, 20)), .minutes(15))
            for chance in [0, 0.25, 0.5, 0.999_999] {
                let delay = policy.delay(after: attempt, chance: chance)
                #expect(delay >= longest / 2)
                #expect(delay < longest)
            }
            #expect(policy.delay(after: attempt, chance: 0) == longest / 2)
            #expect(policy.delay(after: attempt, chance: 0.5) == longest * 3 / 4)
        }
    }

    @Test("A policy has at least one attempt, and a ceiling below the base applies")
    func bounds() {
        #expect(RetryPolicy(attempts: 0).attempts == 1)
        #expect(RetryPolicy(attempts: -3).attempts == 1)
        #expect(RetryPolicy.never.attempts == 1)
        let low = RetryPolicy(attempts: 3, base: .hours(1), ceiling: .seconds(10))
        #expect(low.delay(after: 1, chance: 0.999) < .seconds(10))
        #expect(RetryPolicy(base: .zero).delay(after: 3, chance: 0.5) == .zero)
    }
}

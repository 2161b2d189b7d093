import ConciergeKit
import Synchronization
import Testing

@testable import ConciergeDaemon

@Suite("Time limits", .timeLimit(.minutes(20)))
struct TimeLimitsTests {
    @Test("Limits that have not ended expire once, in order of time, and ended limits do not expire")
    func order() async {
        let (expired, continuation) = AsyncStream.makeStream(of: UInt64.self)
        let limits = TimeLimits { continuation.yield($0) }
        limits.begin(1, within: .milliseconds(60))
        limits.begin(2, within: .milliseconds(20))
        limits.begin(3, within: .milliseconds(20))
        limits.begin(4, within: .seconds(3600))
        limits.end(2)
        var seen: [UInt64] = []
        for await token in expired {
            seen.append(token)
            if seen.count == 2 { break }
        }
        #expect(seen == [3, 1])
        limits.end(4)
        limits.begin(5, within: .milliseconds(1))
        #expect(await expired.first { _ in true } == 5)
    }

    @Test(
        "An attempt whose limit is set again expires by its new limit, even while an earlier one has the old limit"
    )
    func setAgain() async {
        let (expired, continuation) = AsyncStream.makeStream(of: UInt64.self)
        let limits = TimeLimits { continuation.yield($0) }
        limits.begin(1, within: .milliseconds(300))
        limits.begin(2, within: .milliseconds(300))
        limits.end(2)
        limits.begin(2, within: .seconds(3600))
        limits.begin(3, within: .milliseconds(400))
        #expect(await expired.first { _ in true } == 1)
        #expect(await expired.first { _ in true } == 3)
    }

    @Test("A hundred thousand ended limits leave no entries")
    func bounded() {
        let limits = TimeLimits { _ in }
        limits.begin(0, within: .seconds(3600))
        for token in 1...100_000 as ClosedRange<UInt64> {
            limits.begin(token, within: .seconds(60))
            limits.end(token)
        }
        #expect(limits.pending == 1)
    }
}

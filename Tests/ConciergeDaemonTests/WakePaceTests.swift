import Testing

@testable import ConciergeDaemon

@Suite("The number of timers fired in one batch")
struct WakePaceTests {
    /// The pace after this number of batches in which each timer took this long.
    private func pace(after batches: Int, each: Duration, from pace: WakePace = WakePace()) -> WakePace {
        var pace = pace
        for _ in 0..<batches { pace.learn(from: pace.timersPerBatch, taking: each * pace.timersPerBatch) }
        return pace
    }

    @Test(
        "A batch has as many timers as fire in three milliseconds",
        arguments: [(30, 100), (60, 50), (100, 30), (300, 10)])
    func aim(microseconds: Int, count: Int) {
        #expect(pace(after: 8, each: .microseconds(microseconds)).timersPerBatch == count)
    }

    @Test("A batch has at least 8 and at most 128 timers")
    func bounds() {
        #expect(pace(after: 20, each: .nanoseconds(100)).timersPerBatch == 128)
        #expect(pace(after: 20, each: .milliseconds(40)).timersPerBatch == 8)
    }

    @Test("One delayed batch does not determine the pace, and the pace recovers after it")
    func change() {
        let steady = pace(after: 20, each: .microseconds(30))
        var heldUp = steady
        heldUp.learn(from: 100, taking: .seconds(2))
        #expect(heldUp.timersPerBatch == 54)
        #expect(pace(after: 8, each: .microseconds(30), from: heldUp).timersPerBatch == 100)
    }

    @Test("A batch without timers, or one that took no time, does not change the pace")
    func nothing() {
        var pace = WakePace()
        pace.learn(from: 0, taking: .seconds(1))
        pace.learn(from: 10, taking: .zero)
        #expect(pace.timersPerBatch == WakePace().timersPerBatch)
    }
}

import Testing

@testable import ConciergeDaemon

@Suite("How many timers are fired at once")
struct WakePaceTests {
    /// After so many batches, each timer of which takes so long.
    private func pace(after batches: Int, each: Duration, from pace: WakePace = WakePace()) -> WakePace {
        var pace = pace
        for _ in 0..<batches { pace.learn(from: pace.timersPerBatch, taking: each * pace.timersPerBatch) }
        return pace
    }

    @Test("So many that a batch takes three milliseconds", arguments: [(30, 100), (60, 50), (100, 30), (300, 10)])
    func aim(microseconds: Int, count: Int) {
        #expect(pace(after: 8, each: .microseconds(microseconds)).timersPerBatch == count)
    }

    @Test("Never more than a commit is good for, nor fewer than it is worth")
    func bounds() {
        #expect(pace(after: 20, each: .nanoseconds(100)).timersPerBatch == 128)
        #expect(pace(after: 20, each: .milliseconds(40)).timersPerBatch == 8)
    }

    @Test("One batch that was held up does not decide, and what has changed is learnt")
    func change() {
        let steady = pace(after: 20, each: .microseconds(30))
        var heldUp = steady
        heldUp.learn(from: 100, taking: .seconds(2))
        #expect(heldUp.timersPerBatch == 54)
        #expect(pace(after: 8, each: .microseconds(30), from: heldUp).timersPerBatch == 100)
    }

    @Test("A batch of none, or one that took no time, says nothing")
    func nothing() {
        var pace = WakePace()
        pace.learn(from: 0, taking: .seconds(1))
        pace.learn(from: 10, taking: .zero)
        #expect(pace.timersPerBatch == WakePace().timersPerBatch)
    }
}

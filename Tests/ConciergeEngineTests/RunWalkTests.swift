import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Random walks of runs")
struct RunWalkTests {
    @Test(
        "Free capacity and running runs add up to the provider's concurrency, and no run waits while capacity is free",
        arguments: 0..<12 as Range<UInt64>)
    func slots(seed: UInt64) throws {
        let concurrency = Int(seed % 4) + 1
        let bench = try Bench(concurrency: concurrency, seed: seed)
        var generator = SplitMix64(seed: seed)
        // The runs that the shell runs, tracked independently of the engine.
        var underWay: [RunID: Int] = [:]
        // Tasks of cancelled runs whose handlers have not returned.
        var lingering: [TaskID] = []
        for _ in 0..<200 {
            if Int.random(in: 0..<4, using: &generator) == 0 {
                bench.now = bench.now + .seconds(Int.random(in: 0..<30, using: &generator))
            }
            var batch = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                command(bench, underWay, using: &generator)
            }
            if !lingering.isEmpty, Bool.random(using: &generator) {
                batch.append(.returned(task: lingering.removeFirst(), provider: "toy"))
            }
            try bench.decide(batch)
            for run in bench.stoppedRuns {
                underWay[run.id] = nil
                lingering.append(run.task)
            }
            for case .end(let id, let attempt, _, _) in batch where underWay[id] == attempt { underWay[id] = nil }
            for run in bench.startedRuns {
                #expect(underWay[run.id] == nil, "begun while it was under way")
                underWay[run.id] = run.attempt
            }
            let runs = bench.memory.runs.values
            let running = runs.filter { $0.state == .running }
            #expect(Dictionary(uniqueKeysWithValues: running.map { ($0.id, $0.attempt) }) == underWay)
            #expect(bench.capacity + running.count + lingering.count == concurrency)
            #expect(runs.allSatisfy { $0.attempt <= $0.attempts })
            #expect(runs.allSatisfy { $0.state.isFinished == ($0.finishedAt != nil) })
            if running.count + lingering.count < concurrency {
                let waiting = runs.filter { $0.state == .queued && $0.due <= bench.now }
                // A run that became due by the clock alone begins with the next wake, for which the shell has set its
                // timer.
                let isAwaited = waiting.allSatisfy { $0.due > $0.createdAt && $0.attempt > 0 }
                #expect(waiting.isEmpty || isAwaited)
            }
        }
        #expect(bench.memory.runs.values.contains { $0.state == .succeeded })
        #expect(bench.memory.runs.values.contains { $0.state == .failed })
    }

    private func command(
        _ bench: Bench, _ underWay: [RunID: Int], using generator: inout SplitMix64
    ) -> Command {
        let ids = bench.memory.runs.keys.sorted()
        let any = ids.randomElement(using: &generator) ?? "none"
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...2:
            return Bool.random(using: &generator) ? .trigger("toy.clean") : .trigger("toy.deliver", ["tool": "saw"])
        case 3: return .retry(run: any, caller: .staff)
        case 4: return .cancel(run: any, caller: .staff)
        case 5: return .wake
        default:
            guard let (id, attempt) = underWay.sorted(by: { $0.key < $1.key }).randomElement(using: &generator) else {
                return .end(run: any, attempt: 1, result: .ok)
            }
            let result: AttemptResult =
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: .ok
                case 1: .failedForGood(reason: "no")
                default:
                    .failed(
                        reason: "busy", retryAfter: [nil, .zero, .seconds(5)].randomElement(using: &generator) ?? nil)
                }
            return .end(run: id, attempt: attempt, result: result)
        }
    }
}

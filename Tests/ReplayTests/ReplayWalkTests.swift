import ConciergeKit
import JSON
import Replay
import Testing

@testable import ConciergeEngine

@Suite("Random histories", .timeLimit(.minutes(20)))
struct ReplayWalkTests {
    @Test("The same build decides any history again without a difference", arguments: 1...8)
    func walk(seed: Int) async throws {
        let chronicle = try await Chronicle()
        var dice = SplitMix64(seed: UInt64(seed))
        var all: [RequestID] = []
        for _ in 0..<120 {
            var commands: [Command] = []
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                commands.append(try await command(&dice, all, chronicle))
            }
            for case .request(let view) in try await chronicle.decide(commands) where !all.contains(view.request.id) {
                all.append(view.request.id)
            }
            if Int.random(in: 0..<3, using: &dice) == 0 {
                try await chronicle.advance(by: .minutes(Int.random(in: 0...400, using: &dice)))
            }
            if Int.random(in: 0..<30, using: &dice) == 0 {
                // The daemon was away for a while.
                chronicle.now = chronicle.now + .hours(Int.random(in: 0...30, using: &dice))
                try await chronicle.restart(try Chronicle.registry())
            }
        }
        let (findings, summary) = try chronicle.replay()
        #expect(findings.map(\.text) == [])
        #expect(summary.undecided == 0 && summary.decided > 100)
        // Another build is found out by the same histories.
        #expect(try chronicle.replay(.timerLater).summary.different > 0)
    }

    private func command(_ dice: inout SplitMix64, _ all: [RequestID], _ chronicle: Chronicle) async throws -> Command {
        let caller = Caller(actor: ["ada", "bob"].randomElement(using: &dice) ?? "")
        let id = all.suffix(6).randomElement(using: &dice)
        switch (Int.random(in: 0..<10, using: &dice), id) {
        case (0...2, _), (_, nil):
            let thing = ["hat", "bag", "line", "nothing"].randomElement(using: &dice) ?? ""
            return .open(
                service: "toy.locker", resident: "Zoé",
                input: ["thing": .string(thing), "wait": .bool(Bool.random(using: &dice))], caller: caller)
        case (3...4, let id?): return .act(id: id, action: "check", input: [:], caller: caller)
        case (5, let id?):
            let code = Bool.random(using: &dice) ? "0" : try await chronicle.code(of: id)
            return .act(id: id, action: "collect", input: ["code": .string(code)], caller: caller)
        case (6, let id?):
            return .correct(
                id: id, input: ["thing": .string("thing \(Int.random(in: 0..<3, using: &dice))")], caller: caller)
        case (7, let id?): return .act(id: id, action: "cancel", input: [:], caller: caller)
        case (8, _):
            guard !chronicle.running.isEmpty else { return .wake }
            let run = chronicle.running.removeFirst()
            let result: AttemptResult =
                Bool.random(using: &dice)
                ? .succeeded(words: words("there"), data: Array(#"{"isThere":true}"#.utf8))
                : .failedForGood(reason: "lost")
            return .end(run: run.id, attempt: run.attempt, result: result)
        default: return .wake
        }
    }
}

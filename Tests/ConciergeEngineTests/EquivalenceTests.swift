import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// `é` as one character, and as two.
private let (composed, apart) = ("Andr\u{E9}", "Andre\u{301}")

@Suite("Texts that are canonically equivalent")
struct EquivalenceTests {
    private let bench: Bench

    init() throws {
        bench = try Bench(
            tasks: Loan.tasks + [
                TaskDefinition(
                    TaskName<Loan.Delivery, NoAnswer>("toy.call", fr: "Call", en: "Call"), unique: { $0.tool }
                ) { _, _ in TaskReport(words("ok")) }
            ])
    }

    @Test("Equivalent texts are one claim, within a batch and between batches", arguments: [false, true])
    func claims(isOneBatch: Bool) throws {
        let commands = [Command.ask(apart), .ask(composed)]
        let answers = isOneBatch ? try bench.decide(commands) : try commands.map { try bench.decide($0) }
        #expect(answers[0].view != nil)
        #expect(answers[1].isRefused)
        // Swift treats the texts as equal, but a ledger compares bytes.
        #expect(bench.memory.holders.keys.map { Array($0.utf8) } == [Array("toy/tool:\(composed)".utf8)])
        // The record keeps the text as it was typed.
        try bench.act(try #require(answers[0].view).request.id, "call-off")
        let id = try bench.open(apart)
        #expect(String(decoding: try bench.request(id).record, as: UTF8.self).utf8.contains(0xCC))
    }

    @Test("Equivalent texts are one idempotency key and one call", arguments: [false, true])
    func keys(isOneBatch: Bool) throws {
        let commands = [Command.ask(composed, .key(composed)), .ask(apart, .key(apart))]
        let answers = isOneBatch ? try bench.decide(commands) : try commands.map { try bench.decide($0) }
        #expect(answers[1].repeated != nil)
        #expect(bench.memory.answers.keys.map { Array($0.utf8) } == [Array(composed.utf8)])
    }

    @Test("Equivalent texts are one resident, and one unique key of a task")
    func residents() throws {
        let answer = try bench.decide(
            .open(service: "toy.loan", resident: apart, input: ["tool": "saw"], caller: .staff))
        #expect(try Array(#require(answer.view?.request.resident).utf8) == Array(composed.utf8))
        try bench.decide(.trigger("toy.call", ["tool": .string(composed)]))
        try bench.decide(.trigger("toy.call", ["tool": .string(apart)]))
        #expect(
            bench.memory.runs.values.map { Array(($0.uniqueKey ?? "").utf8) } == [Array("toy.call/\(composed)".utf8)])
    }
}

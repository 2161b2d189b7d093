import Foundation
import Testing
import Toolchain

// One compiler at a time: the other tests need the processors too.
@Suite("The compiler's messages for an author's mistakes", .serialized, .enabled(if: Toolchain.isThere))
struct MistakesTests {
    /// The numbers of wrong programs come after those of the right ones.
    private static let first = 1000

    @Test(
        "Each message says what to write instead, and the right programs compile without any",
        arguments: MistakeGroup.all)
    func messages(_ group: MistakeGroup) async throws {
        for step in Mistake.Step.allCases {
            try await check(group.mistakes.filter { $0.step == step }, step)
        }
    }

    @Test("The article about the compiler's messages has those that the mistakes of these tests cause")
    func article() throws {
        let path = "../../../../Sources/ConciergeKit/ConciergeKit.docc/Articles/CompilerMessages.md"
        let text = try String(contentsOf: URL(filePath: #filePath).appending(path: path).standardized, encoding: .utf8)
        let table = try #require(text.split(separator: "| mistake | the compiler says |\n| --- | --- |\n").last)
        let messages = table.prefix { $0 != "#" }.split(separator: "\n\n")[0].split(separator: "\n")
            .compactMap { $0.split(separator: " | ").last?.dropLast(2) }
        #expect(messages.count > 15)
        let causes = MistakeGroup.all.flatMap(\.mistakes).map(\.says)
        for message in messages {
            #expect(
                causes.contains { message.contains($0) || $0.contains(message) }, "nothing causes: \(message)")
        }
    }

    private func check(_ mistakes: [Mistake], _ step: Mistake.Step) async throws {
        guard !mistakes.isEmpty else { return }
        var programs = Dictionary(uniqueKeysWithValues: Program.all.map(\.text).enumerated().map { ($0, $1) })
        for (index, mistake) in mistakes.enumerated() {
            #expect(mistake.program.text.contains(mistake.right), "\(mistake.name): the program has no such text")
            programs[Self.first + index] = mistake.text(numbered: Self.first + index)
        }
        let messages = try await Compiler.messages(about: programs, step: step)
        for number in Program.all.indices {
            #expect(messages[number] == nil, "a right program does not compile without a message")
        }
        for (index, mistake) in mistakes.enumerated() {
            let number = Self.first + index
            let said = (messages[number] ?? []).map { $0.replacing("\(number)", with: "") }
            #expect(said.contains { $0.contains(mistake.says) }, "\(mistake.name): \(said.joined(separator: "\n"))")
        }
    }
}

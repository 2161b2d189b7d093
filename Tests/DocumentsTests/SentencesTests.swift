import ConciergeKit
import ConciergeTesting
import Foundation
import Testing
import Toolchain

@Suite("The comments of public symbols", .enabled(if: Toolchain.isThere))
struct SentencesTests {
    /// Symbols whose names say all there is to say.
    private static let exempt: Set<String> = Set(Weekday.allCases.map { "Weekday.\($0.rawValue)" })

    @Test(
        "Every public symbol has a sentence that says more than its name, and that no other symbol of its type has",
        arguments: [("ConciergeKit", ["Civil", "Wording"]), ("ConciergeTesting", [])])
    func sentences(module: String, exported: [String]) async throws {
        var others: [String: String] = [:]
        let symbols = try await Toolchain.symbolGraphs(of: module, exporting: exported).flatMap {
            try SymbolGraph($0).described
        }
        #expect(symbols.count > 30)
        for symbol in symbols where !Self.exempt.contains(symbol.name) {
            let words = newWords(symbol)
            #expect(
                words.count >= 4,
                "\(symbol.place): \(symbol.name): \"\(symbol.comment)\" says too little: four words beyond the name")
            if let other = others.updateValue(symbol.name, forKey: "\(symbol.parent) \(symbol.comment)") {
                Issue.record("\(symbol.place): \(symbol.name) has the same comment as \(other)")
            }
        }
    }

    @Test(
        "A comment that repeats its symbol's name says too little",
        arguments: [
            ("Loan", "state", "The state of the loan.", 0), ("Loan", "due", "When the resident must bring it back.", 6),
        ])
    func counting(type: String, name: String, comment: String, count: Int) {
        #expect(newWords(of: comment, for: [type, name]).count == count)
    }

    private func newWords(_ symbol: SymbolGraph.Symbol) -> [String] {
        newWords(of: symbol.comment, for: symbol.pathComponents)
    }

    /// The words of a comment that are neither articles nor in the names of the symbol and its types.
    private func newWords(of comment: String, for names: [String]) -> [String] {
        let known = Set(
            names.flatMap { name in
                name.prefix { $0 != "(" }.matches(of: #/[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/#).map { stem($0.output) }
            } + ["a", "an", "the", "of"])
        return comment.matches(of: #/[\p{L}\p{N}'’]+/#).map { stem($0.output) }.filter { !known.contains($0) }
    }

    private func stem(_ word: Substring) -> String {
        let word = word.lowercased()
        return ["ing", "ed", "es", "s"].first { word.hasSuffix($0) && word.count > $0.count + 2 }
            .map { String(word.dropLast($0.count)) } ?? word
    }
}

import ConciergeProtocol
import JSON
import Wording

/// Finds what a person means by a name: an id or a name of the screen in either language, in any case, with or without
/// accents, and shortened where that is unambiguous.
struct NameMatch: Sendable {
    struct Candidate: Sendable, Hashable {
        var id: String
        /// What the screen shows for it.
        var name: Text
    }

    enum Result: Hashable {
        case one(Candidate)
        /// The name is a shortening of each of them.
        case several([Candidate])
        case none
    }

    let candidates: [Candidate]

    init(_ candidates: [Candidate]) { self.candidates = candidates }

    /// The better of these ways that finds any: the id itself; all of an id or a name; its beginning; beginnings of some of
    /// its words, in their order.
    func find(_ typed: String) -> Result {
        if let exact = candidates.first(where: { $0.id == typed }) { return .one(exact) }
        let words = typed.foldedWords
        guard !words.isEmpty else { return .none }
        let phrase = words.joined(separator: " ")
        let ways: [(String) -> Bool] = [
            { $0 == phrase },
            { $0.hasPrefix(phrase) },
            { Self.has($0, words) },
        ]
        for way in ways {
            var found: [Candidate] = []
            for candidate in candidates where candidate.spellings.contains(where: way) && !found.contains(candidate) {
                found.append(candidate)
            }
            if found.count == 1 { return .one(found[0]) }
            if found.count > 1 { return .several(found) }
        }
        return .none
    }

    /// Whether each of the words begins a word of the name, in the same order.
    private static func has(_ name: String, _ words: [String]) -> Bool {
        var rest = name.split(separator: " ")[...]
        for word in words {
            guard let index = rest.firstIndex(where: { $0.hasPrefix(word) }) else { return false }
            rest = rest[(index + 1)...]
        }
        return true
    }
}

/// What has an id, and a name that the screen shows.
protocol Named {
    var id: String { get }
    var name: Text { get }
}

extension Wire.Service: Named {}
extension Wire.Service.State: Named {}
extension Wire.Action: Named {}
extension Wire.Task: Named {}
extension Wire.Provider: Named {}

extension Sequence where Element: Named {
    /// What a name may mean, in their order.
    var candidates: [NameMatch.Candidate] { map { NameMatch.Candidate(id: $0.id, name: $0.name) } }
}

extension [Wire.Field.Choice] {
    var candidates: [NameMatch.Candidate] { map { NameMatch.Candidate(id: $0.value, name: $0.words) } }
}

extension [String] {
    /// Names that are their own ids.
    var candidates: [NameMatch.Candidate] { map { NameMatch.Candidate(id: $0, name: Text(verbatim: $0)) } }
}

extension NameMatch.Candidate {
    fileprivate var spellings: [String] {
        // `noshow` and `no-show` are the same too.
        let id = id.folded
        return [id, name.fr.folded, name.en.folded, String(id.filter { $0 != " " })]
    }

    /// The id, and in parentheses the name if that says more.
    var shown: Text {
        if name.fr.folded == id.folded, name.en.folded == id.folded { return Text(verbatim: id) }
        return Text(fr: "\(id) (\(name))", en: "\(id) (\(name))")
    }
}

extension Failure {
    /// A name that several things may be meant by.
    static func ambiguous(_ typed: String, _ candidates: [NameMatch.Candidate], advice: Text? = nil) -> Failure {
        Failure(
            status: .refused, name: "conciergectl.Ambiguous",
            parameters: ["name": .string(typed), "candidates": .array(candidates.map { .string($0.id) })],
            message: Text(fr: "« \(typed) » peut désigner :", en: "\"\(typed)\" may mean:"),
            details: candidates.map(\.shown), advice: advice)
    }
}

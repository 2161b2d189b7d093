import ConciergeKit
import Foundation

/// Questions that lead from the room to what is to be done. Each path ends in an outcome: a tree in which that is not so is
/// not read.
struct DiagnosisTree: Sendable {
    /// What is asked, and what may be answered.
    struct Question: Sendable {
        let ask: Text
        let choices: [Choice]
    }

    /// An answer, and where it leads.
    struct Choice: Sendable {
        enum Next: Sendable, Hashable {
            case question(String)
            case outcome(String)
        }

        /// The name of the answer for programs, which does not change with the language.
        let answer: String
        let words: Text
        let next: Next
    }

    /// What is to be done.
    struct Outcome: Sendable {
        let kind: DiagnosisKind
        let category: Category?
        let urgency: Urgency?
        /// What to do until somebody comes, or instead.
        let todo: Text
        /// The line of the decree by which the tenant does it.
        let line: Text?
    }

    /// Where answers have led.
    enum Place: Sendable, Hashable {
        case question(String)
        case outcome(String)
        /// An answer that the question does not have.
        case unknown(answer: String, question: String)
        /// An answer after the outcome.
        case surplus(answer: String, outcome: String)
    }

    /// Why a tree is not read.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    let start: String
    let questions: [String: Question]
    let outcomes: [String: Outcome]

    /// The tree that comes with the provider.
    static func shipped() throws(Mistake) -> DiagnosisTree { try DiagnosisTree(Data(PackageResources.diagnosis_json)) }

    /// The tree of a file.
    init(file path: String) throws(Mistake) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw Mistake(description: "the file \(path) cannot be read")
        }
        try self.init(data)
    }

    /// Reads and checks a tree in JSON.
    init(_ data: Data) throws(Mistake) {
        let stored: StoredTree
        do {
            stored = try JSONDecoder().decode(StoredTree.self, from: data)
        } catch let DecodingError.keyNotFound(key, context) {
            throw Mistake(description: "\(Self.path(context)) has no \"\(key.stringValue)\"")
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context) {
            throw Mistake(description: "\(Self.path(context)) has another kind of value than expected")
        } catch let DecodingError.dataCorrupted(context) {
            throw Mistake(
                description: context.codingPath.isEmpty
                    ? "the file is not JSON" : "\(Self.path(context)) has a value that is not known")
        } catch {
            throw Mistake(description: "the file cannot be read")
        }
        start = stored.start
        outcomes = stored.outcomes.mapValues(\.outcome)
        var questions: [String: Question] = [:]
        for (id, question) in stored.questions {
            questions[id] = Question(
                ask: question.ask.text,
                choices: try question.choices.map { stored throws(Mistake) in
                    try stored.choice(of: id)
                })
        }
        self.questions = questions
        try check()
    }

    /// Where answers lead, from the first question on. An answer is the name of a choice, its words in either language,
    /// or its number from 1.
    func follow(_ answers: [String]) -> Place {
        var place = Choice.Next.question(start)
        for answer in answers {
            guard case .question(let id) = place, let question = questions[id] else {
                if case .outcome(let outcome) = place { return .surplus(answer: answer, outcome: outcome) }
                break
            }
            guard let choice = question.choice(answer) else { return .unknown(answer: answer, question: id) }
            place = choice.next
        }
        return switch place {
        case .question(let id): .question(id)
        case .outcome(let id): .outcome(id)
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? "the file" : path
    }
}

extension DiagnosisTree.Question {
    /// The choice that an answer means; nil if it means none.
    func choice(_ answer: String) -> DiagnosisTree.Choice? {
        if let number = Int(answer), choices.indices.contains(number - 1) { return choices[number - 1] }
        let folded = Folding.text(answer)
        return choices.first { $0.names.contains(folded) }
    }
}

extension DiagnosisTree.Choice {
    /// What people type for it, folded.
    var names: Set<String> { Set([answer, words.fr, words.en].map(Folding.text)) }
}

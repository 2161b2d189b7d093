import ConciergeKit

extension DiagnosisTree {
    /// Checks that each path ends in an outcome, and that nothing is left over.
    func check() throws(Mistake) {
        guard questions[start] != nil else { throw Mistake(description: "start: there is no question \"\(start)\"") }
        for (id, outcome) in outcomes.sorted(by: { $0.key < $1.key }) { try outcome.check(id) }
        var reached: Set<Choice.Next> = []
        try check(start, after: [], &reached)
        for id in questions.keys.sorted() where !reached.contains(.question(id)) {
            throw Mistake(description: "questions.\(id): nothing leads to it")
        }
        for id in outcomes.keys.sorted() where !reached.contains(.outcome(id)) {
            throw Mistake(description: "outcomes.\(id): nothing leads to it")
        }
    }

    private func check(_ id: String, after path: [String], _ reached: inout Set<Choice.Next>) throws(Mistake) {
        guard !path.contains(id) else {
            throw Mistake(
                description:
                    "questions.\(id): it is asked again on a path that leads through it, \((path + [id]).joined(separator: " → "))"
            )
        }
        guard !reached.contains(.question(id)) else { return }
        guard let question = questions[id] else {
            throw Mistake(description: "questions.\(path.last ?? id): there is no question \"\(id)\"")
        }
        guard question.choices.count >= 2 else {
            throw Mistake(description: "questions.\(id): a question has two choices at least")
        }
        var names: Set<String> = []
        for choice in question.choices {
            guard names.isDisjoint(with: choice.names) else {
                throw Mistake(
                    description: "questions.\(id): two choices have the name or the words of \"\(choice.answer)\"")
            }
            names.formUnion(choice.names)
            switch choice.next {
            case .question(let next): try check(next, after: path + [id], &reached)
            case .outcome(let next):
                guard outcomes[next] != nil else {
                    throw Mistake(description: "questions.\(id): there is no outcome \"\(next)\"")
                }
                reached.insert(choice.next)
            }
        }
        // It counts as reached once all paths from it have ended, so that a question on the way is found again.
        reached.insert(.question(id))
    }
}

extension DiagnosisTree.Outcome {
    /// Checks that it has what its kind needs.
    fileprivate func check(_ id: String) throws(DiagnosisTree.Mistake) {
        switch kind {
        case .book, .emergency, .commonPart:
            guard category != nil, urgency != nil else {
                throw DiagnosisTree.Mistake(
                    description: "outcomes.\(id): an outcome of this kind has a category and an urgency")
            }
        case .tenant:
            guard line != nil else {
                throw DiagnosisTree.Mistake(
                    description: "outcomes.\(id): what the tenant does has the line of the decree by which they do it")
            }
        case .reported, .notOurs: break
        }
    }
}

/// A tree as its file has it.
struct StoredTree: Decodable {
    struct Words: Decodable {
        let fr: String
        let en: String

        /// The text, with the typography of each language.
        var text: Text { Text(fr: Phrase(stringLiteral: fr), en: Phrase(stringLiteral: en)) }
    }

    struct Question: Decodable {
        let ask: Words
        let choices: [Choice]
    }

    struct Choice: Decodable {
        let answer: String
        let words: Words
        let question: String?
        let outcome: String?

        /// The choice, which leads to a question or to an outcome.
        func choice(of id: String) throws(DiagnosisTree.Mistake) -> DiagnosisTree.Choice {
            let next: DiagnosisTree.Choice.Next
            switch (question, outcome) {
            case (let question?, nil): next = .question(question)
            case (nil, let outcome?): next = .outcome(outcome)
            default:
                throw DiagnosisTree.Mistake(
                    description: "questions.\(id): \"\(answer)\" leads to a question or to an outcome, to one of both")
            }
            return DiagnosisTree.Choice(answer: answer, words: words.text, next: next)
        }
    }

    struct Outcome: Decodable {
        let kind: DiagnosisKind
        let category: Category?
        let urgency: Urgency?
        let `do`: Words
        let line: Words?

        var outcome: DiagnosisTree.Outcome {
            DiagnosisTree.Outcome(
                kind: kind, category: category, urgency: urgency, todo: self.do.text, line: line?.text)
        }
    }

    let start: String
    let questions: [String: Question]
    let outcomes: [String: Outcome]
}

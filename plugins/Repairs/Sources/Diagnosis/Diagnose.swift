import ConciergeKit

/// What a diagnosis ends in.
enum DiagnosisKind: String, Codable, Sendable, CaseIterable {
    /// A repair is opened.
    case book
    /// The emergency line is called first.
    case emergency
    /// A repair of a common part is opened, or followed if it is open already.
    case commonPart = "common-part"
    /// The tenant does it.
    case tenant
    /// It is reported already.
    case reported
    /// It is not the landlord's, and not the tenant's upkeep either.
    case notOurs = "not-ours"

    /// What it means, as the beginning of what staff read.
    var words: Text {
        switch self {
        case .book: Text(fr: "Réparation à enregistrer", en: "A repair to enter")
        case .emergency: Text(fr: "Urgence : appeler tout de suite", en: "Emergency: call at once")
        case .commonPart: Text(fr: "Partie commune : une demande pour tous", en: "Common part: one request for all")
        case .tenant: Text(fr: "À la charge du locataire", en: "For the tenant to do")
        case .reported: Text(fr: "Déjà signalée", en: "Reported already")
        case .notOurs: Text(fr: "Ne relève pas du bailleur", en: "Not the landlord's")
        }
    }
}

/// Where a diagnosis has come to, for programs: a question with its choices, or the outcome.
struct Diagnosis: Codable {
    struct Choice: Codable {
        let answer: String
        let words: Text
    }

    struct Outcome: Codable {
        let id: String
        let kind: DiagnosisKind
        let category: Category?
        let urgency: Urgency?
        /// What is promised for it now.
        let term: Text?
        let todo: Text
        let line: Text?
        /// The number to call first.
        let phone: String?
    }

    var question: String?
    var ask: Text?
    var choices: [Choice] = []
    var outcome: Outcome?
    /// Why the last answer was not understood; the question is asked again.
    var mistake: Text?
}

extension Repairs {
    struct DiagnoseInput: Input {
        static let name = Text(fr: "Diagnostic", en: "Diagnosis")
        @Field(fr: "Réponses jusqu'ici, dans l'ordre", en: "Answers so far, in order", example: ["Cuisine"])
        var answers: [String] = []
    }

    static let diagnose = TaskName<DiagnoseInput, Diagnosis>(
        "repairs.diagnose", fr: "Faire un diagnostic", en: "Diagnose what is broken")

    /// Asks the next question, or says what is to be done. It changes nothing.
    func diagnose(_ input: DiagnoseInput, in context: TaskContext) async throws -> TaskReport<Diagnosis> {
        switch diagnosis.follow(input.answers) {
        case .question(let id): return asked(id, because: nil)
        case .unknown(let answer, let id):
            return asked(
                id,
                because: Text(
                    fr: "« \(answer) » n'est pas une réponse à cette question.",
                    en: "\"\(answer)\" is no answer to this question."))
        case .surplus(let answer, let id):
            return reached(
                id, at: context.now,
                because: Text(
                    fr: "Le diagnostic finit avant la réponse « \(answer) ».",
                    en: "The diagnosis ends before the answer \"\(answer)\"."))
        case .outcome(let id): return reached(id, at: context.now, because: nil)
        }
    }

    private func asked(_ id: String, because mistake: Text?) -> TaskReport<Diagnosis> {
        guard let question = diagnosis.questions[id] else { return TaskReport(Diagnosis(), Text(verbatim: id)) }
        let choices = question.choices.enumerated().map { number, choice in
            Text(fr: "\(number + 1) : \(choice.words)", en: "\(number + 1): \(choice.words)")
        }
        let answers = Text(verbatim: ", ", joining: choices)
        let ask = Text(fr: "\(question.ask) \(answers).", en: "\(question.ask) \(answers).")
        return TaskReport(
            Diagnosis(
                question: id, ask: question.ask,
                choices: question.choices.map { Diagnosis.Choice(answer: $0.answer, words: $0.words) },
                mistake: mistake),
            mistake.map { Text(fr: "\($0) \(ask)", en: "\($0) \(ask)") } ?? ask)
    }

    private func reached(_ id: String, at now: Instant, because mistake: Text?) -> TaskReport<Diagnosis> {
        guard let outcome = diagnosis.outcomes[id] else { return TaskReport(Diagnosis(), Text(verbatim: id)) }
        let term = outcome.urgency.map { urgency in
            settings[urgency].term(for: outcome.category ?? .other)
                .choice(on: DayOfYear(zone.local(now).date)).term.words
        }
        let phone = outcome.kind == .emergency ? settings.emergency.phone ?? settings.phone : nil
        var parts = [outcome.kind.words]
        if let phone { parts.append(Text(verbatim: phone)) }
        if let category = outcome.category { parts.append(category.words) }
        if let urgency = outcome.urgency, let term {
            parts.append(Text(fr: "\(urgency.rawValue), \(term)", en: "\(urgency.rawValue), \(term)"))
        }
        if let line = outcome.line { parts.append(line) }
        let what = Text(verbatim: " · ", joining: parts)
        let said = Text(fr: "\(what). \(outcome.todo)", en: "\(what). \(outcome.todo)")
        return TaskReport(
            Diagnosis(
                outcome: Diagnosis.Outcome(
                    id: id, kind: outcome.kind, category: outcome.category, urgency: outcome.urgency, term: term,
                    todo: outcome.todo, line: outcome.line, phone: phone),
                mistake: mistake),
            mistake.map { Text(fr: "\($0) \(said)", en: "\($0) \(said)") } ?? said)
    }
}

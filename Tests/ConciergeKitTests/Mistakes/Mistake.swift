import RegexBuilder
import Testing

/// A program with one mistake: the text that is replaced in a right program, and what the compiler says.
struct Mistake {
    /// The step of the compiler that finds a mistake.
    enum Step: CaseIterable {
        case types
        /// It is only reached by programs whose types are right.
        case flow
    }

    let program: Program
    let name: String
    let right: String
    let wrong: String
    /// A part of the compiler's message.
    let says: String
    let step: Step

    init(
        _ program: Program, _ name: String, _ right: String, _ wrong: String, says: String, when step: Step = .types
    ) {
        (self.program, self.name, self.right, self.wrong) = (program, name, right, wrong)
        (self.says, self.step) = (says, step)
    }

    /// The wrong program, whose types have names of their own so that all programs can be compiled together.
    func text(numbered number: Int) -> String {
        program.types.reduce(program.text.replacing(right, with: wrong, maxReplacements: 1)) { text, type in
            text.replacing(Program.word(type), with: "\(type)\(number)")
        }
    }
}

/// Wrong programs that are compiled together.
///
/// A compilation takes longer than its programs would one by one if it has many, because all of them extend the kit's
/// types.
struct MistakeGroup: CustomTestStringConvertible {
    let testDescription: String
    let mistakes: [Mistake]

    static let all = [
        MistakeGroup(testDescription: "inputs", mistakes: Mistake.inputs),
        MistakeGroup(testDescription: "choices, and types of one's own", mistakes: Mistake.choices),
        MistakeGroup(testDescription: "words", mistakes: Mistake.words),
        MistakeGroup(testDescription: "services", mistakes: Mistake.services),
        MistakeGroup(testDescription: "lines of a table", mistakes: Mistake.tables),
        MistakeGroup(testDescription: "rules", mistakes: Mistake.rules),
        MistakeGroup(testDescription: "signals and secrets", mistakes: Mistake.signals),
        MistakeGroup(testDescription: "corrections", mistakes: Mistake.corrections),
        MistakeGroup(testDescription: "claims", mistakes: Mistake.claims),
        MistakeGroup(testDescription: "tasks and schedules", mistakes: Mistake.tasks),
        MistakeGroup(testDescription: "what a task does", mistakes: Mistake.contexts),
        MistakeGroup(testDescription: "settings", mistakes: Mistake.settings),
        MistakeGroup(testDescription: "upgrades", mistakes: Mistake.upgrades),
        MistakeGroup(testDescription: "providers", mistakes: Mistake.providers),
    ]
}

extension Program {
    /// The name of a type where it stands alone.
    fileprivate static func word(_ type: String) -> some RegexComponent {
        Regex {
            Anchor.wordBoundary
            type
            Anchor.wordBoundary
        }
        .wordBoundaryKind(.simple)
    }
}

import ConciergeProtocol
import JSON
import Wording

/// Asks the person at the terminal for what a command line lacks.
struct Prompter: Sendable {
    let console: Console
    private let ask: @Sendable (Question) -> String?

    /// Nil without a person at the terminal, and if the answer goes to a program.
    init?(_ console: Console, asJSON: Bool = false) {
        guard let ask = console.ask, !asJSON else { return nil }
        (self.console, self.ask) = (console, ask)
    }

    /// The answer without white space at its ends; empty if the person typed nothing.
    ///
    /// - Throws: At the end of the input (Ctrl-D).
    func answer(to title: Text, isSecret: Bool = false) throws -> String {
        let prompt = Text(fr: "\(title) : ", en: "\(title): ")[console.language].inOneLine
        guard let answer = ask(Question(prompt: prompt, isSecret: isSecret)) else { throw Failure.givenUp }
        return answer.trimmed
    }

    /// Asks until the person has chosen one of several by its number or name.
    ///
    /// - Returns: The index of the choice; nil if nothing was typed and `isOptional`.
    func choice(
        _ title: Text, among candidates: [NameMatch.Candidate], explained: [Text?] = [], isOptional: Bool = false
    ) throws -> Int? {
        let width = String(candidates.count).count
        try console.print(
            [title[console.language].inOneLine]
                + candidates.enumerated().flatMap { index, candidate in
                    let number = String(index + 1)
                    let explanation = index < explained.count ? explained[index]?[console.language] : nil
                    let line =
                        String(repeating: " ", count: width - number.count) + number + "  "
                        + ([candidate.name[console.language], explanation].compactMap(\.self).joined(separator: " — "))
                        .inOneLine
                    return ("  " + line).wrapped(to: console.width)
                })
        while true {
            let typed = try answer(
                to: isOptional
                    ? Text(fr: "Numéro (facultatif)", en: "Number (optional)") : Text(fr: "Numéro", en: "Number"))
            if typed.isEmpty, isOptional { return nil }
            if let number = Int(typed), candidates.indices.contains(number - 1) { return number - 1 }
            switch NameMatch(candidates).find(typed) {
            case .one(let found): return candidates.firstIndex(of: found)
            case .several(let found):
                say(Failure.ambiguous(typed, found).message)
                try console.print(found.map { "  " + $0.shown[console.language].inOneLine })
            case .none:
                say(
                    Text(
                        fr: "Tapez un numéro de 1 à \(candidates.count).",
                        en: "Type a number from 1 to \(candidates.count)."))
            }
        }
    }

    /// Asks for the value of a field until it has the form of its kind.
    ///
    /// - Returns: The value as it is on the wire; nil if the field is optional and nothing was typed.
    func value(of field: Wire.Field, _ clock: FieldClock) throws -> JSON? {
        if !field.choices.isEmpty, !field.isList {
            let names = field.choices.candidates
            let title =
                field.required ? field.title : Text(fr: "\(field.title) (facultatif)", en: "\(field.title) (optional)")
            return try choice(
                title, among: names, explained: field.choices.map(\.explanation), isOptional: !field.required
            ).map { .string(names[$0].id) }
        }
        if field.isList { return try values(of: field, clock) }
        if let known = field.known, !known.isEmpty { return try name(of: field, among: known) }
        while true {
            let typed = try answer(to: field.question, isSecret: field.secret == true)
            if typed.isEmpty {
                guard field.required else { return nil }
                say(
                    Text(
                        fr: "Il faut une valeur ici (Ctrl-D abandonne).",
                        en: "A value is needed here (Ctrl-D gives up)."))
                continue
            }
            do {
                let value = try field.value(of: typed, clock: clock)
                let said = FieldValues(fields: [field], clock: clock).understood([field.name: value])
                try console.print(said.map { "  " + $0[console.language].inOneLine })
                return value
            } catch let problem as FieldProblem {
                say(problem.text)
            }
        }
    }

    /// Asks for a name, and shows those that are known. Another one may be typed too.
    private func name(of field: Wire.Field, among known: [String]) throws -> JSON? {
        let names = known.candidates
        try console.print(names.enumerated().map { "  \($0 + 1)  \($1.id)".inOneLine })
        while true {
            let typed = try answer(to: field.question, isSecret: field.secret == true)
            if typed.isEmpty {
                if !field.required { return nil }
            } else if let number = Int(typed), names.indices.contains(number - 1) {
                return .string(names[number - 1].id)
            } else {
                switch NameMatch(names).find(typed) {
                case .one(let found): return .string(found.id)
                case .several(let found): say(Failure.ambiguous(typed, found).message)
                case .none: return .string(typed)
                }
            }
        }
    }

    /// Asks for values until an empty answer.
    private func values(of field: Wire.Field, _ clock: FieldClock) throws -> JSON? {
        var values: [JSON] = []
        var element = field.element
        while true {
            element.required = field.required && values.isEmpty
            guard let value = try self.value(of: element, clock) else { break }
            values.append(value)
        }
        return values.isEmpty ? nil : .array(values)
    }

    /// Writes a remark in a line of its own.
    func say(_ words: Text) {
        console.remark(Text(verbatim: words[console.language].inOneLine))
    }
}

extension Wire.Field {
    /// What a day or a time looks like.
    private var form: Text? {
        switch element.kind {
        case .date where example == nil:
            Text(fr: "comme demain, lundi ou 21/12", en: "such as tomorrow, Monday or 21/12")
        case .time where example == nil:
            Text(fr: "comme demain 9h40 ou 21/12 9h40", en: "such as tomorrow 9:40 or 21/12 9:40")
        default: nil
        }
    }

    /// The title with what helps to answer: the form, an example, that it is optional.
    fileprivate var question: Text {
        let optional = required ? nil : Text(fr: "facultatif", en: "optional")
        let parts = [optional, form, known == nil ? hint : nil].compactMap(\.self).filter { !$0.fr.isEmpty }
        guard !parts.isEmpty else { return title }
        let words = Text(verbatim: ", ", joining: parts)
        return Text(fr: "\(title) (\(words))", en: "\(title) (\(words))")
    }
}

extension FieldValues {
    /// The input. What is required and not on the command line is asked of the person at the terminal, if there is one.
    ///
    /// - Parameter isWhole: Whether optional fields are asked for too.
    func read(_ pairs: [String], asking prompter: Prompter?, isWhole: Bool = false) throws -> JSONObject {
        guard let prompter else { return try read(pairs) }
        var given = self
        given.leavesOut = true
        var input = try given.read(pairs)
        // Where a form says what a person is asked for, the rest is for those who name it.
        let isWhole = isWhole && !fields.contains { $0.asked == true }
        for field in fields where input[field.name] == nil && (field.required || field.asked == true || isWhole) {
            if let value = try prompter.value(of: field, clock) { input[field.name] = value }
        }
        return input
    }
}

extension Failure {
    /// The person gave up while something was asked.
    static let givenUp = Failure.usage(
        Text(fr: "abandonné : rien n'a été envoyé", en: "given up: nothing was sent"))
}

import Civil
import ConciergeProtocol
import JSON
import Wording

/// Converts `field=value` words of a command line to the typed input that the daemon expects.
struct FieldValues: Sendable {
    let fields: [Wire.Field]
    /// The names of fields that are refused, with the reasons.
    var refused: [String: Text] = [:]
    let clock: FieldClock
    /// Whether the fields are corrected: none must be given, and an optional one without a value is cleared.
    var isCorrection = false
    /// Whether required fields may be missing, because they are asked for afterwards.
    var leavesOut = false

    /// The input. Its members have the order of the command line.
    ///
    /// - Throws: One failure that names all problems: unknown, refused, repeated and missing fields, and values of
    ///   another kind. A word that is not `field=value` is a failure by itself.
    func read(_ pairs: [String]) throws(Failure) -> JSONObject {
        var input: JSONObject = [:]
        var seen: Set<String> = []
        var problems: [FieldProblem] = []
        for pair in pairs {
            guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else {
                throw .usage(
                    Text(
                        fr: "« \(pair) » n'est pas de la forme champ=valeur", en: "\"\(pair)\" is not field=value"),
                    advice: Text(
                        fr: "Mettez entre guillemets une valeur qui contient des espaces : note='au 2e étage'",
                        en: "Quote a value that has spaces in it: note='on the 2nd floor'"))
            }
            let name = String(pair[..<equals])
            guard let field = field(name) else {
                problems.append(
                    refused[name].map { .refused(name, $0) } ?? .unknown(name, among: fields.map(\.name)))
                continue
            }
            guard seen.insert(field.name).inserted || field.isList else {
                problems.append(.repeated(field))
                continue
            }
            if isCorrection, !field.required, pair.index(after: equals) == pair.endIndex {
                input[field.name] = .null
                continue
            }
            guard pair.index(after: equals) < pair.endIndex || field.kind != .string else {
                problems.append(.empty(field))
                continue
            }
            do {
                let value = try field.element.value(of: String(pair[pair.index(after: equals)...]), clock: clock)
                input[field.name] = field.isList ? .array((input[field.name]?.arrayValue ?? []) + [value]) : value
            } catch {
                problems.append(error)
            }
        }
        for field in fields where !isCorrection && !leavesOut && field.required && !seen.contains(field.name) {
            problems.append(.missing(field))
        }
        if !problems.isEmpty { throw failure(problems) }
        return input
    }

    /// The field with this name or title, or an unambiguous beginning of one. Field names have underscores on the wire; a
    /// user may type hyphens instead. A field that is refused is none that another one's title may stand for.
    private func field(_ name: String) -> Wire.Field? {
        if let exact = fields.first(where: { $0.name == name }) { return exact }
        guard refused[name] == nil else { return nil }
        // The short titles first: one may be the beginning of another field's title.
        for titles in [fields.map(\.shortTitle), fields.map(\.title)] {
            let match = NameMatch(zip(fields, titles).map { NameMatch.Candidate(id: $0.name, name: $1) })
            if case .one(let found) = match.find(name) { return fields.first { $0.name == found.id } }
        }
        return nil
    }

    /// The days and times of an input in words, so that a mistake is seen: `Début : lundi 21 décembre 2026 à 9 h 40`.
    func understood(_ input: JSONObject) -> [Text] {
        fields.flatMap { field -> [Text] in
            let values = input[field.name].map { field.isList ? $0.arrayValue ?? [] : [$0] } ?? []
            return values.compactMap { value in
                guard let text = value.stringValue else { return nil }
                let said: Text
                switch field.element.kind {
                case .date:
                    guard let day = LocalDate(text) else { return nil }
                    said = Text(fr: "\(day, .dayAndYear)", en: "\(day, .dayAndYear)")
                case .time:
                    guard let instant = Instant(text) else { return nil }
                    said = .moment(instant, in: clock.zone)
                default: return nil
                }
                return field.shortTitle.followed(by: said)
            }
        }
    }

    private func failure(_ problems: [FieldProblem]) -> Failure {
        var failure = Failure(
            status: .refused, name: "conciergectl.InvalidFields",
            parameters: [
                "problems": .array(
                    problems.map {
                        ["field": .string($0.field), "problem": .string($0.kind), "text": $0.text.json]
                    })
            ],
            message: problems[0].text)
        if problems.count > 1 {
            failure.message = Text(
                fr: "\(problems.count) champs ne conviennent pas", en: "\(problems.count) fields are not right")
            failure.details = problems.map(\.text)
        }
        if fields.isEmpty {
            failure.advice =
                isCorrection
                ? Text(fr: "Rien ne se corrige dans ce service.", en: "Nothing can be corrected in this service.")
                : Text(fr: "Aucun champ n'est attendu ici.", en: "No fields are expected here.")
        } else if problems.contains(where: { $0.kind == "unknown" || $0.kind == "missing" }) {
            failure.details.append(Text(fr: "Les champs :", en: "The fields:"))
            failure.details += FieldList(fields).lines.map { Text(fr: "  \($0)", en: "  \($0)") }
        }
        return failure
    }
}

/// What is wrong with one field of an input.
struct FieldProblem: Error, Hashable {
    var field: String
    /// `unknown`, `refused`, `repeated`, `missing` or `invalid`.
    var kind: String
    var text: Text

    static func unknown(_ name: String, among names: [String]) -> FieldProblem {
        var text = Text(fr: "le champ « \(name) » n'existe pas", en: "there is no field \"\(name)\"")
        if let near = NearestName.nearest(to: name, among: names) {
            text = Text(fr: "\(text) ; vouliez-vous dire « \(near) » ?", en: "\(text); did you mean \"\(near)\"?")
        }
        return FieldProblem(field: name, kind: "unknown", text: text)
    }

    static func refused(_ name: String, _ reason: Text) -> FieldProblem {
        FieldProblem(
            field: name, kind: "refused",
            text: Text(fr: "« \(name) » est refusé : \(reason)", en: "\"\(name)\" is refused: \(reason)"))
    }

    static func repeated(_ field: Wire.Field) -> FieldProblem {
        FieldProblem(
            field: field.name, kind: "repeated",
            text: Text(fr: "« \(field.name) » est donné deux fois", en: "\"\(field.name)\" is given twice"))
    }

    static func missing(_ field: Wire.Field) -> FieldProblem {
        FieldProblem(
            field: field.name, kind: "missing",
            text: Text(
                fr: "il manque « \(field.name) » (\(field.title))", en: "\"\(field.name)\" is missing (\(field.title))")
        )
    }

    /// Nothing stands after the equals sign.
    static func empty(_ field: Wire.Field) -> FieldProblem {
        FieldProblem(
            field: field.name, kind: "empty",
            text: Text(
                fr: "« \(field.shortTitle) » : rien n'est écrit (vide) ; sans valeur, ne mettez pas le champ",
                en: "\"\(field.shortTitle)\": nothing is written; without a value, leave the field out"))
    }

    static func invalid(_ field: Wire.Field, _ value: String, _ wanted: Text) -> FieldProblem {
        // What is secret is not shown again, not even to the person who typed it.
        let shown =
            field.secret == true
            ? Text(fr: "la valeur", en: "the value") : Text(fr: "« \(value) »", en: "\"\(value)\"")
        return FieldProblem(
            field: field.name, kind: "invalid",
            text: Text(fr: "« \(field.name) » : \(shown) \(wanted)", en: "\"\(field.name)\": \(shown) \(wanted)"))
    }
}

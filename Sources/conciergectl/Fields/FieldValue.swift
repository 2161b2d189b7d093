import Civil
import ConciergeProtocol
import JSON
import Wording

extension Wire.Field {
    /// Whether the field takes several values, each given with the field's name. The kind of a list is `[]` and the
    /// kind of its elements.
    var isList: Bool { kind.rawValue.hasPrefix("[]") }

    /// The field for a single value: a list's field with the kind of the elements.
    var element: Wire.Field {
        guard isList else { return self }
        var element = self
        element.kind = Kind(rawValue: String(kind.rawValue.dropFirst(2)))
        return element
    }

    /// Converts a value that a user typed to the JSON value that the field's kind has on the wire.
    ///
    /// The value of an unknown kind is sent as a string, and the daemon decides.
    ///
    /// - Parameter clock: What a time means that names no zone, or only a day or a distance from now.
    func value(of text: String, clock: FieldClock) throws(FieldProblem) -> JSON {
        let trimmed = text.trimmed
        // Examples that are offered for pasting have it in the place of a value.
        guard trimmed != Self.placeholder else {
            throw FieldProblem(
                field: name, kind: "invalid",
                text: Text(
                    fr: "« \(name) » : remplacez « … » par ce qu'il faut", en: "\"\(name)\": replace \"…\" by the value"
                ))
        }
        switch kind {
        case .int:
            guard let value = Int64(trimmed) else {
                throw .invalid(self, text, Text(fr: "n'est pas un nombre entier", en: "is not a whole number"))
            }
            return .int(value)
        case .float: return try number(trimmed)
        case .bool: return try truth(trimmed)
        case .time: return try time(trimmed, clock)
        case .date: return try date(trimmed, clock)
        case .money:
            guard let amount = Money(trimmed) else {
                throw .invalid(
                    self, text,
                    Text(fr: "n'est pas un montant comme 50 ou 12,50", en: "is not an amount such as 50 or 12.50"))
            }
            return .string(amount.description)
        case .choice: return .string(try choice(trimmed))
        default: return .string(known.flatMap { Self.known(trimmed, among: $0) } ?? text)
        }
    }

    /// The only one of the known names that is meant; nil if it is none of them, or several.
    private static func known(_ text: String, among names: [String]) -> String? {
        let match = NameMatch(names.candidates)
        guard case .one(let found) = match.find(text) else { return nil }
        return found.id
    }

    private func number(_ text: String) throws(FieldProblem) -> JSON {
        // French writes a decimal comma.
        let point = text.contains(".") ? text : String(text.map { $0 == "," ? "." : $0 })
        let isPlain = point.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
        guard isPlain, let value = Double(point), value.isFinite else {
            throw .invalid(self, text, Text(fr: "n'est pas un nombre", en: "is not a number"))
        }
        return .double(value)
    }

    private func truth(_ text: String) throws(FieldProblem) -> JSON {
        switch text.lowercased() {
        case "true", "yes", "oui": return true
        case "false", "no", "non": return false
        default: throw .invalid(self, text, Text(fr: "n'est ni oui ni non", en: "is neither yes nor no"))
        }
    }

    /// The value of the choice that is meant. What none of them begins with is left to the daemon, which may know more
    /// names.
    private func choice(_ text: String) throws(FieldProblem) -> String {
        let match = NameMatch(choices.candidates)
        switch match.find(text) {
        case .one(let found): return found.id
        case .none: return text
        case .several(let found):
            let names = Text(verbatim: ", ", joining: found.map(\.shown))
            throw .invalid(self, text, Text(fr: "peut désigner : \(names)", en: "may mean: \(names)"))
        }
    }

    private func date(_ text: String, _ clock: FieldClock) throws(FieldProblem) -> JSON {
        let form = Text(
            fr: "n'est pas une date comme demain, lundi, 21/12 ou 21/12/2026",
            en: "is not a date such as tomorrow, Monday, 21/12 or 2026-12-21")
        switch try spoken(text, clock, otherwise: form) {
        case .day(let day): return .string(day.description)
        case .local, .instant:
            throw .invalid(
                self, text,
                Text(fr: "a une heure, et un jour seul est attendu", en: "has a time, and only a day is expected"))
        }
    }

    private func time(_ text: String, _ clock: FieldClock) throws(FieldProblem) -> JSON {
        let form = Text(
            fr: "n'est pas un moment comme demain 9h40, lundi 14h ou 21/12/2026 9h40",
            en: "is not a time such as tomorrow 9:40, Monday 14:00 or 2026-12-21 09:40")
        let time = try spoken(text, clock, otherwise: form)
        if case .day(let day) = time {
            throw .invalid(
                self, text,
                Text(
                    fr: "n'a pas d'heure : ajoutez-la, par exemple « \(text) 9h40 » (\(day, .dayAndYear))",
                    en: "has no time: add one, for example \"\(text) 9:40\" (\(day, .dayAndYear))"))
        }
        // A time that the clocks skip is a mistake of the user, so it is refused and not moved.
        guard let instant = time.instant(in: clock.zone) else {
            throw .invalid(
                self, text,
                Text(
                    fr: "n'existe pas ici : les horloges passent à l'heure d'été",
                    en: "does not exist here: the clocks go forward"))
        }
        return .string(instant.description)
    }

    private func spoken(
        _ text: String, _ clock: FieldClock, otherwise form: Text
    ) throws(FieldProblem) -> SpokenTime {
        do {
            return try SpokenTime(text, now: clock.now, zone: clock.zone)
        } catch {
            throw .invalid(self, text, error.words ?? form)
        }
    }
}

/// What times mean that people type: the zone of a time that names none, and the moment from which `demain` counts.
struct FieldClock: Sendable {
    var zone: Zone
    var now: Instant

    init(zone: Zone, now: Instant) { (self.zone, self.now) = (zone, now) }

    init(_ console: Console) { self.init(zone: console.zone, now: console.now()) }
}

extension SpokenTime.Mistake {
    /// What contradicts itself in a text; nil if it is no form of a day or a time.
    var words: Text? {
        guard case .otherWeekday(let day) = self else { return nil }
        return Text(
            fr: "ne va pas ensemble : ce jour est un \(day.weekday.words)",
            en: "does not go together: that day is a \(day.weekday.words)")
    }
}

extension Wire.Field {
    /// Stands for a value in commands that are offered for pasting. It is never sent.
    static let placeholder = "…"

    /// `field=…`: a command with it cannot be sent by mistake.
    var sampleArgument: String { "\(name)=\(Self.placeholder)" }

    /// `field=value` with a value that a record has now, else the placeholder.
    func sampleArgument(_ value: JSON?) -> String {
        let typed: String? =
            switch value {
            case .string(let text): text
            case .int(let number): String(number)
            default: nil
            }
        return "\(name)=\((typed ?? Self.placeholder).shellQuoted)"
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        var rest = Substring(self)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    /// The text as one word of a POSIX shell.
    var shellQuoted: String {
        let isPlain = !isEmpty && unicodeScalars.allSatisfy(\.isPlainInShell)
        if isPlain { return self }
        let parts = split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: #"'\''"#) + "'"
    }
}

extension Unicode.Scalar {
    fileprivate var isPlainInShell: Bool {
        guard isASCII else { return !properties.isWhitespace }
        return properties.isAlphabetic || ("0"..."9").contains(self) || "_-.,:/@%+=".unicodeScalars.contains(self)
    }
}

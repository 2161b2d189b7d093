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
    /// - Parameter zone: The zone of a time that names none.
    func value(of text: String, zone: Zone) throws(FieldProblem) -> JSON {
        let trimmed = text.trimmed
        switch kind {
        case .int:
            guard let value = Int64(trimmed) else {
                throw .invalid(self, text, Text(fr: "n'est pas un nombre entier", en: "is not a whole number"))
            }
            return .int(value)
        case .float: return try number(trimmed)
        case .bool: return try truth(trimmed)
        case .time: return try time(trimmed, zone: zone)
        case .date:
            guard let date = WrittenTime(trimmed), date.microsecond == nil else {
                throw .invalid(
                    self, text,
                    Text(
                        fr: "n'est pas une date de la forme 2026-11-24", en: "is not a date such as 2026-11-24"))
            }
            return .string(date.date.description)
        case .money:
            guard let amount = Money(trimmed) else {
                throw .invalid(
                    self, text,
                    Text(fr: "n'est pas un montant comme 50 ou 12,50", en: "is not an amount such as 50 or 12.50"))
            }
            return .string(amount.description)
        // The daemon knows what people may type for a choice.
        case .choice: return .string(trimmed)
        default: return .string(text)
        }
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

    private func time(_ text: String, zone: Zone) throws(FieldProblem) -> JSON {
        guard let time = WrittenTime(text), time.microsecond != nil else {
            throw .invalid(
                self, text,
                Text(
                    fr: "n'est pas un moment de la forme 2026-11-24T09:00 (heure d'ici) ou 2026-11-24T08:00:00Z",
                    en: "is not a time such as 2026-11-24T09:00 (local) or 2026-11-24T08:00:00Z"))
        }
        // A time that the clocks skip is a mistake of the user, so it is refused and not moved.
        guard let instant = time.instant(in: zone) else {
            throw .invalid(
                self, text,
                Text(
                    fr: "n'existe pas ici : les horloges passent à l'heure d'été",
                    en: "does not exist here: the clocks go forward"))
        }
        return .string(instant.description)
    }
}

extension Wire.Field {
    /// `field=value` with the field's example, quoted for a shell if necessary.
    var sampleArgument: String {
        let sample =
            switch element.kind {
            case _ where example != nil: example ?? ""
            case .choice: choices.first?.value ?? "…"
            case .int: "1"
            case .float: "1.5"
            case .bool: "yes"
            case .time: "2026-11-24T09:00"
            case .date: "2026-11-24"
            case .money: "12.50"
            default: "…"
            }
        return "\(name)=\(sample.shellQuoted)"
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

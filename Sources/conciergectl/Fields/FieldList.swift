import Civil
import ConciergeProtocol
import Wording

/// Describes fields as text, one line for each.
struct FieldList: Sendable {
    let fields: [Wire.Field]

    init(_ fields: [Wire.Field]) { self.fields = fields }

    /// Lines such as `tracking  text  Number on the label  e.g. RB123456785GB`, in aligned columns.
    var lines: [Text] {
        let french = lines(in: .fr)
        let english = lines(in: .en)
        return zip(french, english).map { Text(saidInFrench: $0, english: $1) }
    }

    private func lines(in language: Language) -> [String] {
        var table = Table(Array(repeating: Table.Column(Text(verbatim: "")), count: 4))
        for field in fields {
            table.add(
                Cell(field.name), Cell(field.kindName[language]), Cell(field.title[language]),
                Cell(field.hint[language]))
            for choice in field.choices {
                guard let explanation = choice.explanation else { continue }
                let line = Text(fr: "\(choice.words) — \(explanation)", en: "\(choice.words) — \(explanation)")
                table.add(Cell(""), Cell(""), Cell(""), Cell(line[language]))
            }
        }
        return Array(table.lines(in: language, width: nil, colours: false).dropFirst())
    }
}

extension Wire.Field {
    /// The title without what it says of a value that is left out: « Praticien » of « Praticien ; tous sinon ».
    var shortTitle: Text { Text(fr: "\(verbatim: Self.head(title.fr))", en: "\(verbatim: Self.head(title.en))") }

    private static func head(_ title: String) -> String {
        title.firstIndex(of: ";").map { String(title[..<$0]).trimmed } ?? title
    }

    /// The name of the kind in both languages, and whether the field is optional.
    var kindName: Text {
        let name: Text =
            switch element.kind {
            case .string: Text(fr: "texte", en: "text")
            case .int: Text(fr: "entier", en: "whole number")
            case .float: Text(fr: "nombre", en: "number")
            case .bool: Text(fr: "oui ou non", en: "yes or no")
            case .time: Text(fr: "date et heure", en: "date and time")
            case .date: Text(fr: "date", en: "date")
            case .money: Text(fr: "montant en euros", en: "amount in euros")
            case .choice: Text(fr: "choix", en: "choice")
            default: Text(verbatim: kind.rawValue)
            }
        if isList {
            let several = Text(fr: "\(name), plusieurs fois", en: "\(name), several times")
            return required ? several : Text(fr: "\(several), facultatif", en: "\(several), optional")
        }
        return required ? name : Text(fr: "\(name), facultatif", en: "\(name), optional")
    }

    /// What may be typed: the choices or the expected form, the limits, an example, the default.
    var hint: Text {
        var parts: [Text] = []
        if let known, !known.isEmpty { parts.append(Text(verbatim: known.joined(separator: " | "))) }
        if !choices.isEmpty {
            parts.append(Text(verbatim: " | ", joining: choices.map(\.words)))
        } else if let expects {
            parts.append(expects)
        }
        if let limits { parts.append(limits.words(of: element.kind)) }
        if choices.isEmpty, known == nil, kind != .bool, let example {
            let words = words(ofTyped: example)
            parts.append(Text(fr: "p. ex. \(words)", en: "e.g. \(words)"))
        }
        if let value = self.default {
            let words = words(ofTyped: value)
            parts.append(Text(fr: "sinon \(words)", en: "otherwise \(words)"))
        }
        if secret == true { parts.append(Text(fr: "confidentiel", en: "secret")) }
        return Text(verbatim: ", ", joining: parts)
    }

    /// A value in the form in which it is typed, as it is said to people.
    private func words(ofTyped text: String) -> Text {
        let words: Text? =
            switch element.kind {
            case .choice: choices.first { $0.value == text }?.words
            case .money: Money(text).map { Text(fr: "\($0)", en: "\($0)") }
            case .bool: RecordWords.said(text == "true")
            case .time: Instant(text).map { Self.typed($0, in: Console.current.zone) }
            case .date:
                LocalDate(text).map { day in
                    Text(fr: "\(verbatim: Self.typed(day))", en: "\(verbatim: day.description)")
                }
            default: nil
            }
        return words ?? Text(verbatim: text)
    }
}

extension Wire.Field {
    /// A time as people type it: `21/12/2026 9h30`.
    private static func typed(_ instant: Instant, in zone: Zone) -> Text {
        let (date, time) = zone.local(instant)
        let (hour, minute) = time.minutes.quotientAndRemainder(dividingBy: 60)
        let clock = "\(hour)h" + (minute == 0 ? "" : minute.padded(2))
        return Text(
            fr: "\(verbatim: typed(date)) \(verbatim: clock)",
            en: "\(verbatim: date.description) \(verbatim: time.description)")
    }

    private static func typed(_ day: LocalDate) -> String {
        "\(day.day.padded(2))/\(day.month.padded(2))/\(day.year)"
    }
}

extension Wire.Field.Limits {
    fileprivate func words(of kind: Wire.Field.Kind) -> Text {
        func said(_ limit: String) -> Text {
            guard kind == .money, unit == .value, let amount = Money(limit) else { return Text(verbatim: limit) }
            return Text(fr: "\(amount)", en: "\(amount)")
        }
        let range: Text
        switch (least.map(said), greatest.map(said)) {
        case (let least?, let greatest?): range = Text(fr: "\(least) à \(greatest)", en: "\(least) to \(greatest)")
        case (let least?, nil): range = Text(fr: "au moins \(least)", en: "at least \(least)")
        case (nil, let greatest?): range = Text(fr: "au plus \(greatest)", en: "at most \(greatest)")
        case (nil, nil): return Text(verbatim: "")
        }
        return switch unit {
        case .characters: Text(fr: "\(range) caractères", en: "\(range) characters")
        case .elements: Text(fr: "\(range) éléments", en: "\(range) elements")
        default: range
        }
    }
}

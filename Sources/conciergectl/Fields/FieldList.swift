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
        }
        return Array(table.lines(in: language, width: nil, colours: false).dropFirst())
    }
}

extension Wire.Field {
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

    fileprivate var hint: Text {
        if !choices.isEmpty { return Text(verbatim: choices.joined(separator: " | ")) }
        guard let example else { return Text(verbatim: "") }
        return Text(fr: "p. ex. \(example)", en: "e.g. \(example)")
    }
}

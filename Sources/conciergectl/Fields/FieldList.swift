/// Describes fields to a person, a line each.
struct FieldList: Sendable {
    let fields: [Field]

    init(_ fields: [Field]) { self.fields = fields }

    /// `tracking  string, required  Number on the label  (RB123456785GB)`, in aligned columns.
    var lines: [Words] {
        let french = lines(in: .fr)
        let english = lines(in: .en)
        return zip(french, english).map { Words(fr: $0, en: $1) }
    }

    private func lines(in language: Language) -> [String] {
        var table = Table(Array(repeating: Table.Column(Words(same: "")), count: 4))
        for field in fields {
            table.add(
                Cell(field.name), Cell(field.kindName[language]), Cell(field.title[language]),
                Cell(field.hint[language]))
        }
        return Array(table.lines(in: language, width: nil, colours: false).dropFirst())
    }
}

extension Field {
    /// The kind as a person says it, and whether it can be left out.
    var kindName: Words {
        let name: Words =
            switch kind {
            case "string": Words(fr: "texte", en: "text")
            case "int": Words(fr: "entier", en: "whole number")
            case "float": Words(fr: "nombre", en: "number")
            case "bool": Words(fr: "oui ou non", en: "yes or no")
            case "time": Words(fr: "date et heure", en: "date and time")
            case "date": Words(fr: "date", en: "date")
            case "choice": Words(fr: "choix", en: "choice")
            default: Words(same: kind)
            }
        return required ? name : Words(fr: name.fr + ", facultatif", en: name.en + ", optional")
    }

    fileprivate var hint: Words {
        if !choices.isEmpty { return Words(same: choices.joined(separator: " | ")) }
        guard let example else { return Words(same: "") }
        return Words(fr: "p. ex. \(example)", en: "e.g. \(example)")
    }
}

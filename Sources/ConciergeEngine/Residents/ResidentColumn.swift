package import ConciergeKit

/// A column of the residents' file.
package enum ResidentColumn: String, Sendable, CaseIterable {
    case id, name, dwelling, residence, language, publics, email, phone
    case movedIn = "moved_in"

    /// Its name as people read it; the first line of a file may have either.
    package var words: Text {
        switch self {
        case .id: Text(fr: "identifiant", en: "id")
        case .name: Text(fr: "nom", en: "name")
        case .dwelling: Text(fr: "logement", en: "dwelling")
        case .residence: Text(fr: "résidence", en: "residence")
        case .language: Text(fr: "langue", en: "language")
        case .publics: Text(fr: "publics", en: "publics")
        case .email: Text(fr: "courriel", en: "email")
        case .phone: Text(fr: "téléphone", en: "phone")
        case .movedIn: Text(fr: "entrée", en: "moved_in")
        }
    }

    /// Whether a file must have it, with a value in each line.
    package var isRequired: Bool { self == .id || self == .name || self == .dwelling }

    /// The column that has this name in French or English, in any case, with or without accents; nil if none has.
    package static func named(_ name: String) -> ResidentColumn? { byName[folded(name)] }

    private static let byName: [String: ResidentColumn] = {
        var byName: [String: ResidentColumn] = [:]
        for column in allCases {
            byName[folded(column.words.fr)] = column
            byName[folded(column.words.en)] = column
        }
        return byName
    }()

    private static func folded(_ name: String) -> String {
        Folding.text(name).filter { $0 != "_" && $0 != "-" && $0 != " " }
    }
}

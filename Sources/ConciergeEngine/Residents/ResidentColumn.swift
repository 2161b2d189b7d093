package import ConciergeKit

/// A column of the residents' file.
package enum ResidentColumn: String, DirectoryColumn {
    case id, name, dwelling, residence, language, publics, email, phone
    case movedIn = "moved_in"

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

    package var isRequired: Bool { self == .id || self == .name || self == .dwelling }
    package var isOneLine: Bool { self == .id }
}

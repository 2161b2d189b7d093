import ConciergeKit

/// The kind of thing that is broken.
enum Category: String, Choice {
    case plumbing, leak, heating, electricity, gas, lift, locks, doors, damp, pests, other

    var words: Text {
        switch self {
        case .plumbing: Text(fr: "plomberie", en: "plumbing")
        case .leak: Text(fr: "fuite", en: "leak")
        case .heating: Text(fr: "chauffage et eau chaude", en: "heating and hot water")
        case .electricity: Text(fr: "électricité", en: "electricity")
        case .gas: Text(fr: "gaz", en: "gas")
        case .lift: Text(fr: "ascenseur", en: "lift")
        case .locks: Text(fr: "serrure", en: "lock")
        case .doors: Text(fr: "portes et fenêtres", en: "doors and windows")
        case .damp: Text(fr: "humidité", en: "damp")
        case .pests: Text(fr: "nuisibles", en: "pests")
        case .other: Text(fr: "autre", en: "other")
        }
    }

    /// The category with this raw value, these words, or one of the other words that people type for it.
    init?(_ raw: Scalar) {
        guard case .string(let typed) = raw, let category = Self.byName[Folding.text(typed)] else { return nil }
        self = category
    }

    /// Other words that people type for it, in French and English.
    var otherWords: [String] {
        switch self {
        case .plumbing:
            [
                "plombier", "robinet", "mitigeur", "évier", "lavabo", "douche", "baignoire", "wc", "toilettes",
                "chasse d'eau", "tap", "sink", "shower", "toilet",
            ]
        case .leak: ["fuite d'eau", "dégât des eaux", "inondation", "infiltration", "water leak", "flood"]
        case .heating:
            ["chauffage", "radiateur", "chaudière", "eau chaude", "heating", "radiator", "boiler", "hot water"]
        case .electricity:
            [
                "électricien", "électrique", "courant", "panne de courant", "prise", "lumière", "éclairage", "power",
                "light", "socket",
            ]
        case .gas: ["odeur de gaz", "fuite de gaz", "smell of gas", "gas leak"]
        case .lift: ["ascenseurs", "ascenseur en panne", "elevator"]
        case .locks: ["serrures", "serrurier", "clé", "clef", "verrou", "locks", "key"]
        case .doors:
            [
                "porte", "fenêtre", "vitre", "volet", "portail", "interphone", "door", "window", "shutter", "gate",
                "intercom",
            ]
        case .damp: ["moisissure", "moisissures", "moisi", "condensation", "mould", "mold", "damp and mould"]
        case .pests:
            ["rat", "rats", "souris", "cafards", "punaises de lit", "guêpes", "mice", "cockroaches", "bedbugs"]
        case .other: ["divers", "autres", "else"]
        }
    }

    private static let byName: [String: Category] = {
        var categories: [String: Category] = [:]
        for category in allCases {
            for name in [category.rawValue, category.words.fr, category.words.en] + category.otherWords {
                categories[Folding.text(name)] = category
            }
        }
        return categories
    }()
}

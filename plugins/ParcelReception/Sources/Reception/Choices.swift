import ConciergeKit

/// What a parcel is, as far as that decides how long it is kept.
enum ParcelKind: String, Choice {
    case parcel, letter, bulky, perishable

    var words: Text {
        switch self {
        case .parcel: Text(fr: "colis", en: "parcel")
        case .letter: Text(fr: "lettre", en: "letter")
        case .bulky: Text(fr: "volumineux", en: "bulky")
        case .perishable: Text(fr: "périssable", en: "perishable")
        }
    }
}

/// Who took a parcel.
enum Collector: String, Choice {
    case resident, delegate, other

    var words: Text {
        switch self {
        case .resident: Text(fr: "au locataire", en: "to the resident")
        case .delegate: Text(fr: "à un mandataire", en: "to a delegate")
        case .other: Text(fr: "à une autre personne", en: "to somebody else")
        }
    }
}

/// What staff saw that shows who somebody is.
enum Proof: String, Choice {
    case identityCard = "identity-card"
    case passport
    case residencePermit = "residence-permit"
    case drivingLicence = "driving-licence"
    case healthCard = "health-card"
    case letterOfAuthority = "letter-of-authority"
    case knownToStaff = "known-to-staff"

    var words: Text {
        switch self {
        case .identityCard: Text(fr: "carte d'identité", en: "identity card")
        case .passport: Text(fr: "passeport", en: "passport")
        case .residencePermit: Text(fr: "titre de séjour", en: "residence permit")
        case .drivingLicence: Text(fr: "permis de conduire", en: "driving licence")
        case .healthCard: Text(fr: "carte Vitale", en: "health insurance card")
        case .letterOfAuthority: Text(fr: "procuration écrite", en: "letter of authority")
        case .knownToStaff: Text(fr: "connu de la loge", en: "known to staff")
        }
    }
}

/// Why a parcel goes back to its sender.
enum ReturnReason: String, Choice {
    case holdingTimeOver = "holding-time-over"
    case refused
    case movedAway = "moved-away"
    case unknown
    case damaged
    case other

    var words: Text {
        switch self {
        case .holdingTimeOver: Text(fr: "délai dépassé", en: "holding time over")
        case .refused: Text(fr: "refusé", en: "refused")
        case .movedAway: Text(fr: "déménagé", en: "moved away")
        case .unknown: Text(fr: "inconnu", en: "unknown")
        case .damaged: Text(fr: "abîmé", en: "damaged")
        case .other: Text(fr: "autre", en: "other")
        }
    }
}

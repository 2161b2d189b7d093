import ConciergeKit

/// What is known of a parcel's number: by which standard its check is right, or that nothing is.
enum NumberCheck: String, Choice {
    case upuS10 = "upu-s10"
    case sscc
    case ups
    case fedEx = "fedex"
    case dpd
    case dhl
    /// No published check fits the number. The parcel is taken in all the same.
    case unverified
    /// The number has the shape of UPU S10 and a right check digit, and ends with no country: an operator's private code.
    case unknownCountry = "unverified-country"
    /// The check is wrong; staff have taken the parcel in with a reason.
    case failed = "check-failed"
    /// The label has no number: the lodge gave it one.
    case lodge

    var words: Text {
        switch self {
        case .upuS10: Text(fr: "clé juste (UPU S10)", en: "right check digit (UPU S10)")
        case .sscc: Text(fr: "clé juste (GS1 SSCC)", en: "right check digit (GS1 SSCC)")
        case .ups: Text(fr: "clé juste (UPS)", en: "right check digit (UPS)")
        case .fedEx: Text(fr: "clé juste (FedEx)", en: "right check digit (FedEx)")
        case .dpd: Text(fr: "clé juste (DPD)", en: "right check character (DPD)")
        case .dhl: Text(fr: "clé juste (DHL)", en: "right check digit (DHL)")
        case .unverified: Text(fr: "non vérifiable", en: "cannot be verified")
        case .unknownCountry: Text(fr: "non vérifiable : pays inconnu", en: "cannot be verified: unknown country")
        case .failed:
            Text(fr: "clé fausse, pris en charge avec un motif", en: "wrong check digit, taken in with a reason")
        case .lodge: Text(fr: "numéro de la loge", en: "number of the lodge")
        }
    }
}

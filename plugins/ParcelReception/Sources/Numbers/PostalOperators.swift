/// The postal operators of an S10 number's country: those from which parcels often come to France.
enum PostalOperators {
    private static let byCountry = [
        "AT": "Österreichische Post", "BE": "bpost", "CA": "Canada Post", "CH": "La Poste Suisse", "CN": "China Post",
        "CZ": "Česká pošta", "DE": "Deutsche Post", "DK": "PostNord", "DZ": "Algérie Poste", "ES": "Correos",
        "FI": "Posti", "GB": "Royal Mail", "GR": "Hellenic Post ELTA", "HK": "Hongkong Post", "IE": "An Post",
        "IN": "India Post", "IT": "Poste Italiane", "JP": "Japan Post", "KR": "Korea Post", "LU": "POST Luxembourg",
        "MA": "Barid Al-Maghrib", "MC": "La Poste Monaco", "NL": "PostNL", "NO": "Posten", "PL": "Poczta Polska",
        "PT": "CTT", "RO": "Poșta Română", "SE": "PostNord", "SG": "SingPost", "SN": "La Poste Sénégal",
        "TN": "La Poste Tunisienne", "TR": "PTT", "UA": "Ukrposhta", "US": "USPS",
    ]

    /// Who may carry an S10 number: the operator of its country. In France the first letter is that of a product of the
    /// group La Poste: E and X of Chronopost, C of Colissimo.
    static func candidates(for number: [UInt8]) -> [String] {
        let country = String(decoding: number.suffix(2), as: UTF8.self)
        guard country == "FR" else { return byCountry[country].map { [$0] } ?? [] }
        switch number[0] {
        case UInt8(ascii: "E"), UInt8(ascii: "X"): return [Carrier.chronopost, Carrier.laPoste]
        case UInt8(ascii: "C"): return [Carrier.colissimo, Carrier.laPoste]
        default: return [Carrier.laPoste]
        }
    }
}

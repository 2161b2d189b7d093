extension Words {
    /// How many there are of something: `1 demande`, `2 requests`. French says the plural from two on, English for all
    /// but one.
    static func count(_ number: Int64, _ one: Words, _ many: Words) -> Words {
        Words(
            fr: "\(number) \(abs(number) < 2 ? one.fr : many.fr)", en: "\(number) \(number == 1 ? one.en : many.en)")
    }

    /// So many requests.
    static func requests(_ number: Int64) -> Words {
        count(number, Words(fr: "demande", en: "request"), Words(fr: "demandes", en: "requests"))
    }

    /// So many runs.
    static func runs(_ number: Int64) -> Words {
        count(number, Words(fr: "exécution", en: "run"), Words(fr: "exécutions", en: "runs"))
    }
}

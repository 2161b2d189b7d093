import Wording

extension Text {
    /// A number with its noun: `1 demande`, `2 requests`. French uses the plural from two on, English for every number
    /// but one.
    static func count(_ number: Int64, _ one: Text, _ many: Text) -> Text {
        Text(
            fr: "\(number) \(abs(number) < 2 ? one.fr : many.fr)", en: "\(number) \(number == 1 ? one.en : many.en)")
    }

    /// A number of requests.
    static func requests(_ number: Int64) -> Text {
        count(number, Text(fr: "demande", en: "request"), Text(fr: "demandes", en: "requests"))
    }

    /// A number of runs.
    static func runs(_ number: Int64) -> Text {
        count(number, Text(fr: "traitement", en: "run"), Text(fr: "traitements", en: "runs"))
    }
}

import ConciergeKit

/// Large things of one home, from the announcement until they are gone.
struct Pickup {
    struct Record: Codable {
        var what: String
        var day: LocalDate
    }

    struct Announce: Input {
        static let name = Text(fr: "Annoncer un enlèvement", en: "Announce a pickup")
        @Field(fr: "Quoi", en: "What", example: "a sofa", in: 1...200) var what: String
        @Field(fr: "Jour", en: "Day") var day: LocalDate
    }
}

import ConciergeKit

/// A provider whose requests tell others that they were rung.
struct Bells: ServiceProvider {
    static let manifest = ProviderManifest(id: "bells", version: "1.0.0", name: words("Bells"), summary: words("Ring"))

    init(_ configuration: NoSettings, in context: ProviderContext) {}

    var services: [any Service] { [Bell()] }
}

struct Bell: Service {
    static let id = "bells.bell"
    static let name = words("Bell")
    static let summary = words("Is rung once")
    static var signals: [any Signal.Type] { [Rung.self] }

    struct Record: Codable { var tone: String }
    struct Rung: Signal { let tone: String }

    struct Ring: Input {
        static let name = words("Ring")
        @Field(fr: "Tone", en: "Tone", example: "low") var tone: String
    }

    func headline(_ record: Record) -> Text { Text(verbatim: record.tone) }

    var lifecycle: Lifecycle {
        opening(Ring.self, to: .rung) { ring, moment in
            var bell = Draft(Record(tone: ring.tone), at: moment)
            bell.raise(Rung(tone: ring.tone))
            return bell
        }
    }
}

extension StateOf<Bell> {
    static var rung: Self { closed(fr: "rung", en: "rung") }
}

/// A provider that listens to the bells without importing them, if its configuration does not keep it from being made.
struct Ears: ServiceProvider {
    struct Configuration: Settings {
        @Setting("Whether it cannot be made.") var away = false
    }
    static let manifest = ProviderManifest(id: "ears", version: "1.0.0", name: words("Ears"), summary: words("Hear"))

    init(_ configuration: Configuration, in context: ProviderContext) throws(ProviderError) {
        if configuration.away { throw .notReady(reason: "away", retryAfter: nil) }
    }

    var services: [any Service] { [Ear()] }
}

struct Ear: Service {
    static let id = "ears.ear"
    static let name = words("Ear")
    static let summary = words("Hears a bell")

    struct Record: Codable { var tone: String }
    struct Heard: Input {
        static let name = words("Heard")
        @Field(fr: "Tone", en: "Tone", example: "low") var tone: String
    }

    func headline(_ record: Record) -> Text { Text(verbatim: record.tone) }

    var lifecycle: Lifecycle {
        opening(on: "bells.rung", as: Heard.self, to: .heard) { heard, moment in
            Draft(Record(tone: heard.tone), at: moment)
        }
    }
}

extension StateOf<Ear> {
    static var heard: Self { closed(fr: "heard", en: "heard") }
}

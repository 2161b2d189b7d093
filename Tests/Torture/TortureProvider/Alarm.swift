package import ConciergeKit

/// A request that waits until its timer closes it.
package struct Alarm: Service {
    package static let id = "torture.alarm"
    package static let name = Text(fr: "Alarme", en: "Alarm")
    package static let summary = Text(fr: "Sonne une fois.", en: "Rings once.")

    package struct Record: Codable, Sendable {
        var number: Int
    }

    struct Arm: Input {
        static let name = Text(fr: "Armer", en: "Set")
        @Field(fr: "Numéro", en: "Number") var number: Int
        @Field(fr: "Échéance", en: "Due") var due: Instant
    }

    package func headline(_ record: Record) -> Text { Self.name }

    package var lifecycle: Lifecycle {
        opening(Arm.self, to: .set) { arm, moment in
            var alarm = Draft(Record(number: arm.number), at: moment)
            alarm.start(.due, at: arm.due)
            return alarm
        }
        after(.due, from: .set, to: .rung)
    }
}

extension StateOf<Alarm> {
    static var set: Self { open(fr: "armée", en: "set", turn: .clock) }
    static var rung: Self { closed(fr: "sonnée", en: "rung") }
}

extension TimerOf<Alarm> {
    static var due: Self { timer(fr: "échéance", en: "due") }
}

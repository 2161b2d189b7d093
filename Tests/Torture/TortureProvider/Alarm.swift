public import ConciergeKit

/// A request that waits for its timer and is closed by it.
public struct Alarm: Service {
    /// The service's id.
    public static let id = "torture.alarm"

    /// Where it is.
    public enum State: String, ServiceState {
        /// The timer has not fired.
        case set
        /// It has.
        case rung

        /// What people call it.
        public var name: Text {
            switch self {
            case .set: Text(fr: "armée", en: "set")
            case .rung: Text(fr: "sonnée", en: "rung")
            }
        }

        /// Until the timer fires.
        public var isOpen: Bool { self == .set }
    }

    /// What ends it.
    public enum Timer: String, ServiceTimer {
        /// The due moment that was given.
        case due

        /// What people call it.
        public var name: Text { Text(fr: "échéance", en: "due") }
    }

    /// What is kept of it.
    public struct Record: Codable, Sendable {
        var number: Int
    }

    struct Arm: Input {
        static let name = Text(fr: "Armer", en: "Set")
        @Field(Text(fr: "Numéro", en: "Number")) var number: Int
        @Field(Text(fr: "Échéance", en: "Due")) var due: Instant
    }

    /// The service.
    public init() {}

    /// What it is called.
    public var name: Text { Text(fr: "Alarme", en: "Alarm") }
    /// What it is for.
    public var summary: Text { Text(fr: "Sonne une fois.", en: "Rings once.") }

    /// The table.
    public var lifecycle: [Transition<Self>] {
        opening(Arm.self, to: .set) { arm, moment throws(Refusal) in
            var alarm = Draft<Self>(Record(number: arm.number), at: moment)
            alarm.start(.due, at: arm.due)
            return alarm
        }
        after(.due, from: .set, to: .rung) { _ in }
    }
}

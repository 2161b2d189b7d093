public import ConciergeKit

/// The time in which dwellings are heated, and what is promised then. The text is one that reading takes.
private let winter = ["15/10..15/4=1 working day"].compactMap { SeasonTerm(written: $0) }

/// The provider's section of the configuration.
public struct RepairSettings: Settings {
    @Setting("What is promised, by urgency.")
    var urgencies: [Urgency: Promised] = [
        .u1: Promised(due: .hours(4), safety: true), .u2: Promised(due: .hours(24)),
        .u3: Promised(due: .workingDays(5), seasons: [.heating: winter]),
    ]
    @Setting(
        """
        After so many visits that found nobody a repair is cancelled; never one for damp, a leak, heating, electricity or a \
        lift.
        """,
        in: 1...)
    var noAccessLimit = 3
    @Setting("How long a repair waits for parts before staff are asked about them.", in: .hours(1)...)
    var partsReminder: Duration = .days(14)
    @Setting("How long the resident may say that it is not fixed; then silence confirms.", in: .hours(1)...)
    var lastWord: Duration = .days(7)
    @Setting("When overdue repairs are reported.")
    var reportAt = TimeOfDay(minutes: 8 * 60)

    /// The defaults.
    public init() {}

    /// What is promised for an urgency.
    struct Promised: Settings {
        @Setting("From the triage to the deadline: 24 hours, 10 working hours or 5 working days.")
        var due: Term = .workingDays(5)
        @Setting(
            "What is due instead in a season, by category: from a day to a day, both included, and the term.",
            example: [.heating: ["1/11..30/4=1 working day"].compactMap { SeasonTerm(written: $0) }])
        var seasons: [Category: [SeasonTerm]] = [:]
        @Setting("What the contractor owes, from the order on; without it, the same.", example: .workingDays(3))
        var contractor: Term?
        @Setting("How long before the deadline staff are warned; without it, a quarter of due.", example: .hours(1))
        var warning: Duration? = nil
        @Setting("How long after the deadline staff are told again, as long as the work is not done.")
        var escalation: [Duration] = [.days(1), .days(3)]
        @Setting("Whether safety is at stake: the promise does not pause, and staff are warned at any hour.")
        var safety = false

        /// What is promised for a category, by the season.
        func term(for category: Category) -> SeasonalTerm {
            // The check has refused seasons that share a day.
            seasons[category].flatMap { try? SeasonalTerm(due, in: $0) } ?? SeasonalTerm(due)
        }

        /// From the warning to the deadline of a term.
        func lead(of term: Term) -> Duration {
            let least = Self.least(term)
            return warning.flatMap { $0 < least ? $0 : nil } ?? least / 4
        }

        /// The shortest time that a term can take.
        private static func least(_ term: Term) -> Duration {
            switch term {
            case .hours(let count), .workingHours(let count): .hours(count)
            case .workingDays(let count): .days(count)
            }
        }

        func check() throws(Mismatch) {
            let least = Self.least(due)
            if let warning, warning >= least {
                throw $warning.wrong("the warning must be given less than \(TimeSpan(least)) before the deadline")
            }
            for (category, terms) in seasons.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                do throws(SeasonalTerm.Mistake) {
                    _ = try SeasonalTerm(due, in: terms)
                } catch {
                    throw $seasons.wrong(error.words.en, at: .key(category.rawValue))
                }
            }
        }
    }

    /// What is promised for an urgency.
    subscript(urgency: Urgency) -> Promised {
        // Every urgency has its default, which the configuration can change but not take away.
        urgencies[urgency] ?? Promised()
    }
}

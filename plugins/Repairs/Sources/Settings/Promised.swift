import ConciergeKit

extension RepairSettings {
    /// What is promised for an urgency.
    struct Promised: Settings {
        @Setting("From the triage to the deadline: 24 hours, 10 working hours or 5 working days.")
        var due: Term = .workingDays(5)
        @Setting(
            "How far the deadline may be moved if the resident agrees, from the triage on; without it, it may not.",
            example: .workingDays(10))
        var stretched: Term? = nil
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

        /// Whether a category has a term of its own on a day.
        func hasSeason(_ category: Category, on day: LocalDate) -> Bool {
            seasons[category]?.contains { $0.season.contains(DayOfYear(day)) } ?? false
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
}

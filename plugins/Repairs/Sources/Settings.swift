public import ConciergeKit

/// The provider's section of the configuration.
public struct RepairSettings: Settings {
    @Setting("What is promised, by urgency.")
    var urgencies: [Urgency: Promised] = [
        .u1: Promised(due: .hours(4)), .u2: Promised(due: .hours(24)), .u3: Promised(due: .days(5)),
    ]
    @Setting(
        """
        After so many visits that found nobody a repair is cancelled; never one for damp, a leak, heating, electricity or a \
        lift.
        """,
        in: 1...)
    var noAccessLimit = 3
    @Setting("When overdue repairs are reported.")
    var reportAt = TimeOfDay(minutes: 8 * 60)

    /// The defaults.
    public init() {}

    /// What is promised for an urgency.
    struct Promised: Settings {
        @Setting("From the triage to the deadline.", in: .seconds(1)...)
        var due: Duration = .days(5)
        @Setting("How long before the deadline staff are warned; without it, a quarter of due.", example: .hours(1))
        var warning: Duration? = nil

        /// From the warning to the deadline.
        var lead: Duration { warning ?? due / 4 }

        func check() throws(Mismatch) {
            guard lead < due else {
                throw $warning.wrong("the warning must be given less than \(TimeSpan(due)) before the deadline")
            }
        }
    }

    /// What is promised for an urgency.
    subscript(urgency: Urgency) -> Promised {
        // Every urgency has its default, which the configuration can change but not take away.
        urgencies[urgency] ?? Promised()
    }
}

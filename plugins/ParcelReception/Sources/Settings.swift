public import ConciergeKit

/// The provider's section of the configuration.
public struct ParcelSettings: Settings {
    @Setting("How long a parcel is kept before it goes back.", in: .seconds(1)...)
    var holding: Duration = .days(14)
    @Setting(
        "How long after its arrival the resident is reminded, and again each time as long after that.",
        in: .seconds(1)...)
    var remindEvery: Duration = .days(3)
    @Setting("When the shelves are audited.")
    var auditAt = TimeOfDay(minutes: 7 * 60)

    /// The defaults: a parcel is kept for 14 days, as at a post office.
    public init() {}
}

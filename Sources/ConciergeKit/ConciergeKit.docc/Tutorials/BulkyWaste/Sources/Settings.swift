public import ConciergeKit

/// The section `providers.bulky` of the configuration.
public struct BulkyWasteSettings: Settings {
    @Setting("On which weekdays large things are collected.") var days: [Weekday] = [.tuesday, .friday]
    @Setting("How many homes are served on a day.", in: 1...100) var homesPerDay = 6

    /// The defaults.
    public init() {}

    /// Checks what a single setting cannot.
    public func check() throws(Mismatch) {
        if days.isEmpty { throw $days.wrong("must have at least one weekday") }
    }
}

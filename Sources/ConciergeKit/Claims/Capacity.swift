/// How many units of something can be booked at once, as a provider declares it for ``ServiceProvider/capacities``.
public struct Capacity: Sendable, Hashable {
    /// The key that rules name in ``DraftOf/claim(_:of:units:otherwise:)``.
    public let key: String
    /// How many units there are; 0 for none at the moment.
    public let units: Int

    /// Declares that there are so many units of what this key stands for. A negative number is a mistake, which is found at
    /// start.
    public init(_ key: String, units: Int) {
        self.key = key
        self.units = units
    }
}

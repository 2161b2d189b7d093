public import ConciergeKit

/// The provider's section of the configuration.
public struct ParcelSettings: Settings {
    @Setting(
        "How long a parcel is kept. After its last day it is on the list of parcels to be returned; nothing is returned by itself.",
        in: .days(1)...)
    var holding: Duration = .days(14)
    @Setting("How long parcels of a carrier are kept, by its name.", example: ["Chronopost": .days(8)])
    var holdingByCarrier: [String: Duration] = [:]
    @Setting(
        "How long parcels of a kind are kept, whoever brings them.", example: [.perishable: .days(2)])
    var holdingByKind: [ParcelKind: Duration] = [.perishable: .days(2)]
    @Setting(
        "How long at least a parcel is kept after the last day on which its resident is away.", in: .days(1)...)
    var afterAbsence: Duration = .days(5)
    @Setting(
        "How long after its arrival the resident is reminded, and again each time as long after that, on opening days.",
        in: .seconds(1)...)
    var remindEvery: Duration = .days(3)
    @Setting(
        "How often staff are reminded of parcels that are to be returned, in transfer or lost.", in: .hours(1)...)
    var followUpEvery: Duration = .days(3)
    @Setting("How long an announced parcel is expected.", in: .days(1)...) var expectFor: Duration = .days(15)
    @Setting(
        "How many parcels a shelf has room for, by its name. A shelf that is not named here has no limit.",
        example: ["A3": 12])
    var shelves: [String: Int] = [:]
    @Setting("When the shelves are audited.")
    var auditAt = TimeOfDay(minutes: 7 * 60)

    /// The defaults: a parcel is kept for 14 days, as at a post office.
    public init() {}

    /// Checks the values of the tables by carrier, kind and shelf.
    public func check() throws(Mismatch) {
        for (carrier, holding) in holdingByCarrier.sorted(by: { $0.key < $1.key }) where holding < .days(1) {
            throw $holdingByCarrier.wrong("must be at least 1 day", at: .key(carrier))
        }
        for (kind, holding) in holdingByKind.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where holding < .days(1)
        {
            throw $holdingByKind.wrong("must be at least 1 day", at: .key(kind.rawValue))
        }
        var names: [String: String] = [:]
        for (shelf, room) in shelves.sorted(by: { $0.key < $1.key }) {
            guard room > 0 else { throw $shelves.wrong("must be at least 1", at: .key(shelf)) }
            let other = names.updateValue(shelf, forKey: Shelf.key(shelf))
            if let other { throw $shelves.wrong("is the same shelf as \"\(other)\"", at: .key(shelf)) }
        }
    }
}

extension ParcelSettings {
    /// How long a parcel is kept: by its kind, else by its carrier, else as any other one.
    func holding(of parcel: Reception.Record) -> Duration {
        if let holding = holdingByKind[parcel.kind] { return holding }
        let carrier = parcel.carrier.map(Carrier.key)
        return holdingByCarrier.first { Carrier.key($0.key) == carrier }?.value ?? holding
    }
}

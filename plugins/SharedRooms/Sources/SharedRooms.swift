public import ConciergeKit

/// Common rooms and laundry machines, booked by time, lent with their keys and given back.
public struct SharedRooms: ServiceProvider {
    /// The id, name and limits of the provider.
    public static let manifest = ProviderManifest(
        id: "rooms",
        version: "0.1.0",
        name: Text(fr: "Salles communes", en: "Shared rooms"),
        summary: Text(
            fr: "Salles communes et buanderie : réservation, clé, caution, liste d'attente.",
            en: "Common rooms and the laundry: booking, key, deposit, waiting list."),
        grade: .platinum)

    let settings: RoomsSettings
    private let zone: Zone

    /// Creates the provider with these settings.
    public init(_ configuration: RoomsSettings, in context: ProviderContext) async throws(ProviderError) {
        (settings, zone) = (configuration, context.zone)
    }

    /// The booking.
    public var services: [any Service] { [Booking(settings: settings, zone: zone)] }

    /// How many rooms or machines there are of each kind.
    public var capacities: [Capacity] { settings.rooms.map { Capacity($0, units: $1.units) } }

    /// The cleaning round and the monthly report.
    public var tasks: [TaskDefinition] { [.init(Self.cleaning, planCleaning), .init(Self.usage, reportUsage)] }

    /// Both by their calendars.
    public var schedules: [Schedule] {
        [Schedule(Self.cleaning, .calendar(settings.cleaning)), Schedule(Self.usage, .calendar(settings.report))]
    }
}

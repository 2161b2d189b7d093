public import ConciergeKit

/// A provider of what is claimed: a room that is booked by ranges of time, and a key with a line. It is apart from
/// ``BenchProvider``, so that the calls that claim nothing are measured without it.
public struct BookingProvider: ServiceProvider {
    /// The manifest.
    public static let manifest = ProviderManifest(
        id: "booking", version: "1.0.0",
        name: Text(fr: "Mesures des réservations", en: "Benchmark of bookings"),
        summary: Text(fr: "Ce qui se réserve et s'attend.", en: "What is booked and waited for."))

    /// A provider.
    public init(_ configuration: NoSettings, in context: ProviderContext) async throws(ProviderError) {}

    /// The id of the service that books the room.
    public static let rooms = RoomBooking.id
    /// The id of the service that lends the key.
    public static let keys = KeyLoan.id
    /// Both services.
    public var services: [any Service] { [RoomBooking(), KeyLoan()] }
}

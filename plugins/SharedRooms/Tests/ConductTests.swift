import ConciergeKit
import ConciergeTesting
import Testing

@testable import SharedRooms

@Suite("Conduct")
struct ConductTests {
    @Test("The provider holds the grade that its manifest names")
    func conduct() async throws {
        let paris = try #require(Zone("Europe/Paris"))
        let hours = Weekday.allCases.map { #""\#($0)": ["08:00-20:00"]"# }.joined(separator: ", ")
        let settings = try RoomsSettings(
            json:
                #"{"rooms": {"laundry": {"name": "Buanderie", "units": 1, "hours": {\#(hours)}}}, "quota_per_week": 50}"#
        )
        try await checkConduct(
            of: SharedRooms.self, settings: settings, seeds: 1...4, steps: 300,
            inputs: { now in
                let day = "\(paris.local(now + .days(1)).date)"
                let booking: [String: Scalar] = ["room": "laundry", "day": .string(day), "hours": "10:00-12:00"]
                return [
                    "rooms.booking": [
                        booking, booking.merging(["wait": true]) { $1 }, booking.merging(["wait": true]) { $1 },
                    ],
                    "rooms.booking hand-out": [["key": "K-1"], ["key": "K-2"], ["key": "K-3"]],
                    "rooms.booking give-back": [[:]],
                ]
            },
            exclusive: [
                Exclusive(Booking.self) { $0.key },
                Exclusive(Booking.self) { booking in booking.unit.map { "\(booking.room) \($0) \(booking.time)" } },
            ], zone: paris, at: try #require(Instant("2026-11-23T08:00:00Z")))
    }
}

import ConciergeKit
import ConciergeTesting
import Foundation

@testable import HealthAppointments

let paris = Zone("Europe/Paris")!

/// A Monday, at 08:00 in UTC and 09:00 in Paris.
let monday = Instant("2026-11-23T08:00:00Z")!

/// Dr Martin receives on Mondays and Tuesdays, the midwife on Mondays.
let house = """
    {"practitioners": {
        "dr-martin": {
            "name": "Dr Martin", "role": "GP", "slot": "20min",
            "hours": {"monday": ["09:00-10:00", "14:00-15:00"], "tuesday": ["09:00-10:00"]}},
        "sage-femme": {"name": "Mme Petit", "slot": "30min", "hours": {"monday": ["14:00-16:00"]}}}}
    """

/// The configuration of the house with more keys.
func house(with keys: String) -> String {
    String(house.dropLast(1)) + ", " + keys + "}"
}

/// A lodge in Paris that serves health appointments only.
func lodge(_ configuration: String = house) async throws -> Lodge {
    try await Lodge(
        HealthAppointments.self, configuration: try HealthSettings(json: configuration), at: monday, zone: paris)
}

/// A timetable with hours on one weekday.
func timetable(_ weekday: Weekday, _ hours: String..., slot: Int = 20) -> Timetable {
    Timetable(slot: slot, week: [weekday: hours.compactMap { Hours($0) }])
}

extension Lodge {
    func book(
        _ start: String, with practitioner: String = "dr-martin", transport: Bool? = nil
    ) async throws -> LodgeRequest {
        var input: [String: Scalar] = ["practitioner": .string(practitioner), "start": .string(start)]
        if let transport { input["transport"] = .bool(transport) }
        return try await open("health.appointment", resident: "apt-12", input)
    }

    /// The text with which a booking is refused; nil if it is not refused.
    func refusal(of start: String, with practitioner: String = "dr-martin") async throws -> Text? {
        do {
            _ = try await book(start, with: practitioner)
            return nil
        } catch LodgeError.refused(let words) {
            return words
        }
    }
}

import ConciergeKit
import ConciergeTesting
import Foundation

@testable import HealthAppointments

let paris = Zone("Europe/Paris")!

/// A Monday, at 08:00 in UTC and 09:00 in Paris.
let monday = Instant("2026-11-23T08:00:00Z")!

/// Dr Martin receives on Mondays and Tuesdays, the midwife on Mondays.
let house = """
    {"place": "3 rue des Lilas", "phone": "01 23 45 67 89", "practitioners": {
        "dr-martin": {
            "name": "Dr Martin", "kind": "généraliste", "room": "cabinet 2", "slot": "20min",
            "hours": {"monday": ["09:00-10:00", "14:00-15:00"], "tuesday": ["09:00-10:00"]}},
        "sage-femme": {
            "name": "Mme Petit", "kind": "sage-femme", "slot": "30min", "hours": {"monday": ["14:00-16:00"]}}}}
    """

/// The residents of the house, with their own ids.
let residents = """
    id;name;dwelling;residence
    apt-12;Awa Sow;B 204;Les Tilleuls
    apt-13;Jean Roux;B 205;Les Tilleuls
    apt-14;Léa Blanc;B 206;Les Tilleuls
    """

/// The configuration of the house with more keys.
func house(with keys: String) -> String {
    String(house.dropLast(1)) + ", " + keys + "}"
}

/// A lodge in Paris that serves health appointments only.
func lodge(_ configuration: String = house, at start: Instant = monday) async throws -> Lodge {
    let lodge = try await Lodge(
        HealthAppointments.self, configuration: try HealthSettings(json: configuration), at: start, zone: paris)
    try lodge.fillDirectory(residents: residents)
    return lodge
}

/// A timetable with hours on one weekday.
func timetable(_ weekday: Weekday, _ hours: String..., slot: Int = 20) -> Timetable {
    Timetable(slot: slot, week: [weekday: hours.compactMap { Hours($0) }])
}

func at(_ text: String) throws -> Instant {
    guard let instant = Instant(text) else { throw NotAnInstant(text: text) }
    return instant
}

func decoded<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
}

struct NotAnInstant: Error {
    let text: String
}

extension Lodge {
    /// Takes a slot for a resident, by one of the openings `book` and `hold`.
    func book(
        _ start: String, with practitioner: String? = "dr-martin", for resident: String = "apt-12", kind: String? = nil,
        transport: Bool? = nil, overlap: Bool? = nil, by opening: String = "book"
    ) async throws -> LodgeRequest {
        var input: [String: Scalar] = ["start": .string(start)]
        if let practitioner { input["practitioner"] = .string(practitioner) }
        if let kind { input["kind"] = .string(kind) }
        if let transport { input["transport"] = .bool(transport) }
        if let overlap { input["overlap"] = .bool(overlap) }
        return try await open("health.appointment", by: opening, resident: resident, input)
    }

    /// Puts a resident on the waiting list.
    func wait(
        for resident: String, with practitioner: String = "dr-martin", from: String, until: String? = nil
    ) async throws -> LodgeRequest {
        try await open(
            "health.appointment", by: "wait", resident: resident,
            ["practitioner": .string(practitioner), "from": .string(from), "until": .string(until ?? from)])
    }

    /// The text with which a booking is refused; nil if it is not refused.
    func refusal(
        of start: String, with practitioner: String? = "dr-martin", for resident: String = "apt-13", kind: String? = nil
    ) async throws -> Text? {
        try await refusal { _ = try await book(start, with: practitioner, for: resident, kind: kind) }
    }

    /// The text with which a call is refused; nil if it is not refused.
    func refusal(of body: () async throws -> Void) async throws -> Text? {
        do {
            try await body()
            return nil
        } catch LodgeError.refused(let words) {
            return words
        }
    }

    /// The file that a task has written; nil if there is none.
    func file(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(stateDirectory)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
}

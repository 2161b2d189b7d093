import ConciergeKit
import ConciergeTesting
import Foundation

@testable import Repairs

/// A Monday, at 08:00 in UTC and 09:00 in Paris.
let monday = Instant("2026-11-23T08:00:00Z")!

/// A lodge that serves repairs only, configured by this JSON.
func lodge(_ configuration: String = "{}") async throws -> Lodge {
    try await Lodge(
        Repairs.self, configuration: try RepairSettings(json: configuration), at: monday,
        zone: Zone("Europe/Paris")!)
}

extension Lodge {
    /// Opens a repair.
    func report(_ category: Scalar = "plumbing") async throws -> LodgeRequest {
        try await open(
            "repairs.repair", resident: "apt-12",
            ["category": category, "location": "Building B, kitchen", "description": "The tap drips"])
    }

    /// Opens and triages a repair.
    func triaged(_ category: Scalar = "plumbing", urgency: Scalar = "U2") async throws -> LodgeRequest {
        try await act(report(category).id, "triage", ["urgency": urgency])
    }

    /// Opens and triages a repair and assigns it to a contractor.
    func assigned(_ category: Scalar = "plumbing", urgency: Scalar = "U2") async throws -> LodgeRequest {
        try await act(triaged(category, urgency: urgency).id, "assign", ["contractor": "plomberie-martin"])
    }

    /// Assigns a repair, and plans a visit that begins in an hour; advances to its beginning.
    func visited(_ id: String) async throws {
        try await act(id, "plan-visit", ["start": .string((now + .hours(1)).description)])
        try await advance(by: .hours(1))
    }

    /// The last notice of a name, in French.
    func said(_ id: String, _ name: String) -> String? {
        history(id).last { $0.event == "notice:\(name)" }?.note?.fr
    }

    /// The repair that was opened on the last signal of a request.
    func openedOnSignal(_ id: String) -> LodgeRequest? {
        let note = history(id).last { $0.event.hasPrefix("signal:") }?.note?.en ?? ""
        return note.split { " .,:".contains($0) }.compactMap { self.request(String($0)) }.first { $0.id != id }
    }

    /// The names of a request's notices, in order.
    func noticeNames(_ id: String) -> [String] {
        history(id).map(\.event).filter { $0.hasPrefix("notice:") }.map { String($0.dropFirst(7)) }
    }

    var outbox: String { stateDirectory + "/outbox" }

    func outboxFiles() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: outbox)) ?? []).sorted()
    }

    /// A work order in the outbox.
    func order(_ name: String) throws -> [String: String] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(outbox)/\(name)"))
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        return object.mapValues { "\($0)" }
    }
}

/// Contractors: two plumbers, an electrician on call, and one who works elsewhere.
let contractors = """
    "contractors": {
      "plomberie-martin": {"name": "Plomberie Martin", "trades": ["plumbing", "leak"], "capacity": 1, "rank": 1,
        "phone": "01 00 00 00 01", "hours": {"monday": ["08:00-18:00"], "tuesday": ["08:00-18:00"]}},
      "durand": {"name": "Durand SARL", "trades": ["plumbing", "leak", "heating"], "rank": 2},
      "elec-plus": {"trades": ["electricity", "leak"], "on_call": true, "hours": {"monday": ["08:00-17:00"]}},
      "sud": {"territories": ["Sud"], "rank": 3}
    }
    """

/// A directory with two residences, one of them in the south.
func fill(_ lodge: Lodge) throws {
    try lodge.fillDirectory(
        residents: "id;name;dwelling\nR-1;Zoé Martin;A 1\n",
        residences:
            "id;name;address;territory;zone;common_parts;phone\nT-1;Les Tilleuls;3 rue des Lilas;Nord;Europe/Paris;hall;01 11 11 11 11\n"
            + "S-1;Les Pins;1 rue du Sud;Sud;Europe/Paris;hall;\n")
}

extension LodgeError {
    /// The English text of a refusal; nil for any other error.
    var refusal: String? {
        if case .refused(let words) = self { words.en } else { nil }
    }
}

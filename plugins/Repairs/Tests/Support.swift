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

extension LodgeError {
    /// The English text of a refusal; nil for any other error.
    var refusal: String? {
        if case .refused(let words) = self { words.en } else { nil }
    }
}

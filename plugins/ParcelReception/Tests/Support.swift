import ConciergeKit
import ConciergeTesting
import Testing

@testable import ParcelReception

/// Monday, 9:00 in Paris.
let monday = Instant("2026-11-23T08:00:00Z")!

/// A lodge in Paris with the reception of parcels, open on weekdays.
func lodge(_ configuration: String = "{}", at start: Instant = monday) async throws -> Lodge {
    try await Lodge(
        ParcelReception.self, configuration: try ParcelSettings(json: configuration), at: start,
        zone: try #require(Zone("Europe/Paris")))
}

extension Lodge {
    /// Takes a parcel in, for Zoé if nobody else is named.
    @discardableResult
    func takeIn(
        _ number: String? = "6A12345678901", for resident: String = "zoe", _ more: [String: Scalar] = [:]
    ) async throws -> LodgeRequest {
        var input = more
        if let number { input["tracking"] = .string(number) }
        return try await open("parcel.reception", resident: resident, input)
    }

    /// The residents Zoé, who is fragile, and Luc.
    func fillResidents() throws {
        try fillDirectory(
            residents: """
                id;name;dwelling;residence;publics
                zoe;Zoé Martin;B 204;Les Tilleuls;fragile
                luc;Luc Roux;A 1;Les Tilleuls;

                """,
            residences: "id;name;zone;phone\nT-1;Les Tilleuls;Europe/Paris;03 87 00 00 00\n")
    }

    /// What the resident was told last.
    func told(_ parcel: LodgeRequest) -> Text { notices(parcel.id).last ?? Text(verbatim: "") }

    /// The names of the notices and signals so far, in order.
    func said(_ parcel: LodgeRequest) -> [String] {
        history(parcel.id).map(\.event).filter { $0.hasPrefix("notice:") || $0.hasPrefix("signal:") }
    }
}

/// Expects a refusal, and returns its English words.
func refusal(
    _ location: SourceLocation = #_sourceLocation, of call: () async throws -> some Any
) async -> String {
    let error = await #expect(throws: LodgeError.self, sourceLocation: location) { _ = try await call() }
    guard case .refused(let words) = error else {
        Issue.record("not a refusal: \(String(describing: error))", sourceLocation: location)
        return ""
    }
    return words.en
}

import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import HealthAppointments

@Suite("The export in FHIR R4")
struct ExportTests {
    private func resources(_ lodge: Lodge) async throws -> [[String: Any]] {
        try await lodge.trigger("health.fhir")
        let text = try #require(lodge.file("fhir/appointments.json"))
        let bundle = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(bundle["resourceType"] as? String == "Bundle")
        let entries = try #require(bundle["entry"] as? [[String: Any]])
        return entries.compactMap { $0["resource"] as? [String: Any] }
    }

    private func appointment(_ id: String, _ resources: [[String: Any]]) throws -> [String: Any] {
        try #require(resources.first { $0["id"] as? String == id })
    }

    private func slots(_ status: String, _ resources: [[String: Any]]) -> Int {
        resources.count { $0["resourceType"] as? String == "Slot" && $0["status"] as? String == status }
    }

    @Test("Each state has the status of FHIR, with start and end, and a reason only where it was cancelled")
    func statuses() async throws {
        let lodge = try await everyState(of: lodge())
        let resources = try await resources(lodge.lodge)
        for (id, status) in lodge.statuses {
            let appointment = try appointment(id, resources)
            #expect(appointment["status"] as? String == status)
            #expect((appointment["start"] == nil) == (appointment["end"] == nil))
            #expect(appointment["start"] != nil || ["cancelled", "waitlist"].contains(status))
            #expect((appointment["cancelationReason"] != nil) == (status == "cancelled"))
            let participants = appointment["participant"] as? [[String: Any]]
            #expect(participants?.isEmpty == false)
            #expect(participants?.allSatisfy { $0["type"] != nil || $0["actor"] != nil } == true)
        }
    }

    @Test("Slots are busy, held, unavailable or free, and no resident is named")
    func slots() async throws {
        let lodge = try await lodge(house(with: #""horizon": "7 days""#))
        _ = try await lodge.book("2026-11-23T13:00:00Z")
        _ = try await lodge.book("2026-11-23T13:20:00Z", for: "apt-13", by: "hold")
        try await lodge.trigger("health.practitioner-away", ["practitioner": "petit", "from": "2026-11-23"])
        let resources = try await resources(lodge)
        #expect(slots("busy", resources) == 1)
        #expect(slots("busy-tentative", resources) == 1)
        #expect(slots("busy-unavailable", resources) == 4)
        // Two slots are left of Monday morning, one of the afternoon, three on Tuesday, one at the last moment.
        #expect(slots("free", resources) == 7)
        #expect(lodge.file("fhir/appointments.json")?.contains("apt-1") == false)
    }
}

/// A lodge with an appointment in every state, and the status of FHIR by its id.
func everyState(of lodge: Lodge) async throws -> (lodge: Lodge, statuses: [String: String]) {
    var statuses: [String: String] = [:]
    let cancelled = try await lodge.book("2026-11-30T08:00:00Z", for: "apt-12").id
    try await lodge.act(cancelled, "cancel", ["by": "practice"])
    statuses[cancelled] = "cancelled"
    let forgotten = try await lodge.book("2026-11-23T08:20:00Z", for: "apt-13").id
    statuses[forgotten] = "booked"
    let fulfilled = try await lodge.book("2026-11-23T08:40:00Z", for: "apt-14").id
    let missed = try await lodge.book("2026-11-23T13:00:00Z", for: "apt-12").id
    for start in ["08:00", "08:20", "08:40"] {
        let id = try await lodge.book("2026-12-01T\(start):00Z", for: "apt-13").id
        statuses[id] = "booked"
    }
    let waiting = try await lodge.wait(for: "apt-14", from: "2026-12-01").id
    statuses[waiting] = "waitlist"
    try await lodge.advance(to: try at("2026-11-23T13:05:00Z"))
    try await lodge.act(fulfilled, "check-in")
    try await lodge.act(fulfilled, "fulfil")
    statuses[fulfilled] = "fulfilled"
    try await lodge.act(missed, "no-show")
    statuses[missed] = "noshow"
    let arrived = try await lodge.book("2026-11-24T08:00:00Z", for: "apt-12").id
    try await lodge.advance(to: try at("2026-11-24T07:55:00Z"))
    try await lodge.act(arrived, "check-in")
    statuses[arrived] = "arrived"
    let held = try await lodge.book("2026-11-24T08:20:00Z", for: "apt-14", by: "hold").id
    statuses[held] = "pending"
    return (lodge, statuses)
}

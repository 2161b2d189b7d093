import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import Repairs

@Suite("Planned maintenance")
struct MaintenanceTests {
    private static let settings = #"""
        {"equipment": {"lift-a": {"what": "Ascenseur A", "residence": "Les Tilleuls", "contractor": "ascenseurs-durand",
          "last_visit": "2026-11-16"}}}
        """#

    /// The maintenance that is under way.
    private func planned(_ lodge: Lodge) async throws -> LodgeRequest {
        let run = try await lodge.trigger("repairs.plan-maintenance")
        #expect(run.outcome?.fr == "Entretien prévu\u{A0}: Ascenseur A.")
        return try opened(by: run, lodge)
    }

    /// The maintenance that a run has opened.
    private func opened(by run: LodgeRun, _ lodge: Lodge) throws -> LodgeRequest {
        let planned = try JSONDecoder().decode(PlannedMaintenance.self, from: Data(try #require(run.data).utf8))
        return try #require(planned.opened.first.flatMap { lodge.request($0) })
    }

    @Test("The maintenance of each piece of equipment is opened once, and due before its interval ends")
    func opened() async throws {
        let lodge = try await lodge(Self.settings)
        let maintenance = try await planned(lodge)
        #expect(maintenance.state == "planned")
        // Six weeks after 16 November.
        #expect(maintenance["due_on"] == "2026-12-28")
        #expect(try await lodge.trigger("repairs.plan-maintenance").outcome?.en == "No maintenance has to be planned.")
        await #expect(throws: LodgeError.self) {
            try await lodge.open("repairs.maintenance", ["equipment": "lift-a"])
        }
    }

    @Test("The contractor and staff are told before the interval ends, and again once it has")
    func asked() async throws {
        let lodge = try await lodge(Self.settings)
        let id = try await planned(lodge).id
        try await lodge.advance(to: Instant("2026-12-21T09:00:00Z")!)
        #expect(lodge.request(id)?.state == "due")
        #expect(lodge.noticeNames(id) == ["visit-asked", "maintenance-due"])
        #expect(
            lodge.said(id, "visit-asked")?.contains(
                "Ascenseur A (Les Tilleuls) à faire au plus tard le lundi 28 décembre") == true)
        try await lodge.advance(to: Instant("2026-12-29T09:00:00Z")!)
        #expect(lodge.noticeNames(id).suffix(2) == ["visit-overdue", "maintenance-overdue"])
    }

    @Test("A visit is recorded with its evidence, and the next is due an interval after it")
    func recorded() async throws {
        let lodge = try await lodge(Self.settings)
        let id = try await planned(lodge).id
        let evidence: [String: Scalar] = ["by": "M. Petit", "report": "R-118"]
        for day: Scalar in ["2026-11-24", "2026-11-15"] {
            await #expect(throws: LodgeError.self) {
                try await lodge.act(id, "record-visit", evidence.merging(["on": day]) { $1 })
            }
        }
        let done = try await lodge.act(id, "record-visit", evidence.merging(["on": "2026-11-23"]) { $1 })
        #expect(done.state == "done")
        #expect(done["report"] == "R-118" && done["by"] == "M. Petit" && done["on"] == "2026-11-23")
        #expect(done.commitment("maintained")?.state == "kept")
        let next = try opened(by: try #require(lodge.runs(of: "repairs.plan-maintenance").last), lodge)
        #expect(next.id != id)
        #expect(next["due_on"] == "2027-01-04")
        #expect(next["last"] == "2026-11-23")
    }

    @Test("Maintenance that was stopped is not planned again by itself")
    func stopped() async throws {
        let lodge = try await lodge(Self.settings)
        let id = try await planned(lodge).id
        try await lodge.act(id, "stop", ["reason": "Déposé"])
        #expect(try await lodge.trigger("repairs.plan-maintenance").outcome?.en == "No maintenance has to be planned.")
        #expect(try await lodge.open("repairs.maintenance", ["equipment": "lift-a"]).state == "planned")
    }

    @Test("Defects are told to staff; where the place is known, a repair is opened for them")
    func defects() async throws {
        let lodge = try await lodge(Self.settings)
        try fill(lodge)
        let id = try await planned(lodge).id
        try await lodge.correct(id, about: "Les Tilleuls, hall")
        try await lodge.act(
            id, "record-visit", ["on": "2026-11-23", "by": "M. Petit", "report": "R-118", "defects": "Porte lente"])
        try await lodge.advance(by: .seconds(1))
        let repair = try #require(lodge.openedOnSignal(id))
        #expect(repair.about == "T-1, hall")
        #expect(
            repair["category"] == "lift" && repair["description"] == "Porte lente" && repair["follows"] == .string(id))
    }

    @Test("Equipment that is not configured is refused with the nearest name")
    func unknown() async throws {
        let lodge = try await lodge(Self.settings)
        let error = await #expect(throws: LodgeError.self) {
            try await lodge.open("repairs.maintenance", ["equipment": "lift-b"])
        }
        #expect(error?.refusal?.contains("did you mean \"lift-a\"?") == true)
    }
}

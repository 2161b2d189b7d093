import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("Conduct")
struct ConductTests {
    /// Short terms and one visit, so that the walks come to each line.
    static let settings: RepairSettings = {
        let written = #"""
            {"no_access_limit": 1, "visit_reminder": "1h", "triage_reminder": "30 days", "contest": "1h",
             "damp": {"investigated": "3 hours", "summary": "3 hours", "made_safe": "3 hours", "warning": "1h"},
             "phone": "01 23 45 67 89",
             "equipment": {"lift-tilleuls": {"what": "Ascenseur A", "residence": "Les Tilleuls"}},
             \#(contractors)}
            """#
        return (try? RepairSettings(json: written)) ?? RepairSettings()
    }()

    static func inputs(_ now: Instant) -> [String: [[String: Scalar]]] {
        let (visit, later) = ("\(now)", "\(now + .hours(3))")
        let report: [String: Scalar] = ["location": "Cuisine", "description": "En panne"]
        return [
            "repairs.repair": ["damp", "damp", "damp", "damp", "damp", "locks"].map {
                report.merging(["category": .string($0)]) { $1 }
            },
            "repairs.follow-on": ["damp", "locks"].map {
                report.merging(["category": .string($0), "repair": "K7M3P-9QX2D"]) { $1 }
            },
            "repairs.repair triage": [["urgency": "U3"]],
            "repairs.repair reprioritise": ["U2", "U3"].map { ["urgency": $0, "reason": "Changed"] },
            "repairs.repair assign": [
                ("durand", visit), ("plomberie-martin", visit), ("elec-plus", visit), ("durand", later),
            ].map {
                ["contractor": .string($0), "start": .string($1), "outside_hours": true]
            },
            "repairs.repair plan-visit": [visit, visit, later].map {
                ["start": .string($0), "outside_hours": true]
            },
            "repairs.repair duplicate": [[:]],
            "repairs.repair wait-for-parts": [[:]],
            "repairs.repair complete": [["work_done": "A"]],
            "repairs.repair cancel": [["reason": "withdrawn"]],
            "repairs.repair complete-in-part": [["work_done": "A", "remains": "B"]],
            "repairs.maintenance": [["equipment": "lift-tilleuls"]],
            "repairs.maintenance record-visit": [
                ["on": .string("\(Zone.utc.local(now).date)"), "by": "M. Petit", "report": "R-1"]
            ],
        ]
    }

    @Test("The provider holds the grade that its manifest names")
    func conduct() async throws {
        try await checkConduct(
            of: Repairs.self, settings: Self.settings, seeds: 1...5, steps: 800, inputs: Self.inputs,
            exclusive: [
                Exclusive(Repair.self) { repair in
                    guard let visit = repair.visit, let contractor = repair.contractor else { return nil }
                    return "\(contractor) \(visit)"
                }
            ])
    }
}

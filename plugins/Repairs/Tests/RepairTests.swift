import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("The lifecycle of a repair")
struct RepairTests {
    @Test(
        "A repair goes from the report to the resident's confirmation, and is closed once it can be contested no more")
    func wholeWay() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned().id
        try await lodge.act(id, "complete", ["work_done": "Washer replaced"])
        #expect(lodge.request(id)?.isOpen == true)
        let repair = try await lodge.act(id, "confirm")
        #expect(repair.state == "confirmed")
        try await lodge.advance(by: .days(14))
        #expect(lodge.request(id)?.state == "closed")
        #expect(lodge.request(id)?.isOpen == false)
        #expect(
            lodge.history(id).map(\.event).filter { !$0.hasPrefix("notice:") } == [
                "open", "triage", "assign", "run:repairs.dispatch", "complete", "confirm", "timer:contest-over",
            ])
    }

    @Test("A lift is repaired for nobody in particular, in the time that its residence promises")
    func aboutPlace() async throws {
        let lodge = try await lodge(#"{"urgencies": {"U3": {"due": "1 working day"}}}"#)
        try lodge.fillDirectory(
            residents: "id;name;dwelling\nR-1;Zoé;A 1\n",
            residences: "id;name;zone;common_parts\nT-1;Les Tilleuls;Indian/Reunion;hall\n")
        let report: [String: Scalar] = ["category": "lift", "location": "Hall", "description": "Stuck"]
        let refused = await #expect(throws: LodgeError.self) { try await lodge.open("repairs.repair", report) }
        #expect("\(String(describing: refused))".contains("--about"))
        let repair = try await lodge.open("repairs.repair", about: "les tilleuls, hall", report)
        #expect(repair.about == "T-1, hall" && repair.resident == nil)
        let triaged = try await lodge.act(repair.id, "triage", ["urgency": "U3"])
        // Half past five in Réunion, on the next working day.
        #expect(triaged.commitment("repaired")?.due == Instant("2026-11-24T13:30:00Z"))
        try await lodge.follow(repair.id, resident: "R-1")
        #expect(lodge.request(repair.id)?.followers == ["R-1"])
        #expect(try await lodge.correct(repair.id, about: "Les Tilleuls").about == "T-1")
        #expect(try await lodge.unfollow(repair.id, resident: "R-1").followers == [])
    }

    @Test("The state determines the actions of staff")
    func actions() async throws {
        let lodge = try await lodge()
        let reported = try await lodge.report()
        #expect(Set(reported.actions) == ["triage", "cancel", "duplicate", "note-duplicate"])
        let triaged = try await lodge.act(reported.id, "triage", ["urgency": "U3"])
        #expect(
            Set(triaged.actions).isSuperset(of: ["assign", "complete", "wait-for-parts", "cancel", "reprioritise"]))
        let assigned = try await lodge.act(reported.id, "assign", ["contractor": "a"])
        #expect(Set(assigned.actions).isSuperset(of: ["plan-visit", "no-access", "decline", "unassign", "complete"]))
        let completed = try await lodge.act(reported.id, "complete")
        #expect(Set(completed.actions) == ["confirm", "reopen", "order-follow-on"])
    }

    @Test(
        "A category is typed in French or English, by its own word or by another that people use",
        arguments: [
            ("fuite", "leak"), ("Fuite d'eau", "leak"), ("serrures", "locks"), ("ascenseur", "lift"),
            ("Robinet", "plumbing"), ("moisissures", "damp"), ("eau chaude", "heating"), ("rats", "pests"),
            ("heating", "heating"), ("interphone", "doors"),
        ])
    func categories(typed: String, category: String) async throws {
        let lodge = try await lodge()
        #expect(try await lodge.report(.string(typed))["category"] == .string(category))
    }

    @Test("No word stands for two categories")
    func unambiguous() {
        var seen: [String: Category] = [:]
        for category in Category.allCases {
            for word in Set(
                ([category.rawValue, category.words.fr, category.words.en] + category.otherWords).map(Folding.text))
            {
                #expect(seen.updateValue(category, forKey: word) == nil, "\(word)")
            }
        }
    }

    @Test("An unknown category is refused with the name of its field")
    func badCategory() async throws {
        let lodge = try await lodge()
        let error = await #expect(throws: LodgeError.self) { try await lodge.report("roofing") }
        guard case .invalid("category", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("An urgency is typed as U1, u1, or by its words")
    func urgencies() async throws {
        let lodge = try await lodge()
        for typed: Scalar in ["U1", "u1", "U1 : danger immédiat (4 h)"] {
            #expect(try await lodge.triaged(urgency: typed)["urgency"] == "U1")
        }
    }

    @Test("A list shows what is broken, in its first line, and where")
    func headline() {
        let repair = Repair(settings: RepairSettings())
        let record = Repair.Record(category: .plumbing, location: "Cuisine", description: "Le robinet goutte\nEncore")
        #expect(repair.headline(record).fr == "Le robinet goutte · Cuisine")
    }

    @Test("Staff are asked for the triage of a report until it is triaged")
    func untriaged() async throws {
        let lodge = try await lodge()
        let id = try await lodge.report().id
        try await lodge.advance(by: .days(2))
        #expect(lodge.noticeNames(id) == ["untriaged", "untriaged"])
        try await lodge.act(id, "triage", ["urgency": "U3"])
        #expect(lodge.request(id)?.timers["untriaged"] == nil)
    }

    @Test("A correction of the category makes the deadline earlier where its own is, and never later")
    func corrected() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged("locks", urgency: "U3").id
        let before = try #require(lodge.request(id)?.commitment("repaired")?.due)
        let heating = try await lodge.correct(id, ["category": "heating"])
        #expect(heating.commitment("repaired")?.due == Instant("2026-11-24T16:30:00Z"))
        let back = try await lodge.correct(id, ["category": "locks"])
        #expect(try #require(back.commitment("repaired")?.due) <= before)
    }
}

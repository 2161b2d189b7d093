import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("The lifecycle of a repair")
struct RepairTests {
    @Test("A repair goes from the report to the resident's confirmation, which closes it")
    func wholeWay() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned().id
        try await lodge.act(id, "complete", ["work_done": "Washer replaced"])
        #expect(lodge.request(id)?.isOpen == true)
        let repair = try await lodge.act(id, "confirm")
        #expect(repair.state == "confirmed")
        #expect(!repair.isOpen)
        #expect(
            lodge.history(id).map(\.event).filter { !$0.hasPrefix("notice:") } == [
                "open", "triage", "assign", "run:repairs.dispatch", "complete", "confirm",
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
        #expect(reported.actions == ["triage", "cancel"])
        let triaged = try await lodge.act(reported.id, "triage", ["urgency": "U3"])
        #expect(triaged.actions == ["assign", "complete", "wait-for-parts", "cancel"])
        let assigned = try await lodge.act(reported.id, "assign", ["contractor": "a"])
        #expect(assigned.actions == ["assign", "no-access", "complete", "wait-for-parts", "cancel"])
        let completed = try await lodge.act(reported.id, "complete")
        #expect(completed.actions == ["confirm", "reopen"])
    }

    @Test("A repair completed without a contractor is triaged again when it is reopened")
    func reopenedWithoutContractor() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged("locks").id
        try await lodge.act(id, "complete")
        let repair = try await lodge.act(id, "reopen", ["reason": "The key sticks"])
        #expect(repair.state == "triaged")
        #expect(repair["reopened"] == 1)
    }

    @Test("An unknown category is refused with the name of its field")
    func badCategory() async throws {
        let lodge = try await lodge()
        let error = await #expect(throws: LodgeError.self) { try await lodge.report("roof") }
        guard case .invalid("category", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("Cancelling needs a reason, which is recorded and sent to the resident")
    func cancel() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned().id
        await #expect(throws: LodgeError.self) { try await lodge.act(id, "cancel") }
        let repair = try await lodge.act(id, "cancel", ["reason": "Reported twice"])
        #expect(repair.state == "cancelled")
        #expect(repair.timers.isEmpty)
        #expect(repair["cancel_reason"] == "Reported twice")
        #expect(lodge.notices(id).last?.en == "Your repair is cancelled: Reported twice")
    }

    @Test("The third visit that finds nobody cancels an ordinary repair", arguments: ["plumbing", "locks", "other"])
    func noAccess(category: String) async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(.string(category)).id
        try await lodge.act(id, "no-access")
        let second = try await lodge.act(id, "no-access", ["note": "Card left"])
        #expect(second.state == "assigned")
        #expect(second["no_access"] == 2)
        let third = try await lodge.act(id, "no-access")
        #expect(third.state == "cancelled")
        #expect(third["cancel_reason"] == nil)
        #expect(lodge.notices(id).last?.fr == "Votre réparation est annulée\u{A0}: personne n’a ouvert (3 fois)")
    }

    @Test(
        "Visits that find nobody never cancel repairs of damp, leaks and safety; staff are notified at each from the third on",
        arguments: ["damp", "leak", "lift", "electricity", "heating"])
    func noAccessToSafety(category: String) async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(.string(category)).id
        for _ in 1...2 { try await lodge.act(id, "no-access") }
        #expect(!lodge.noticeNames(id).contains("no-access"))
        for visits in 3...5 {
            let repair = try await lodge.act(id, "no-access")
            #expect(repair.state == "assigned")
            #expect(repair["no_access"] == .int(visits))
        }
        #expect(lodge.noticeNames(id).filter { $0 == "no-access" }.count == 3)
        #expect(lodge.notices(id).last?.en.contains("5 visits found nobody for \(id) (\(category))") == true)
    }

    @Test("The configured limit of visits applies, and reopening resets the count")
    func noAccessLimit() async throws {
        let lodge = try await lodge(#"{"no_access_limit": 2}"#)
        let id = try await lodge.assigned().id
        try await lodge.act(id, "no-access")
        try await lodge.act(id, "complete")
        try await lodge.act(id, "reopen", ["reason": "It drips again"])
        #expect(try await lodge.act(id, "no-access").state == "assigned")
        #expect(try await lodge.act(id, "no-access").state == "cancelled")
    }
}

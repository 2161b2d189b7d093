import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import Repairs

@Suite("Work orders")
struct DispatchTests {
    @Test("Assigning writes a complete work order into the outbox, and the repair records when it was sent")
    func order() async throws {
        let lodge = try await lodge()
        let repair = try await lodge.assigned("plumbing", urgency: "U1")
        let run = try #require(lodge.runs(of: "repairs.dispatch").first)
        #expect(run.state == "succeeded")
        #expect(lodge.outboxFiles() == ["\(repair.id)-1.html", "\(repair.id)-1.json"])
        let order = try lodge.order("\(repair.id)-1.json")
        let expected = [
            "run": run.id, "repair": repair.id, "order": "1", "contractor": "plomberie-martin",
            "category": "plumbing", "location": "Building B, kitchen", "description": "The tap drips",
            "urgency": "U1", "due": "2026-11-23T12:00:00Z",
        ]
        for (key, value) in expected { #expect(order[key] == value) }
        let noted = try #require(lodge.request(repair.id))
        #expect(noted.text("order_sent_at") == monday.description)
    }

    @Test("A work order does not contain the resident")
    func noResident() async throws {
        let lodge = try await lodge()
        let repair = try await lodge.assigned()
        let file = try String(contentsOfFile: "\(lodge.outbox)/\(repair.id)-1.json", encoding: .utf8)
        #expect(!file.contains("apt-12"))
    }

    @Test("Assigning another contractor sends another order")
    func secondContractor() async throws {
        let lodge = try await lodge()
        let repair = try await lodge.assigned()
        try await lodge.advance(by: .hours(1))
        try await lodge.act(repair.id, "assign", ["contractor": "plomberie-durand"])
        #expect(lodge.outboxFiles() == ["\(repair.id)-2.html", "\(repair.id)-2.json"])
        #expect(try lodge.order("\(repair.id)-2.json")["contractor"] == "plomberie-durand")
        let noted = try #require(lodge.request(repair.id))
        #expect(noted["contractor"] == "plomberie-durand")
        #expect(noted.text("order_sent_at") == (monday + .hours(1)).description)
    }

    @Test("An order is retried until the outbox is writable")
    func retried() async throws {
        let lodge = try await lodge()
        // A file replaces the directory: nobody can write into it, not even root.
        try Data().write(to: URL(fileURLWithPath: lodge.outbox))
        let repair = try await lodge.assigned()
        let failed = try #require(lodge.runs(of: "repairs.dispatch").first)
        #expect(failed.state == "queued")
        #expect(failed.error?.contains("outbox") == true)
        #expect(lodge.request(repair.id)?.text("order_sent_at") == nil)
        try FileManager.default.removeItem(atPath: lodge.outbox)
        try await lodge.advance(by: .minutes(1))
        let run = try #require(lodge.runs(of: "repairs.dispatch").first)
        #expect(run.state == "succeeded")
        #expect(run.attempt > 1)
        #expect(try lodge.order("\(repair.id)-1.json")["run"] == run.id)
        #expect(lodge.request(repair.id)?.text("order_sent_at") != nil)
    }

    @Test("A contractor hears of its order, of one that holds no more, and of work that the resident contests")
    func partners() async throws {
        let lodge = try await lodge()
        let repair = try await lodge.assigned()
        try await lodge.act(repair.id, "assign", ["contractor": "plomberie-durand"])
        #expect(
            lodge.noticeNames(repair.id) == [
                "due", "ordered", "contractor-comes", "order-withdrawn", "ordered", "contractor-comes",
            ])
        // The same one is told again what is ordered, and not that it is withdrawn.
        try await lodge.act(repair.id, "assign", ["contractor": "plomberie-durand"])
        try await lodge.act(repair.id, "complete", ["work_done": "Washer replaced"])
        try await lodge.act(repair.id, "reopen", ["reason": "It drips again"])
        #expect(lodge.noticeNames(repair.id).suffix(4) == ["ordered", "completed", "reopened", "contested"])
        try await lodge.act(repair.id, "cancel", ["reason": "withdrawn"])
        #expect(lodge.noticeNames(repair.id).suffix(2) == ["order-withdrawn", "cancelled"])
    }

    @Test("Staff are notified of an order that finally failed, and assigning again sends another")
    func givenUp() async throws {
        let lodge = try await lodge()
        try Data().write(to: URL(fileURLWithPath: lodge.outbox))
        let repair = try await lodge.assigned(urgency: "U3")
        try await lodge.advance(by: .days(1))
        #expect(lodge.runs(of: "repairs.dispatch").map(\.state) == ["failed"])
        let noted = try #require(lodge.request(repair.id))
        #expect(noted.state == "assigned")
        #expect(noted.text("order_sent_at") == nil)
        #expect(noted.text("order_error")?.contains("outbox") == true)
        #expect(lodge.noticeNames(repair.id).filter { $0 == "order-failed" }.count == 1)
        try FileManager.default.removeItem(atPath: lodge.outbox)
        try await lodge.act(repair.id, "assign", ["contractor": "plomberie-martin"])
        let again = try #require(lodge.request(repair.id))
        #expect(again.text("order_sent_at") != nil)
        #expect(again.text("order_error") == nil)
    }

    @Test("The end of an earlier order does not change what is recorded of the current one")
    func twoUnderWay() throws {
        let repair = Repair(settings: RepairSettings())
        let moment = Moment(now: monday, request: "R", actor: "run", seed: 1)
        var draft = Repair.Draft(Repair.Record(category: .locks, location: "", description: ""), at: moment)
        repair.send(orderTo: "a", for: &draft)
        repair.send(orderTo: "b", for: &draft)
        func ended(_ order: Int, failure: String? = nil) {
            let given = Repairs.OrderInput { ($0.repair, $0.order, $0.contractor) = ("R", order, "x") }
            repair.note(
                RunOutcome(run: "run-\(order)", given: given, failure.map { .failed($0) } ?? .done(NoAnswer())),
                on: &draft)
        }
        ended(1, failure: "full")
        #expect(draft.record.orderError == nil)
        ended(1)
        #expect(draft.record.orderSentAt == nil)
        ended(2, failure: "full")
        #expect(draft.record.orderError == "full")
        // Staff retried the failed run.
        ended(2)
        #expect(draft.record.orderSentAt == monday)
        #expect(draft.record.orderError == nil)
    }

    @Test("Triggering the task by hand never writes an order again that was sent, for the same contractor or another")
    func byHand() async throws {
        let lodge = try await lodge()
        let repair = try await lodge.assigned()
        let name = "\(repair.id)-1.json"
        let sent = try lodge.order(name)
        for contractor: Scalar in ["plomberie-durand", "plomberie-martin"] {
            let run = try await lodge.trigger(
                "repairs.dispatch", ["repair": .string(repair.id), "order": 1, "contractor": contractor])
            #expect(run.state == "failed")
            #expect(run.attempt == 1)
            #expect(try lodge.order(name) == sent)
        }
        // The same holds for the previous contractor.
        try await lodge.act(repair.id, "assign", ["contractor": "plomberie-durand"])
        let second = try lodge.order("\(repair.id)-2.json")
        for order: Scalar in [1, 2] {
            let run = try await lodge.trigger(
                "repairs.dispatch",
                ["repair": .string(repair.id), "order": order, "contractor": "plomberie-martin"])
            #expect(run.state == "failed")
        }
        #expect(lodge.outboxFiles() == ["\(repair.id)-2.html", "\(repair.id)-2.json"])
        #expect(try lodge.order("\(repair.id)-2.json") == second)
    }

    @Test("A queued order is not sent if its repair was assigned to another contractor or cancelled in the meantime")
    func superseded() async throws {
        let lodge = try await lodge()
        try Data().write(to: URL(fileURLWithPath: lodge.outbox))
        let (repair, other) = (try await lodge.assigned(), try await lodge.assigned())
        try await lodge.act(repair.id, "assign", ["contractor": "plomberie-durand"])
        try await lodge.act(other.id, "cancel", ["reason": "withdrawn"])
        try FileManager.default.removeItem(atPath: lodge.outbox)
        try await lodge.advance(by: .hours(1))
        #expect(lodge.outboxFiles() == ["\(repair.id)-2.html", "\(repair.id)-2.json"])
        #expect(lodge.request(repair.id)?.text("order_sent_at") != nil)
    }

    @Test("An order of an unknown repair, or with an unknown number, fails without a retry")
    func unknownOrder() async throws {
        let lodge = try await lodge()
        let repair = try await lodge.assigned()
        for input: [String: Scalar] in [
            ["repair": "../../etc/passwd", "order": 1, "contractor": "a"],
            ["repair": .string(repair.id), "order": 2, "contractor": "a"],
            ["repair": .string(repair.id), "order": 0, "contractor": "a"],
        ] {
            let run = try await lodge.trigger("repairs.dispatch", input)
            #expect(run.state == "failed")
            #expect(run.attempt == 1)
        }
        #expect(lodge.outboxFiles() == ["\(repair.id)-1.html", "\(repair.id)-1.json"])
    }
}

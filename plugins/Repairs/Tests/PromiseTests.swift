import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("The promise of a repair")
struct PromiseTests {
    @Test(
        "The triage promises a deadline by the urgency",
        arguments: [
            ("U1", Duration.hours(4), Duration.hours(3)),
            ("U2", .hours(24), .hours(18)),
            ("U3", .days(5), .hours(90)),
        ])
    func due(urgency: String, due: Duration, warning: Duration) async throws {
        let lodge = try await lodge()
        let reported = try await lodge.report()
        try await lodge.advance(by: .hours(1))
        let repair = try await lodge.act(reported.id, "triage", ["urgency": .string(urgency)])
        #expect(repair.text("due") == (monday + .hours(1) + due).description)
        #expect(
            repair.timers == ["warning": monday + .hours(1) + warning, "deadline": monday + .hours(1) + due])
    }

    @Test("The resident is notified of the deadline in the lodge's time zone")
    func residentIsTold() async throws {
        let lodge = try await lodge()
        let repair = try await lodge.triaged(urgency: "U1")
        #expect(lodge.notices(repair.id).first?.en == "Your repair is promised by Monday 23 November, 13:00.")
        #expect(
            lodge.notices(repair.id).first?.fr
                == "Votre réparation est promise au plus tard le lundi 23 novembre à 13\u{A0}h.")
    }

    @Test("Configured times replace the defaults")
    func configured() async throws {
        let lodge = try await lodge(#"{"urgencies": {"U1": {"due": "2h", "warning": "15min"}, "U2": {"due": "8h"}}}"#)
        let first = try await lodge.triaged(urgency: "U1")
        #expect(first.timers == ["warning": monday + .minutes(105), "deadline": monday + .hours(2)])
        let second = try await lodge.triaged(urgency: "U2")
        #expect(second.timers == ["warning": monday + .hours(6), "deadline": monday + .hours(8)])
        let third = try await lodge.triaged(urgency: "U3")
        #expect(third.timers["deadline"] == monday + .days(5))
    }

    @Test("Staff are warned once before the deadline, and notified when it has passed")
    func warnedAndMissed() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged(urgency: "U1").id
        try await lodge.advance(by: .hours(3))
        #expect(lodge.noticeNames(id) == ["due", "warning"])
        #expect(lodge.request(id)?["missed_at"] == nil)
        try await lodge.advance(by: .days(2))
        #expect(lodge.noticeNames(id) == ["due", "warning", "missed"])
        let repair = try #require(lodge.request(id))
        #expect(repair.state == "triaged")
        #expect(repair.text("due") == (monday + .hours(4)).description)
        #expect(repair.text("missed_at") == (monday + .hours(4)).description)
    }

    @Test("Work completed by the deadline keeps the promise")
    func kept() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U1").id
        try await lodge.advance(by: .hours(4) - .seconds(1))
        let repair = try await lodge.act(id, "complete", ["work_done": "Washer replaced"])
        #expect(repair["kept"] == true)
        #expect(repair["work_done"] == "Washer replaced")
        #expect(repair["missed_at"] == nil)
        #expect(repair.timers.isEmpty)
        try await lodge.advance(by: .days(10))
        #expect(lodge.request(id)?["missed_at"] == nil)
    }

    @Test("Work completed after the deadline does not keep the promise")
    func late() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U1").id
        try await lodge.advance(by: .hours(5))
        let repair = try await lodge.act(id, "complete")
        #expect(repair["kept"] == false)
        #expect(repair.text("missed_at") == (monday + .hours(4)).description)
    }

    @Test("Work completed late does not keep the promise, even if the deadline's timer has not fired yet")
    func lateBeforeTheTimer() throws {
        let repair = Repair(settings: RepairSettings())
        var record = Repair.Record(category: .locks, location: "", description: "")
        record.due = monday
        let moment = Moment(now: monday + .seconds(1), request: "R", actor: "test", seed: 1)
        var draft = Repair.Draft(record, at: moment)
        repair.settlePromise(of: &draft)
        #expect(draft.record.kept == false)
        #expect(draft.record.missedAt == moment.now)
    }

    @Test("Reopening gives the repair no new deadline")
    func reopened() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U1").id
        try await lodge.advance(by: .hours(2))
        try await lodge.act(id, "complete")
        try await lodge.advance(by: .minutes(30))
        let repair = try await lodge.act(id, "reopen", ["reason": "It drips again"])
        #expect(repair.state == "assigned")
        #expect(repair["kept"] == nil)
        #expect(repair.text("due") == (monday + .hours(4)).description)
        #expect(repair.timers == ["warning": monday + .hours(3), "deadline": monday + .hours(4)])
    }

    @Test("Reopening a repair shortly before its deadline warns staff at once")
    func reopenedShortlyBefore() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U1").id
        try await lodge.act(id, "complete")
        try await lodge.advance(by: .minutes(210))
        try await lodge.act(id, "reopen", ["reason": "It drips again"])
        try await lodge.advance(by: .seconds(1))
        #expect(lodge.noticeNames(id).last == "warning")
        #expect(lodge.request(id)?.timers == ["deadline": monday + .hours(4)])
    }

    @Test("A repair reopened after its deadline is recorded as missed at once, although it was first completed in time")
    func reopenedLate() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U1").id
        try await lodge.act(id, "complete")
        try await lodge.advance(by: .hours(6))
        try await lodge.act(id, "reopen", ["reason": "It drips again"])
        try await lodge.advance(by: .seconds(1))
        #expect(lodge.request(id)?.text("missed_at") == (monday + .hours(6)).description)
        #expect(lodge.noticeNames(id).contains("warning") == false)
        let again = try await lodge.act(id, "complete")
        #expect(again["kept"] == false)
    }

    @Test(
        "Invalid settings are refused with their key",
        arguments: [
            (#"{"urgencies": {"U2": {"due": "0s"}}}"#, "urgencies.U2.due"),
            (#"{"urgencies": {"U1": {"warning": "4h"}}}"#, "urgencies.U1.warning"),
            (#"{"no_access_limit": 0}"#, "no_access_limit"),
        ])
    func badSettings(configuration: String, key: String) throws {
        let error = #expect(throws: Mismatch.self) { try RepairSettings(json: configuration) }
        #expect(error?.key == key)
    }
}

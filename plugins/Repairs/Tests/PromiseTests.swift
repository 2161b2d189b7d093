import ConciergeKit
import ConciergeTesting
import Testing

@testable import Repairs

@Suite("The promise of a repair")
struct PromiseTests {
    @Test(
        "The triage promises a deadline by the urgency, and warns before it while the lodge is open unless safety is at stake",
        arguments: [
            ("U1", "2026-11-23T13:00:00Z", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"),
            // 18 hours later it is night; the deadline is on Tuesday at 10:00.
            ("U2", "2026-11-24T09:00:00Z", "2026-11-24T07:00:00Z", "2026-11-24T09:00:00Z"),
            // Working days count from the day after; 30 hours before, it is Sunday.
            ("U3", "2026-11-30T16:30:00Z", "2026-11-30T07:00:00Z", "2026-12-01T07:00:00Z"),
        ])
    func due(urgency: String, due: String, warning: String, missed: String) async throws {
        let lodge = try await lodge()
        let reported = try await lodge.report()
        try await lodge.advance(by: .hours(1))
        let repair = try await lodge.act(reported.id, "triage", ["urgency": .string(urgency)])
        #expect(repair.commitment("repaired")?.due == Instant(due))
        #expect(
            repair.timers == [
                "approaching:repaired": Instant(warning), "missed:repaired": Instant(missed),
            ])
    }

    @Test("The resident is notified of the deadline in the lodge's time zone, and can be told how it came about")
    func residentIsTold() async throws {
        let lodge = try await lodge(#"{"phone": "01 23 45 67 89"}"#)
        let repair = try await lodge.triaged(urgency: "U3")
        #expect(
            lodge.notices(repair.id).first?.en
                == "The repair that you asked for (plumbing, Building B, kitchen) will be made by Monday 30 November, 17:30. "
                + "Any question: 01 23 45 67 89.")
        #expect(
            lodge.notices(repair.id).first?.fr
                == "La réparation que vous avez demandée (plomberie, Building B, kitchen) sera faite au plus tard le "
                + "lundi 30 novembre à 17\u{A0}h\u{A0}30. Pour toute question\u{A0}: 01 23 45 67 89.")
        let explanation = try #require(repair.commitment("repaired")?.explanation)
        #expect(explanation.last?.en.contains("30 November") == true)
    }

    @Test("Configured times replace the defaults")
    func configured() async throws {
        let lodge = try await lodge(
            #"{"urgencies": {"U1": {"due": "2h", "warning": "15min", "safety": true}, "U2": {"due": "8 heures ouvrées"}}}"#
        )
        let first = try await lodge.triaged(urgency: "U1")
        #expect(
            first.timers == ["approaching:repaired": monday + .minutes(105), "missed:repaired": monday + .hours(2)])
        // The lodge opened an hour ago, and closes at noon for an hour and a half.
        let second = try await lodge.triaged(urgency: "U2")
        #expect(second.commitment("repaired")?.due == Instant("2026-11-24T08:00:00Z"))
    }

    @Test(
        "A broken heating is promised sooner while dwellings are heated",
        arguments: [
            ("heating", "U3", "2026-11-23T08:00:00Z", "2026-11-24T16:30:00Z"),
            ("locks", "U3", "2026-11-23T08:00:00Z", "2026-11-30T16:30:00Z"),
            ("heating", "U3", "2027-04-15T08:00:00Z", "2027-04-16T15:30:00Z"),
            ("heating", "U3", "2027-04-16T08:00:00Z", "2027-04-23T15:30:00Z"),
            ("heating", "U2", "2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"),
        ])
    func heating(category: String, urgency: String, start: String, due: String) async throws {
        let lodge = try await lodge()
        try await lodge.advance(to: try #require(Instant(start)))
        let repair = try await lodge.assigned(.string(category), urgency: .string(urgency))
        #expect(repair.commitments.map(\.due) == [Instant(due), Instant(due)])
    }

    @Test("Configured seasons replace those of their category, and the explanation names them")
    func seasons() async throws {
        let lodge = try await lodge(
            #"{"urgencies": {"U2": {"due": "72 hours", "warning": "30h", "seasons": {"heating": ["1/11..30/4=1 jour ouvré", "1/5..31/10=3 jours ouvrés"]}}}}"#
        )
        let repair = try await lodge.triaged("heating", urgency: "U2")
        #expect(repair.commitment("repaired")?.due == Instant("2026-11-24T16:30:00Z"))
        let explanation = try #require(repair.commitment("repaired")?.explanation)
        #expect(explanation.contains { $0.en == "By season, from 1 November to 30 April: 1\u{A0}working day." })
        // A working day may have 24 hours and no more: the warning comes a quarter of them before.
        #expect(repair.timers["approaching:repaired"] == Instant("2026-11-24T10:30:00Z"))
    }

    @Test("Staff are warned once before the deadline, and notified when it has passed")
    func warnedAndMissed() async throws {
        let lodge = try await lodge()
        let id = try await lodge.triaged(urgency: "U1").id
        try await lodge.advance(by: .hours(3))
        #expect(lodge.noticeNames(id) == ["due", "warning"])
        #expect(lodge.request(id)?.commitment("repaired")?.state == "open")
        try await lodge.advance(by: .days(2))
        #expect(lodge.noticeNames(id) == ["due", "warning", "missed", "missed-promise", "still-missed"])
        let repair = try #require(lodge.request(id))
        #expect(repair.state == "triaged")
        #expect(repair.commitment("repaired")?.missedAt == monday + .hours(4))
    }

    @Test("Work completed by the deadline keeps the promise")
    func kept() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U1").id
        try await lodge.advance(by: .hours(4) - .seconds(1))
        let repair = try await lodge.act(id, "complete", ["work_done": "Washer replaced"])
        #expect(repair.commitment("repaired")?.state == "kept")
        #expect(repair.commitment("work-done")?.state == "kept")
        #expect(repair["work"] == ["Washer replaced"])
        #expect(Array(repair.timers.keys) == ["silence"])
        try await lodge.advance(by: .days(10))
        #expect(lodge.request(id)?.commitment("repaired")?.missedAt == nil)
    }

    @Test("Work completed after the deadline does not keep the promise")
    func late() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U1").id
        try await lodge.advance(by: .hours(5))
        let repair = try await lodge.act(id, "complete")
        #expect(repair.commitment("repaired")?.state == "missed")
        #expect(repair.commitment("repaired")?.missedAt == monday + .hours(4))
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
        #expect(repair.commitment("repaired")?.due == monday + .hours(4))
        #expect(repair.commitment("repaired")?.reopened == 1)
        // The contractor's half hour in which the work was thought done does not count.
        #expect(repair.commitment("work-done")?.due == monday + .hours(4) + .minutes(30))
        #expect(repair.timers["approaching:repaired"] == monday + .hours(3))
        #expect(repair.timers["missed:repaired"] == monday + .hours(4))
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
    }

    @Test("A repair reopened after its deadline is recorded as missed at once, although it was first completed in time")
    func reopenedLate() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U1").id
        try await lodge.act(id, "complete")
        try await lodge.advance(by: .hours(6))
        try await lodge.act(id, "reopen", ["reason": "It drips again"])
        try await lodge.advance(by: .seconds(1))
        #expect(lodge.request(id)?.commitment("repaired")?.missedAt == monday + .hours(4))
        #expect(lodge.noticeNames(id).contains("warning") == false)
        let again = try await lodge.act(id, "complete")
        #expect(again.commitment("repaired")?.state == "missed")
    }

    @Test("Waiting for parts pauses the promise for a named reason; where safety is at stake it is refused")
    func parts() async throws {
        let lodge = try await lodge()
        let id = try await lodge.assigned(urgency: "U3").id
        try await lodge.advance(by: .days(1))
        let waiting = try await lodge.act(id, "wait-for-parts")
        #expect(waiting.state == "waiting-for-parts")
        #expect(waiting.commitments.map(\.state) == ["paused", "paused"])
        #expect(waiting.timers == ["parts-reminder": monday + .days(15)])
        #expect(lodge.said(id, "parts-awaited")?.contains("Des pièces sont en commande") == true)
        try await lodge.advance(by: .days(7))
        let going = try await lodge.act(id, "parts-arrived")
        #expect(going.state == "assigned")
        // Each working day of the pause moves the deadline by one.
        #expect(going.commitment("repaired")?.due == Instant("2026-12-04T16:30:00Z"))
        #expect(going.commitment("repaired")?.explanation.contains { $0.fr.contains("pièces en commande") } == true)
        let urgent = try await lodge.assigned(urgency: "U1").id
        let error = await #expect(throws: LodgeError.self) { try await lodge.act(urgent, "wait-for-parts") }
        #expect(error?.refusal == "The promise does not pause: safety is at stake.")
        #expect(lodge.request(urgent)?.state == "assigned")
    }

    @Test("Staff are told when the contractor has not completed the work in time")
    func contractorLate() async throws {
        let lodge = try await lodge(#"{"urgencies": {"U3": {"contractor": "2 working days"}}}"#)
        let id = try await lodge.assigned(urgency: "U3").id
        #expect(lodge.request(id)?.commitment("work-done")?.due == Instant("2026-11-25T16:30:00Z"))
        try await lodge.advance(to: Instant("2026-11-26T08:00:00Z")!)
        #expect(lodge.noticeNames(id) == ["due", "ordered", "contractor-comes", "contractor-late"])
        #expect(
            lodge.notices(id).last?.en
                == "plomberie-martin has not completed the work in time. Repair \(id) (plumbing, Building B, kitchen) is waiting."
        )
    }

    @Test(
        "Invalid settings are refused with their key",
        arguments: [
            (#"{"urgencies": {"U2": {"due": "0 hours"}}}"#, "urgencies.U2.due"),
            (#"{"urgencies": {"U2": {"due": "5 jours"}}}"#, "urgencies.U2.due"),
            (#"{"urgencies": {"U1": {"warning": "4h"}}}"#, "urgencies.U1.warning"),
            (#"{"urgencies": {"U2": {"seasons": {"heating": []}}}}"#, "urgencies.U2.seasons.heating"),
            (
                #"{"urgencies": {"U2": {"seasons": {"heating": ["30/2..1/4=1 hour"]}}}}"#,
                "urgencies.U2.seasons.heating[0]"
            ),
            (
                #"{"urgencies": {"U2": {"seasons": {"damp": ["1/1..1/4=1 hour", "1/4..1/5=1 hour"]}}}}"#,
                "urgencies.U2.seasons.damp"
            ),
            (#"{"no_access_limit": 0}"#, "no_access_limit"),
            (#"{"contractors": {"a": {"name": "B"}, "b": {}}}"#, "contractors.b"),
            (#"{"equipment": {"a": {"what": "A", "residence": "B", "warning": "42 days"}}}"#, "equipment.a"),
        ])
    func badSettings(configuration: String, key: String) throws {
        let error = #expect(throws: Mismatch.self) { try RepairSettings(json: configuration) }
        #expect(error?.key == key)
    }
}

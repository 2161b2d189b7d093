import ConciergeKit
import ConciergeTesting
import Testing

@testable import ParcelReception

@Suite("How long a parcel is kept")
struct HoldingTests {
    @Test("The resident is reminded on opening days until the last day, and reads which day that is")
    func reminders() async throws {
        let lodge = try await lodge(#"{"holding": "7 days", "remind_every": "3 days"}"#)
        let parcel = try await lodge.takeIn()
        try await lodge.advance(by: .days(3) - .seconds(1))
        #expect(lodge.request(parcel.id)?["reminders_sent"] == 0)
        try await lodge.advance(by: .seconds(1))
        #expect(lodge.request(parcel.id)?["reminders_sent"] == 1)
        #expect(lodge.told(parcel).en.contains("The last day to collect it is Monday 30 November."))
        // Three days later is a Sunday: the next reminder comes on Monday at 8:00.
        try await lodge.advance(to: Instant("2026-11-30T06:59:59Z")!)
        #expect(lodge.request(parcel.id)?["reminders_sent"] == 1)
        try await lodge.advance(by: .seconds(1))
        #expect(lodge.request(parcel.id)?["reminders_sent"] == 2)
    }

    @Test("After the last day the parcel is to be returned: nothing is returned until somebody says so")
    func holdingOver() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        // The last day is Monday 7 December, until midnight in Paris.
        try await lodge.advance(to: Instant("2026-12-07T22:59:59Z")!)
        #expect(lodge.request(parcel.id)?.state == "held")
        try await lodge.advance(by: .days(40))
        let after = try #require(lodge.request(parcel.id))
        #expect(after.state == "to-return")
        #expect(after["return_reason"] == "holding-time-over")
        #expect(after.actions.contains("hand-over") && after.actions.contains("extend"))
        #expect(lodge.said(parcel).contains("signal:parcel.uncollected"))
        #expect(!lodge.said(parcel).contains("notice:returned"))
        let handed = try await lodge.act(after.id, "hand-over", ["code": try #require(parcel["code"])])
        #expect(handed.state == "collected")
    }

    @Test("Staff are reminded of what is to be returned as long as it lies there")
    func followUp() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        try await lodge.advance(by: .days(30))
        let count = lodge.said(parcel).count { $0 == "notice:to-return" }
        try await lodge.advance(by: .days(14))
        #expect(lodge.said(parcel).count { $0 == "notice:to-return" } > count)
        try await lodge.act(parcel.id, "return", ["reason": "holding-time-over"])
        #expect(lodge.request(parcel.id)?.timers.isEmpty == true)
    }

    @Test("A last day on which the lodge is closed is the next opening day")
    func closedDay() async throws {
        let lodge = try await lodge(#"{"holding": "5 days"}"#)
        let parcel = try await lodge.takeIn()
        #expect(parcel["last_day"] == "2026-11-30")
    }

    @Test("The holding time is that of the kind, else of the carrier, else of all")
    func byKindAndCarrier() async throws {
        let lodge = try await lodge(#"{"holding_by_carrier": {"chronopost": "8 days"}}"#)
        #expect(
            try await lodge.takeIn("A1", ["kind": "perishable", "carrier": "Chronopost"])["last_day"] == "2026-11-25")
        #expect(try await lodge.takeIn("A2", ["carrier": "Chronopost"])["last_day"] == "2026-12-01")
        #expect(try await lodge.takeIn("A3")["last_day"] == "2026-12-07")
    }

    @Test("Staff keep a parcel longer, also one that is to be returned, and the resident is told the new last day")
    func extended() async throws {
        let lodge = try await lodge(#"{"holding": "1 day"}"#)
        let parcel = try await lodge.takeIn()
        try await lodge.advance(by: .days(3))
        #expect(lodge.request(parcel.id)?.state == "to-return")
        let after = try await lodge.act(parcel.id, "extend", ["until": "2026-12-04"])
        #expect(after.state == "held")
        #expect(after["return_reason"] == nil)
        #expect(lodge.told(parcel).en.contains("The last day to collect it is Friday 4 December."))
        let words = await refusal { try await lodge.act(parcel.id, "extend", ["until": "2026-11-26"]) }
        #expect(words.hasPrefix("The last day is from tomorrow to"))
        try await lodge.advance(by: .days(20))
        #expect(lodge.request(parcel.id)?.state == "to-return")
    }

    @Test("While the resident is away nobody is reminded, and the parcel is kept until some days after")
    func absence() async throws {
        let lodge = try await lodge()
        try lodge.fillResidents()
        try await lodge.noteAbsence(of: "zoe", from: LocalDate("2026-11-20"), until: LocalDate("2026-12-20"))
        let parcel = try await lodge.takeIn()
        // The day after the absence, a Monday, and five days: a Saturday; the lodge opens on Monday.
        #expect(parcel["last_day"] == "2026-12-28")
        try await lodge.advance(to: Instant("2026-12-20T22:00:00Z")!)
        #expect(lodge.request(parcel.id)?["reminders_sent"] == 0)
        try await lodge.advance(by: .days(1))
        #expect(lodge.request(parcel.id)?["reminders_sent"] == 1)
    }

    @Test("An absence that is noted later, or whose end nobody knows, prolongs the holding time when it would end")
    func lateAbsence() async throws {
        let lodge = try await lodge(#"{"holding": "4 days"}"#)
        try lodge.fillResidents()
        let first = try await lodge.takeIn("A1")
        let second = try await lodge.takeIn("A2", for: "luc")
        try await lodge.noteAbsence(of: "zoe", until: LocalDate("2026-12-13"))
        try await lodge.noteAbsence(of: "luc")
        try await lodge.advance(by: .days(10))
        #expect(lodge.request(first.id)?.state == "held")
        #expect(lodge.request(second.id)?.state == "held")
        #expect(lodge.request(first.id)?["reminders_sent"] == 0)
        #expect(lodge.request(first.id)?["last_day"] == "2026-12-21")
        try await lodge.noteReturn(of: "luc")
        try await lodge.advance(by: .days(25))
        #expect(lodge.request(first.id)?.state == "to-return")
        #expect(lodge.request(second.id)?.state == "to-return")
    }

    @Test("A fragile resident who does not fetch a parcel raises a signal, once")
    func fragile() async throws {
        let lodge = try await lodge()
        try lodge.fillResidents()
        try await lodge.noteConsent(of: "zoe", to: "fragile")
        let fragile = try await lodge.takeIn("A1")
        let other = try await lodge.takeIn("A2", for: "luc")
        try await lodge.advance(by: .days(10))
        #expect(lodge.said(fragile).count { $0 == "signal:parcel.fragile-uncollected" } == 1)
        #expect(!lodge.said(other).contains("signal:parcel.fragile-uncollected"))
    }

    @Test("A fragile resident whose parcel is kept too shortly for a reminder raises the signal at the end")
    func fragileAndPerishable() async throws {
        let lodge = try await lodge()
        try lodge.fillResidents()
        try await lodge.noteConsent(of: "zoe", to: "fragile")
        let parcel = try await lodge.takeIn("A1", ["kind": "périssable"])
        try await lodge.advance(by: .days(3))
        #expect(lodge.said(parcel).contains("signal:parcel.fragile-uncollected"))
    }

    @Test("After a long standstill the resident is not reminded of a day that is past")
    func standstill() async throws {
        let lodge = try await lodge()
        let parcel = try await lodge.takeIn()
        try await lodge.restart(after: .days(30))
        #expect(lodge.request(parcel.id)?.state == "to-return")
        #expect(!lodge.said(parcel).contains("notice:reminder"))
    }

    @Test("A duration of zero is refused with its key", arguments: ["holding", "remind_every", "after_absence"])
    func badSettings(key: String) throws {
        let error = #expect(throws: Mismatch.self) { try ParcelSettings(json: #"{"\#(key)": "0s"}"#) }
        #expect(error?.key == key)
    }

    @Test(
        "Settings by carrier, kind and shelf are checked",
        arguments: [
            #"{"holding_by_carrier": {"DHL": "1h"}}"#, #"{"holding_by_kind": {"letter": "0s"}}"#,
            #"{"shelves": {"A3": 0}}"#, #"{"shelves": {"A3": 1, "a 3": 2}}"#,
        ])
    func badTables(json: String) {
        #expect(throws: Mismatch.self) { try ParcelSettings(json: json) }
    }
}

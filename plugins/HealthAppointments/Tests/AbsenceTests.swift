import ConciergeKit
import ConciergeTesting
import Testing

@testable import HealthAppointments

@Suite("A practitioner who is away")
struct AbsenceTests {
    @Test(
        "One command cancels what falls into the absence, tells the residents without a reason, and offers other slots")
    func away() async throws {
        let lodge = try await lodge()
        let hit = try await lodge.book("2026-11-24T08:00:00Z").id
        let held = try await lodge.book("2026-11-24T08:20:00Z", for: "apt-13", by: "hold").id
        let spared = try await lodge.book("2026-11-30T08:00:00Z", for: "apt-14").id
        let other = try await lodge.book("2026-11-30T13:00:00Z", with: "sage-femme", for: "apt-13").id
        let run = try await lodge.trigger(
            "health.practitioner-away", ["practitioner": "martin", "from": "2026-11-24", "until": "2026-11-25"])
        #expect(
            run.outcome?.fr
                == "Dr Martin, du mardi 24 novembre au mercredi 25 novembre\u{A0}: 2\u{A0}rendez-vous annulés. "
                + "Un message attend chaque locataire\u{202F}; ceux à dire de vive voix\u{A0}: "
                + "conciergectl notices --by-hand.")
        #expect(
            [hit, held, spared, other].map { lodge.request($0)?.state } == [
                "cancelled", "cancelled", "booked", "booked",
            ])
        let said = try #require(lodge.notices(hit).last?.fr)
        #expect(said.hasPrefix("Votre rendez-vous du mardi 24 novembre à 9\u{A0}h ne peut pas avoir lieu."))
        #expect(said.contains("Créneaux libres\u{A0}: lundi 23 novembre à 14\u{A0}h, "))
        #expect(!said.contains("mardi 24 novembre à 9\u{A0}h\u{A0}20") && !said.contains("Martin"))
        #expect(run.table?.contains("apt-12") == true && run.table?.contains("Sow") == false)
    }

    @Test("During the absence no slot can be taken, and afterwards it can")
    func blocked() async throws {
        let lodge = try await lodge()
        try await lodge.trigger("health.practitioner-away", ["practitioner": "dr-martin", "from": "2026-11-24"])
        let refusal = try await lodge.refusal(of: "2026-11-24T08:00:00Z")
        #expect(
            refusal?.en == "No slot with Dr Martin on Tuesday 24 November: away. Next free slots: "
                + "Monday 30 November, 09:00, Monday 30 November, 09:20, Monday 30 November, 09:40.")
        #expect(try await lodge.refusal(of: "2026-11-30T08:00:00Z") == nil)
    }

    @Test("An absence of some hours leaves the rest of the day")
    func hours() async throws {
        let lodge = try await lodge()
        try await lodge.trigger(
            "health.practitioner-away", ["practitioner": "dr-martin", "from": "2026-11-30", "hours": "14h-18h"])
        #expect(try await lodge.refusal(of: "2026-11-30T13:00:00Z") != nil)
        #expect(try await lodge.refusal(of: "2026-11-30T08:40:00Z") == nil)
    }

    @Test("A slot that the absence frees is offered to nobody of the waiting list")
    func waiting() async throws {
        let lodge = try await lodge()
        for (index, start) in ["2026-11-24T08:00:00Z", "2026-11-24T08:20:00Z", "2026-11-24T08:40:00Z"].enumerated() {
            _ = try await lodge.book(start, for: "apt-1\(index + 5)")
        }
        let waiting = try await lodge.wait(for: "apt-12", from: "2026-11-24").id
        try await lodge.trigger("health.practitioner-away", ["practitioner": "dr-martin", "from": "2026-11-24"])
        #expect(lodge.request(waiting)?.state == "waitlist")
    }

    @Test("A practitioner who comes back early can be booked again")
    func comesBack() async throws {
        let lodge = try await lodge()
        let absence = try await lodge.open(
            "health.absence", ["practitioner": "Dr Martin", "from": "2026-11-24", "until": "2026-12-31"]
        ).id
        #expect(lodge.request(absence)?.timers == ["end": try at("2026-12-31T23:00:00Z")])
        try await lodge.act(absence, "come-back")
        #expect(try await lodge.refusal(of: "2026-11-24T08:00:00Z") == nil)
    }

    @Test("An absence that is made longer cancels what falls into the new days")
    func longer() async throws {
        let lodge = try await lodge()
        let later = try await lodge.book("2026-11-30T08:00:00Z").id
        let absence = try await lodge.open("health.absence", ["practitioner": "Dr Martin", "from": "2026-11-24"]).id
        #expect(lodge.request(later)?.state == "booked")
        try await lodge.correct(absence, ["until": "2026-11-30"])
        #expect(lodge.request(later)?.state == "cancelled")
        try await lodge.advance(to: try at("2026-11-30T23:00:00Z"))
        #expect(lodge.request(absence)?.state == "over")
    }

    @Test("What has begun stays as it is")
    func begun() async throws {
        let lodge = try await lodge()
        let id = try await lodge.book("2026-11-23T08:20:00Z").id
        try await lodge.advance(to: try at("2026-11-23T08:25:00Z"))
        let run = try await lodge.trigger(
            "health.practitioner-away", ["practitioner": "dr-martin", "from": "2026-11-23"])
        #expect(lodge.request(id)?.state == "booked")
        #expect(run.outcome?.en == "Dr Martin, Monday 23 November: no appointment to cancel.")
    }

    @Test(
        "An absence that cannot be is refused, and no reason is ever stored",
        arguments: [
            (["from": "2026-11-24", "until": "2026-11-23"], "The absence ends before it begins."),
            (["from": "2026-11-20"], "These days are past."),
            (["from": "2026-11-24", "until": "2026-11-25", "hours": "09:00-12:00"], "Hours are those of a single day"),
            (["from": "2026-11-24", "reason": "flu"], "No reason is stored here"),
        ] as [([String: Scalar], String)])
    func mistakes(input: [String: Scalar], words: String) async throws {
        let lodge = try await lodge()
        let refusal = try await lodge.refusal {
            _ = try await lodge.open("health.absence", input.merging(["practitioner": "dr-martin"]) { $1 })
        }
        #expect(refusal?.en.hasPrefix(words) == true)
    }

    @Test("Two absences of a practitioner do not overlap")
    func twice() async throws {
        let lodge = try await lodge()
        _ = try await lodge.trigger("health.practitioner-away", ["practitioner": "dr-martin", "from": "2026-11-24"])
        let run = try await lodge.trigger(
            "health.practitioner-away", ["practitioner": "dr-martin", "from": "2026-11-23", "until": "2026-11-30"])
        #expect(run.state == "failed")
        #expect(run.error?.contains("announced already during these days") == true)
    }
}

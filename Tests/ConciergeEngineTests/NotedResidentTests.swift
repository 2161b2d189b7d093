import ConciergeKit
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

private func day(_ text: String) -> LocalDate { LocalDate(text)! }

@Suite("What staff note of residents")
struct NotedResidentTests {
    /// The bench begins on Monday 23 November 2026.
    private let bench: Bench

    init() throws {
        bench = try Bench(services: [Upkeep(), Loan()])
        bench.fill([
            Resident(id: "R-1", name: "Zoé Lefèvre", dwelling: "B 204", email: "zoe@example.org"),
            Resident(id: "R-2", name: "Luc Petit", dwelling: "A 1"),
            Resident(id: "R-3", name: "Zoé Lefèvre", dwelling: "A 2"),
        ])
    }

    @discardableResult
    private func note(_ change: DossierChange, of resident: String = "R-1", key: String? = nil) throws -> Answer {
        try bench.decide(.note(change, resident: resident, caller: Caller(actor: "anne", idempotencyKey: key)))
    }

    private var dossier: Dossier { bench.memory.dossier("r-1") ?? Dossier() }

    private func empower(
        _ holder: Mandate.Holder, _ services: [ServiceID] = [], from: String? = nil, until: String? = nil
    ) -> DossierChange {
        .empower(holder, services: services, from: from.map { day($0) }, until: until.map { day($0) })
    }

    @Test("What is noted is kept with who noted it and when, and nothing is ever lost by withdrawing or ending it")
    func kept() throws {
        try note(.prefer([.phone, .email]), of: "r-1")
        try note(.absent(from: day("2026-12-24"), until: day("2027-01-03")))
        try note(.consent(to: "fragile", from: nil, until: nil))
        try note(empower(.init(name: "Zoé Martin", email: "zm@example.org"), ["toy.loan"], until: "2027-06-30"))
        let recorded = RecordedBy("anne", at: bench.now)
        #expect(dossier.channels == [.phone, .email])
        #expect(dossier.absences == [Days(from: day("2026-12-24"), until: day("2027-01-03"))])
        #expect(
            dossier.consents == [Consent(purpose: "fragile", days: Days(from: day("2026-11-23")), recorded: recorded)])
        #expect(dossier.mandates.first?.recorded == recorded)
        bench.now = bench.now + .days(1)
        try bench.decide([
            .note(.withdraw("FRAGILE", on: nil), resident: "R-1", caller: Caller(actor: "bea")),
            .note(.end(holder: "zoe martin", services: [], on: nil), resident: "R-1", caller: Caller(actor: "bea")),
        ])
        let consent = try #require(dossier.consents.first)
        #expect(consent.withdrawn == day("2026-11-24") && consent.recorded == recorded)
        #expect(consent.withdrawal == RecordedBy("bea", at: bench.now))
        let mandate = try #require(dossier.mandates.first)
        #expect(mandate.ended == day("2026-11-24") && mandate.recorded == recorded && mandate.services == ["toy.loan"])
        #expect(mandate.ending == RecordedBy("bea", at: bench.now))
        #expect(dossier.consents.count == 1 && dossier.mandates.count == 1)
        // It can be given again, and both stay.
        try note(.consent(to: "fragile", from: nil, until: nil))
        #expect(dossier.consents.map(\.withdrawn) == [day("2026-11-24"), nil])
    }

    @Test("A repeat with the same key returns the first answer and notes nothing, and another call is refused")
    func repeated() throws {
        let first = try note(.consent(to: "fragile", from: nil, until: nil), key: "k").dossier
        #expect(first?.consents.count == 1)
        bench.now = bench.now + .days(1)
        try note(.prefer([.door]))
        let again = try note(.consent(to: "fragile", from: nil, until: nil), key: "k")
        guard case .repeated(.dossier(let answer)) = again else {
            Issue.record("\(again)")
            return
        }
        #expect(answer.dossier == first && answer.id == "R-1")
        #expect(dossier.consents.count == 1)
        #expect(try note(.consent(to: "heat", from: nil, until: nil), key: "k").isRefused)
        #expect(try note(.consent(to: "fragile", from: nil, until: nil), of: "R-2", key: "k").isRefused)
        // It is stored as any other answer.
        let stored = try #require(bench.memory.answers["k"]).answer
        #expect(Answered(stored: stored.stored) == stored)
    }

    @Test("A dossier in which nothing is left is no more")
    func empty() throws {
        try note(.prefer([.door]))
        #expect(bench.memory.dossiers.count == 1)
        try note(.prefer([]))
        #expect(bench.memory.dossiers.isEmpty)
    }

    @Test("An absence is corrected by its first day, ended by a return, and forgotten when it has been over for a year")
    func absences() throws {
        try note(.absent(from: day("2026-12-24"), until: nil))
        try note(.absent(from: day("2026-12-24"), until: day("2027-01-03")))
        #expect(dossier.absences == [Days(from: day("2026-12-24"), until: day("2027-01-03"))])
        #expect(
            try note(.absent(from: day("2026-12-20"), until: day("2026-12-24"))).rejection?.words.en
                == "An absence is recorded already from Thursday 24 December 2026 to Sunday 3 January 2027: "
                + "record first that they are back.")
        try note(.absent(from: day("2026-12-20"), until: day("2026-12-23")))
        #expect(dossier.absences.map(\.from) == [day("2026-12-20"), day("2026-12-24")])
        try note(.back(on: day("2026-12-22")))
        #expect(dossier.absences.first?.until == day("2026-12-21"))
        try note(.back(on: day("2026-12-20")))
        #expect(dossier.absences.map(\.from) == [day("2026-12-24")])
        #expect(
            try note(.back(on: day("2026-12-20"))).rejection?.words.en
                == "No absence is recorded for Sunday 20 December 2026.")
        bench.now = Instant("2028-01-04T08:00:00Z")!
        try note(.absent(from: nil, until: nil))
        #expect(dossier.absences == [Days(from: day("2028-01-04"))])
    }

    @Test(
        "What cannot be is refused in words that say why, and changes nothing",
        arguments: [
            (.prefer([.door, .email, .door]), "channels: \"at the door\" is there twice"),
            (
                .absent(from: day("2026-12-24"), until: day("2026-12-23")),
                "until: the absence ends on Wednesday 23 December 2026, before it begins on Thursday 24 December 2026"
            ),
            (
                .consent(to: "x", from: nil, until: day("2026-11-22")),
                "until: the consent ends on Sunday 22 November 2026, before it begins on Monday 23 November 2026"
            ),
            (.consent(to: " \u{200B}", from: nil, until: nil), "purpose: the text is empty."),
            (.consent(to: "a\u{7}", from: nil, until: nil), "purpose: the control character U+0007 is not taken."),
            (
                .consent(to: "HEAT-calls", from: day("2026-12-01"), until: day("2026-12-31")),
                "This consent is recorded already: \"heat-calls\" from Monday 23 November 2026 on."
            ),
            (
                .withdraw("heat-cals", on: nil),
                "No consent to \"heat-cals\" is recorded; did you mean \"heat-calls\"?"
            ),
            (.withdraw("mail", on: nil), "No consent to \"mail\" is recorded."),
            (
                .withdraw("old", on: nil), "The consent to \"old\" has been withdrawn since Sunday 22 November 2026."
            ),
            (
                .withdraw("june", on: nil), "No consent to \"june\" counts on Monday 23 November 2026 or later."
            ),
            (
                .empower(.init(name: "A"), services: ["toy.lone"], from: nil, until: nil),
                "services: no service \"toy.lone\" is served; did you mean \"toy.loan\"?"
            ),
            (
                .empower(.init(name: "zoe  LEFEVRE"), services: [], from: nil, until: nil),
                "holder: that is Zoé Lefèvre; a mandate is for somebody else"
            ),
            (
                .empower(.init(name: "", resident: "r-1"), services: [], from: nil, until: nil),
                "holder: that is Zoé Lefèvre; a mandate is for somebody else"
            ),
            (
                .empower(.init(name: "", resident: "R-9"), services: [], from: nil, until: nil),
                "holder_resident: \"R-9\" is not in the directory"
            ),
            (.empower(.init(name: ""), services: [], from: nil, until: nil), "holder: the text is empty."),
            (
                .empower(.init(name: "A", email: "zoe@"), services: [], from: nil, until: nil),
                "email: \"zoe@\" is no address. \"\" is no part of a domain name."
            ),
            (
                .empower(.init(name: "A", phone: "zero six"), services: [], from: nil, until: nil),
                "phone: \"zero six\" is no telephone number"
            ),
            (
                .empower(.init(name: "A"), services: [], from: day("2026-12-24"), until: day("2026-12-23")),
                "until: the mandate ends on Wednesday 23 December 2026, before it begins on Thursday 24 December 2026"
            ),
            (
                .empower(.init(name: "leo MARTIN"), services: ["toy.loan"], from: nil, until: nil),
                "Léo Martin has a mandate for toy.loan already from Monday 23 November 2026 on: end it first."
            ),
            (
                .empower(.init(name: "Léo Martin"), services: [], from: day("2030-01-01"), until: nil),
                "Léo Martin has a mandate for toy.loan already from Monday 23 November 2026 on: end it first."
            ),
            (
                .end(holder: "Leo Martyn", services: [], on: nil),
                "No mandate is recorded for Leo Martyn; did you mean \"Léo Martin\"?"
            ),
            (
                .end(holder: "Léo Martin", services: ["toy.upkeep"], on: nil),
                "The mandate of Léo Martin is for toy.loan, as a whole."
            ),
            (
                .end(holder: "Paul", services: [], on: nil),
                "The mandate of Paul has expired: its last day was Tuesday 30 June 2026."
            ),
        ] as [(DossierChange, String)])
    func refused(_ change: DossierChange, _ words: String) throws {
        try note(.consent(to: "heat-calls", from: nil, until: nil))
        try note(.consent(to: "old", from: day("2026-01-01"), until: nil))
        try note(.withdraw("old", on: day("2026-11-22")))
        try note(.consent(to: "june", from: day("2026-06-01"), until: day("2026-06-30")))
        try note(empower(.init(name: "Léo Martin"), ["toy.loan"]))
        try note(empower(.init(name: "Paul"), from: "2026-06-01", until: "2026-06-30"))
        let before = dossier
        #expect(try note(change).rejection?.words.en == words)
        #expect(dossier == before && bench.memory.dossiers.count == 1)
    }

    @Test("Only residents of the directory have a dossier")
    func unknown() throws {
        #expect(
            try note(.prefer([.door]), of: "R-8").rejection?.words.en == "resident: \"R-8\" is not in the directory")
        #expect(bench.memory.dossiers.isEmpty)
        try note(.prefer([.door]))
        bench.fill([Resident](), removing: ["r-1"])
        #expect(try note(.prefer([.email])).rejection != nil)
        #expect(dossier.channels == [.door])
    }

    @Test("Another resident who holds a mandate is named as in the directory, also one of the same name")
    func otherResident() throws {
        try note(empower(.init(name: "", resident: "r-2"), ["toy.loan"]))
        try note(empower(.init(name: "Zoé Lefèvre", phone: "+33 6 01 02 03 04", resident: "r-3"), ["toy.loan"]))
        #expect(dossier.mandates.map(\.holder.name) == ["Luc Petit", "Zoé Lefèvre"])
        #expect(dossier.mandates.map(\.holder.resident) == ["R-2", "R-3"])
        try note(.end(holder: "R-2", services: [], on: nil))
        #expect(dossier.mandates.map(\.ended) == [day("2026-11-23"), nil])
    }

    @Test("A holder's mandates for several services are ended one by one, or all at once")
    func ending() throws {
        try note(empower(.init(name: "Léo"), ["toy.loan"]))
        try note(empower(.init(name: "Léo"), ["toy.upkeep"]))
        try note(.end(holder: "Léo", services: ["toy.upkeep"], on: day("2026-12-01")))
        #expect(dossier.mandates.map(\.ended) == [nil, day("2026-12-01")])
        try note(.end(holder: "Léo", services: [], on: nil))
        #expect(dossier.mandates.map(\.ended) == [day("2026-11-23"), day("2026-11-23")])
        // A day that has been planned can be brought forward, and a mandate can be given again.
        try note(empower(.init(name: "Léo")))
        #expect(dossier.holder(for: "toy.loan", on: day("2026-11-23"))?.ended == nil)
    }

    @Test("A dossier has its limit, so that a program in a loop cannot fill the ledger")
    func limit() throws {
        for number in 0..<Dossier.most { try note(.consent(to: "purpose \(number)", from: nil, until: nil)) }
        let refusal = try note(.consent(to: "one more", from: nil, until: nil)).rejection
        #expect(refusal?.words.en == "This dossier has 200 entries of this kind already, and cannot have more.")
        try note(.withdraw("purpose 7", on: nil))
        #expect(dossier.consents.count == Dossier.most)
    }
}

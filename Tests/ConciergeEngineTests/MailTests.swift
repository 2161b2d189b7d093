import ConciergeKit
import JSON
import Testing
import WorkingCalendar

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service that says to its resident what it is told to say.
private struct Note: Service {
    static let id = "toy.note"
    static let name = words("Note")
    static let summary = words("Note")

    struct Record: Codable {}
    struct Begin: Input { static let name = words("Begin") }
    struct Say: Input {
        static let name = words("Say")
        @Field(fr: "Nom", en: "Name") var name: String
        @Field(fr: "Heures", en: "Hours") var hours: Int?
        @Field(fr: "Ici", en: "Here") var here: Bool = false
        @Field(fr: "Urgent", en: "Urgent") var urgent: Bool = false
    }
    struct Move: Input { static let name = words("Move") }
    struct End: Input { static let name = words("End") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Begin.self, to: .here) { _, moment in Draft(Record(), at: moment) }
        on(Say.self, in: .here, .there) { say, note in
            note.notify(
                .resident, say.name, words(say.name), usefulUntil: say.hours.map { note.now + .hours($0) },
                onlyInState: say.here, urgent: say.urgent)
        }
        on(Move.self, from: .here, to: .there)
        on(End.self, from: .here, .there, to: .over)
    }
}

extension StateOf<Note> {
    fileprivate static var here: Self { open(fr: "ici", en: "here", turn: .staff) }
    fileprivate static var there: Self { open(fr: "là", en: "there", turn: .staff) }
    fileprivate static var over: Self { closed(fr: "fini", en: "over") }
}

@Suite("Notices that leave by mail")
struct MailTests {
    private let bench: Bench

    /// Monday 2026-11-23, 9:00 in Metz. Mails leave two minutes after what they say, from 8:00 to 20:00, not on Sundays.
    init() throws {
        let openings = ["08:00-20:00"].compactMap { Opening($0) }
        let days: [Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday, .saturday]
        let hours = try WeeklyHours(Dictionary(uniqueKeysWithValues: days.map { ($0, openings) }))
        let plan = MailPlan(wait: .minutes(2), hours: WorkingCalendar(zone: Zone("Europe/Paris") ?? .utc, hours: hours))
        bench = try Bench(services: [Note()], tasks: [], mail: plan)
        var tilleuls = Residence()
        (tilleuls.id, tilleuls.name, tilleuls.zone, tilleuls.region) = ("T", "Les Tilleuls", "Europe/Paris", "FR-57")
        bench.fill([tilleuls])
        bench.fill([
            Resident(id: "L-1", name: "Zoé", dwelling: "A 1", residence: "T", email: "zoe@example.org"),
            Resident(id: "L-2", name: "Ana", dwelling: "A 2", residence: "T", email: "Ana@Example.org"),
            Resident(id: "L-3", name: "Luc", dwelling: "A 3", residence: "T", phone: "0601020304"),
        ])
    }

    private func open(for resident: String? = "L-1") throws -> RequestID {
        let command = Command.open(service: "toy.note", resident: resident, input: [:], caller: .staff)
        return try #require(try bench.decide(command).view).request.id
    }

    private func say(
        _ name: String, about id: RequestID, hours: Int? = nil, here: Bool = false, urgent: Bool = false
    ) throws {
        var input: JSONObject = ["name": .string(name), "here": .bool(here), "urgent": .bool(urgent)]
        if let hours { input["hours"] = .int(Int64(hours)) }
        #expect(try bench.act(id, "say", input).rejection == nil)
    }

    private func come() throws { try bench.decide(.workerCame("mail", tasks: [SendMail.id], limit: 9)) }

    private var given: [StoredRun] {
        bench.last.events.compactMap { if case .runGiven(let run, _) = $0 { run } else { nil } }
    }

    private func end(_ run: StoredRun, _ outcome: SendMail.Ending.Outcome) throws {
        let words = Text(fr: "fini", en: "over")
        try bench.decide(.end(run: run.id, attempt: run.attempt, result: SendMail.result(outcome, words)))
    }

    private func all(_ choice: NoticeQuery.Choice = .all) -> [StoredNotice] {
        var query = NoticeQuery(at: bench.now)
        (query.choice, query.isOldestFirst) = (choice, true)
        return bench.memory.notices(query).elements
    }

    private func names(_ choice: NoticeQuery.Choice) -> [String] { all(choice).compactMap(\.line.entry.noticeName) }

    private var mails: [StoredRun] { bench.memory.runs.values.sorted { $0.id < $1.id } }

    @Test("What is said to somebody with an address waits for a mail; the others are told by hand")
    func addressees() throws {
        for resident in ["L-1", "L-3", "nobody", nil] { try say("hello", about: try open(for: resident)) }
        #expect(all().map { $0.delivery.run == nil } == [false, true, true, true])
        #expect(all(.byHand).map(\.resident) == ["L-3", "nobody", nil])
        #expect(all(.byHandWithoutMail).count == 4)
        let mail = try #require(mails.first)
        #expect(mails.count == 1 && mail.state == .queued && mail.due == bench.now + .minutes(2))
        #expect(mail.id == all()[0].delivery.run)
    }

    @Test("What is said to one person until the mail leaves goes along; what comes later makes another mail")
    func together() throws {
        let (first, second) = (try open(), try open())
        try say("one", about: first)
        try bench.wake(after: .minutes(1))
        try say("two", about: second)
        try say("for another", about: try open(for: "L-2"))
        #expect(mails.count == 2)
        try come()
        try bench.wake(after: .minutes(1))
        let mail = try #require(given.first)
        #expect(given.count == 1 && bench.memory.notices(sentBy: mail.id).count == 2)
        try say("three", about: first)
        #expect(mails.count == 3 && bench.memory.notices(sentBy: mail.id).count == 2)
        // The one that is under way has failed for now, and keeps what it says.
        try bench.decide(
            .end(run: mail.id, attempt: 1, result: .failed(reason: "450 later", retryAfter: .minutes(30))))
        try say("four", about: first)
        #expect(mails.count == 3 && bench.memory.notices(sentBy: mail.id).count == 2)
        try bench.wake(after: .minutes(40))
        #expect(Set(bench.memory.runs.values.map(\.state)) == [.running])
    }

    @Test("Nothing leaves at night, on Sundays and on the public holidays of the residence, but for what is urgent")
    func hours() throws {
        let id = try open()
        func due(_ now: String) throws -> Instant? {
            bench.now = try #require(Instant(now))
            try say("at \(now)", about: id)
            let run = try #require(all().last?.delivery.run)
            let due = try bench.run(run).due
            try bench.decide(.cancel(run: run, caller: .staff))
            return due
        }
        #expect(try due("2026-11-27T19:30:00Z") == Instant("2026-11-28T07:00:00Z"))
        #expect(try due("2026-11-28T18:59:00Z") == Instant("2026-11-30T07:00:00Z"))
        // Good Friday and Easter Monday are holidays in Metz; in between nothing leaves but on Saturday.
        #expect(try due("2027-03-25T19:30:00Z") == Instant("2027-03-27T07:00:00Z"))
        #expect(try due("2027-03-27T19:30:00Z") == Instant("2027-03-30T06:00:00Z"))
        try come()
        bench.now = try #require(Instant("2027-03-28T01:30:00Z"))
        try say("gas", about: id, urgent: true)
        #expect(given.count == 1 && all().last?.delivery.run == given.first?.id)
    }

    @Test("A notice is withdrawn when another of its name follows, or its state is left, before it is on its way")
    func withdrawn() throws {
        let id = try open()
        try say("due", about: id)
        try say("due", about: id)
        try say("reminder", about: id, here: true)
        try say("news", about: id)
        #expect(names(.state(.withdrawn)) == ["due"])
        try bench.act(id, "move")
        #expect(names(.state(.withdrawn)) == ["due", "reminder"])
        #expect(names(.state(.waiting)) == ["due", "news"])
        // What is on its way stays, whatever happens.
        try say("reminder", about: id, here: true)
        try come()
        try bench.wake(after: .minutes(2))
        #expect(given.count == 1)
        try say("due", about: id)
        try bench.act(id, "end")
        #expect(names(.state(.withdrawn)) == ["due", "reminder"])
        try end(try #require(mails.first { $0.state == .running }), .sent)
        #expect(names(.state(.sent)) == ["due", "news", "reminder"])
    }

    @Test("What staff were to tell is withdrawn in the same way, also within one batch")
    func withdrawnByHand() throws {
        let id = try open(for: "L-3")
        let input: JSONObject = ["name": "reminder", "here": true]
        try bench.decide([
            .act(id: id, action: "say", input: input, caller: .staff),
            .act(id: id, action: "say", input: input, caller: .staff),
            .act(id: id, action: "move", input: [:], caller: .staff),
        ])
        #expect(names(.state(.withdrawn)) == ["reminder", "reminder"] && all(.byHand).isEmpty)
    }

    @Test("How a mail ended stands at each notice and in the histories of their requests")
    func ends() throws {
        try come()
        for (outcome, state) in [(.sent, .sent), (.uncertain, .uncertain), (.unreachable, .failed)]
            as [(SendMail.Ending.Outcome, StoredNotice.State)]
        {
            let (first, second) = (try open(), try open())
            try say("one", about: first)
            try say("two", about: second)
            try bench.wake(after: .minutes(2))
            try end(try #require(given.first), outcome)
            #expect(all().suffix(2).map(\.state) == [state, state])
            #expect(bench.events(first).last == "\(state.rawValue):one")
            #expect(bench.events(second).last == "\(state.rawValue):two")
        }
        #expect(names(.byHand) == ["one", "two"])
    }

    @Test("A mail that fails for good leaves its notices to staff; tried again by hand, it may yet be sent")
    func failed() throws {
        try come()
        try say("one", about: try open())
        try bench.wake(after: .minutes(2))
        let run = try #require(given.first)
        try bench.decide(.end(run: run.id, attempt: 1, result: .failedForGood(reason: "554 no")))
        #expect(names(.byHand) == ["one"])
        try bench.decide(.retry(run: run.id, caller: .staff))
        try end(try #require(given.first), .sent)
        #expect(names(.state(.sent)) == ["one"] && all(.byHand).isEmpty)
    }

    @Test("A refused address gets no more mails until the directory has another one, or staff send again")
    func refused() throws {
        try come()
        try say("one", about: try open(for: "L-2"))
        try bench.wake(after: .minutes(2))
        try end(try #require(given.first), .refused)
        try say("two", about: try open(for: "L-2"))
        #expect(names(.byHand) == ["one", "two"] && mails.count == 1)

        let number = try #require(all(.byHand).first).number
        let again = Command.sendAgain(notice: number, caller: .key("again"))
        #expect(try bench.decide(again).rejection == nil)
        #expect(try bench.decide(again).rejection == nil)
        #expect(names(.byHand) == ["two"] && mails.count == 2)
        #expect(try bench.decide(.sendAgain(notice: number, caller: .staff)).isRefused)
        try bench.wake(after: .minutes(2))
        try end(try #require(given.first), .refused)

        bench.fill([Resident(id: "L-2", name: "Ana", dwelling: "A 2", residence: "T", email: "ana@example.net")])
        try say("three", about: try open(for: "L-2"))
        #expect(names(.byHand) == ["one", "two"] && mails.count == 3)
    }

    @Test("Sending again is refused where there is no address, and where nothing is to be told")
    func sendAgain() throws {
        try say("one", about: try open(for: "L-3"))
        let number = try #require(all().first).number
        let before = bench.memory.entries
        #expect(try bench.decide(.sendAgain(notice: number, caller: .staff)).isRefused)
        #expect(try bench.decide(.sendAgain(notice: 999, caller: .staff)).rejection == .notFound("999"))
        #expect(bench.memory.entries == before && mails.isEmpty)
    }

    @Test("What is useful no more when its mail leaves is not said, and is counted as too late")
    func tooLate() throws {
        let id = try open()
        try say("reminder", about: id, hours: 1)
        try say("news", about: id)
        // The worker is away for a day.
        try bench.wake(after: .days(1))
        #expect(names(.tooLate) == ["reminder"])
        try come()
        let run = try #require(given.first)
        #expect(SendMail.said(bench.memory.notices(sentBy: run.id), in: run).count == 1)
        try end(run, .sent)
        #expect(names(.tooLate) == ["reminder"] && names(.state(.sent)) == ["news"])
        #expect(bench.events(id).last == "sent:news")
    }

    @Test("Who wants to be called is not written to; who holds a mandate for the service is written to instead")
    func channelsAndMandates() throws {
        func note(_ change: DossierChange, _ resident: String) throws {
            #expect(try bench.decide(.note(change, resident: resident, caller: .staff)).rejection == nil)
        }
        try note(.prefer([.phone, .email]), "L-1")
        bench.fill([
            Resident(id: "L-1", name: "Zoé", dwelling: "A 1", residence: "T", email: "zoe@example.org", phone: "0601")
        ])
        try say("one", about: try open())
        #expect(names(.byHand) == ["one"] && mails.isEmpty)

        let holder = Mandate.Holder(name: "Ina", email: "ina@example.org")
        let until = try #require(LocalDate("2026-11-24"))
        try note(.empower(holder, services: ["toy.note"], from: nil, until: until), "L-1")
        let id = try open()
        try say("two", about: id)
        let mail = try #require(mails.first)
        #expect(mail.input["resident"] == "L-1" && mail.input["holder"] == "Ina")
        #expect(all().last?.delivery.run == mail.id)
        // The day after, the mandate has expired: the next notice is told by hand again, as the resident wants it.
        bench.now = bench.now + .days(2)
        try say("three", about: id)
        #expect(names(.byHand) == ["one", "three"])
        let known = try #require(bench.memory.known("l-1"))
        let recipient = SendMail.Recipient(resident: "L-1", holder: "Ina")
        #expect(known.correspondent(of: recipient, on: until)?.address == "ina@example.org")
        #expect(known.correspondent(of: recipient, on: until.adding(days: 1)) == nil)
    }

    @Test("Told by hand before its mail leaves, a notice is not sent")
    func toldBefore() throws {
        try say("one", about: try open())
        try bench.decide(.told(notice: try #require(all().first).number, caller: .staff))
        try come()
        try bench.wake(after: .minutes(2))
        let run = try #require(given.first)
        #expect(bench.memory.notices(sentBy: run.id).isEmpty)
        try end(run, .nothing)
        #expect(all().map(\.state) == [.told])
    }

    @Test("A request that was for somebody else tells the right person what waits, and the wrong one nothing more")
    func reassigned() throws {
        let id = try open()
        try say("one", about: id)
        let wrong = try #require(all().first?.delivery.run)
        try bench.decide(.reassign(id: id, resident: "L-2", caller: .staff))
        let right = try #require(all().first?.delivery.run)
        #expect(right != wrong && bench.memory.notices(sentBy: wrong).isEmpty)
        #expect(try bench.run(right).input["resident"] == "L-2")
        try bench.decide(.reassign(id: id, resident: "L-3", caller: .staff))
        #expect(names(.byHand) == ["one"])
    }

    @Test("The values of a notice that is a type are kept for templates, with times that any language can say")
    func values() throws {
        struct Due: Notice {
            let what: String
            let due: Instant
            let day: LocalDate?
            let count: Int
            let isFree: Bool
            let missing: String?
            var words: Text { Text(verbatim: what) }
            static let example = Due(
                what: "x", due: .latest, day: LocalDate("2027-01-04"), count: 1, isFree: true, missing: "y")
        }
        #expect(Due.name == "due")
        #expect(NoticeDeclaration(of: Due.self).values == ["count", "day", "due", "is_free", "missing", "what"])
        let id = try open()
        let notice = Due(
            what: "boiler", due: bench.now, day: LocalDate("2027-01-04"), count: 12_345, isFree: false, missing: nil)
        try bench.decide(
            .notify(
                id: id,
                notice: WrittenNotice(
                    notice, to: .resident, isSecret: false, usefulUntil: nil, isOnlyInState: false, isUrgent: false),
                caller: .staff))
        #expect(
            all().last?.values == [
                "what": .text(words("boiler")), "due": .instant(bench.now),
                "day": .day(try #require(LocalDate("2027-01-04"))),
                "count": .text(Text(saidInFrench: "12\u{202F}345", english: "12,345")),
            ])
    }

    @Test("Where no mail leaves, everything is told by hand, and no run is made")
    func withoutMail() throws {
        let bench = try Bench(services: [Note()], tasks: [])
        bench.fill([Resident(id: "L-1", name: "Zoé", dwelling: "A 1", email: "zoe@example.org")])
        let command = Command.open(service: "toy.note", resident: "L-1", input: [:], caller: .staff)
        let id = try #require(try bench.decide(command).view).request.id
        try bench.act(id, "say", ["name": "one"])
        var query = NoticeQuery(at: bench.now)
        query.choice = .byHand
        #expect(bench.memory.notices(query).elements.count == 1 && bench.memory.runs.isEmpty)
    }
}

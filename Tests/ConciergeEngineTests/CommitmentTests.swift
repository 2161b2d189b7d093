import ConciergeKit
import JSON
import Testing
import WorkingCalendar

@testable import ConciergeEngine
@testable import ConciergeTesting

/// Promises of requests by usual office hours in UTC: Monday to Friday, 08:00 to 12:00 and 13:30 to 17:30.
@Suite("Commitments")
struct CommitmentTests {
    /// The bench begins on Monday 23 November 2026 at 08:00.
    let bench: Bench

    init() throws { bench = try Bench(services: [Upkeep()], tasks: []) }

    private func open(
        _ term: String, for resident: String? = nil, urgent: Bool = false, again: Bool = false
    ) throws -> RequestID {
        let answer = try bench.decide(
            .open(
                service: "toy.upkeep", resident: resident,
                input: ["term": .string(term), "urgent": .bool(urgent), "again": .bool(again)], caller: .staff))
        return try #require(answer.view).request.id
    }

    private func at(_ text: String) -> Instant { Instant(text)! }

    private func move(to text: String) throws {
        while let due = bench.nextDue, due <= at(text) {
            bench.now = max(due, bench.now)
            try bench.decide(.wake)
        }
        bench.now = at(text)
    }

    private func fixed(_ id: RequestID, _ name: String = "fixed") throws -> StoredCommitment {
        try #require(bench.memory.commitments(of: id).last { $0.name == name })
    }

    private func record(_ id: RequestID) throws -> String {
        String(decoding: try bench.request(id).record, as: UTF8.self)
    }

    @Test("A promise in working days ends with the opening hours of its last day, and its answer names the deadline")
    func promised() throws {
        let id = try open("5 working days")
        #expect(try fixed(id).due == at("2026-11-30T17:30:00Z"))
        #expect(bench.last.answers[0].view?.commitments.map(\.due) == [at("2026-11-30T17:30:00Z")])
        // Two hours before the close of that day, and at the opening after it.
        #expect(
            bench.memory.timers[id] == [
                "approaching:fixed": at("2026-11-30T15:30:00Z"), "missed:fixed": at("2026-12-01T08:00:00Z"),
            ])
        #expect(try fixed(id).content.explanation.sentences.last?.en.contains("Monday 30 November") == true)
    }

    @Test("The alert and the missed deadline run their lines once each, while the lodge is open")
    func approachingAndMissed() throws {
        let id = try open("5 working days")
        try move(to: "2026-11-30T15:29:59Z")
        #expect(try record(id) == #"{"warnings":0,"misses":0}"#)
        try move(to: "2026-11-30T15:30:00Z")
        #expect(try record(id) == #"{"warnings":1,"misses":0}"#)
        try move(to: "2026-12-01T07:59:59Z")
        #expect(try fixed(id).state == .open)
        #expect(try fixed(id).isLate(at: bench.now))
        try move(to: "2026-12-20T00:00:00Z")
        #expect(try record(id) == #"{"warnings":1,"misses":1,"step":0}"#)
        #expect(try fixed(id).missedAt == at("2026-11-30T17:30:00Z"))
        #expect(bench.events(id) == ["open", "timer:approaching:fixed", "timer:missed:fixed"])
    }

    @Test(
        "While nothing is done, the line of a missed deadline runs again at each step of the escalation, at an opening")
    func escalation() throws {
        let id = try open("5 working days", again: true)
        // Missed on Monday evening; told on Tuesday morning, on Wednesday morning, and on Friday morning.
        try move(to: "2026-12-01T08:00:00Z")
        #expect(bench.memory.timers[id] == ["missed:fixed": at("2026-12-02T08:00:00Z")])
        try move(to: "2026-12-02T08:00:00Z")
        #expect(try record(id) == #"{"warnings":0,"misses":2,"step":1}"#)
        #expect(bench.memory.timers[id] == ["missed:fixed": at("2026-12-04T08:00:00Z")])
        try move(to: "2027-02-01T08:00:00Z")
        #expect(try record(id) == #"{"warnings":0,"misses":3,"step":2}"#)
        #expect(try fixed(id).missedAt == at("2026-11-30T17:30:00Z"))
        let done = try open("1 hour", again: true)
        try move(to: "2027-02-01T09:30:00Z")
        try bench.act(done, "finish")
        try move(to: "2027-03-01T08:00:00Z")
        // The hour began within the two hours before which somebody is warned.
        #expect(try record(done) == #"{"warnings":0,"misses":1,"step":0}"#)
    }

    @Test("After downtime over warning and deadline, nobody is warned of what has passed: the deadline alone is told")
    func downtime() throws {
        let id = try open("5 working days")
        try move(to: "2026-12-02T10:00:00Z")
        #expect(try record(id) == #"{"warnings":0,"misses":1,"step":0}"#)
        #expect(bench.events(id) == ["open", "timer:missed:fixed"])
    }

    @Test("Somebody is warned twice as early for a resident of the public fragile who agrees to it on that day")
    func fragile() throws {
        bench.fill([
            Resident(id: "L-1", name: "Zoé", dwelling: "A 1", publics: ["Senior", "Fragile"]),
            Resident(id: "L-2", name: "Léo", dwelling: "A 2", publics: ["Senior"]),
        ])
        func warnings() throws -> [Instant?] {
            try ["L-1", "L-2"].map {
                let id = try open("5 working days", for: $0)
                return bench.memory.timers[id]?["approaching:fixed"]
            }
        }
        let (early, late) = (at("2026-11-30T13:30:00Z"), at("2026-11-30T15:30:00Z"))
        #expect(try warnings() == [late, late])
        for id in ["L-1", "L-2"] {
            let consent = DossierChange.consent(to: "Fragile", from: nil, until: nil)
            try bench.decide(.note(consent, resident: id, caller: .staff))
        }
        // The public alone is not enough, and neither is the consent alone.
        #expect(try warnings() == [early, late])
        try bench.decide(.note(.withdraw("fragile", on: nil), resident: "L-1", caller: .staff))
        #expect(try warnings() == [late, late])
    }

    @Test("A promise to a resident is counted by the calendar, the zone and the public holidays of the residence")
    func residence() throws {
        let hours = try WeeklyHours([.monday: [Opening("10:00-11:00")!], .friday: [Opening("10:00-11:00")!]])
        var registry = Registry(
            calendars: CalendarBook(
                [
                    "office": .init(zone: .utc, hours: try .init([.sunday: [Opening("10:00-11:00")!]])),
                    "metz": .init(zone: .utc, hours: hours),
                ], standard: "office"))
        for provider in bench.engine.registry.providers { registry.add(provider) }
        bench.engine.serve(registry)
        var residence = Residence()
        (residence.id, residence.name, residence.zone) = ("R-1", "Les Tilleuls", "Europe/Paris")
        (residence.region, residence.calendar) = ("FR-57", "metz")
        bench.fill([residence])
        bench.fill([Resident(id: "L-1", name: "Zoé", dwelling: "A 1", residence: "les tilleuls")])
        try move(to: "2027-03-25T08:00:00Z")
        // Good Friday is a holiday in Moselle, and Easter Monday everywhere: the first working day is the Friday after.
        let id = try open("1 working day", for: "L-1")
        #expect(try fixed(id).due == at("2027-04-02T09:00:00Z"))
        #expect(try fixed(id).content.explanation.sentences.contains { $0.fr.contains("Vendredi saint") })
        let elsewhere = try open("1 working day")
        #expect(try fixed(elsewhere).due == at("2027-03-28T11:00:00Z"))
        // It is counted by them also after the residence has another calendar.
        try bench.act(id, "wait")
        residence.calendar = ""
        bench.fill([residence])
        try bench.act(id, "go-on")
        #expect(try fixed(id).due == at("2027-04-02T09:00:00Z"))
    }

    @Test("A term by season is that of the day on which the promise begins, and its warning that of the term")
    func seasonal() throws {
        let winter: JSON = ["1/12..30/4=1 working day"]
        func open() throws -> StoredCommitment {
            let answer = try bench.decide(
                .open(
                    service: "toy.upkeep", resident: nil, input: ["term": "3 working days", "seasons": winter],
                    caller: .staff))
            return try fixed(try #require(answer.view).request.id)
        }
        try move(to: "2026-11-30T23:59:59Z")
        let autumn = try open()
        #expect(autumn.due == at("2026-12-03T17:30:00Z"))
        #expect(
            autumn.content.explanation.sentences.contains {
                $0.en == "By season, except from 1 December to 30 April: 3\u{A0}working days."
            })
        try move(to: "2026-12-01T00:00:00Z")
        let first = try open()
        #expect(first.due == at("2026-12-02T17:30:00Z"))
        #expect(first.content.alerts.lead == .hours(1))
        #expect(autumn.content.alerts.lead == .hours(3))
        #expect(
            first.content.explanation.sentences.contains {
                $0.en == "By season, from 1 December to 30 April: 1\u{A0}working day."
            })
    }

    @Test("A change of the urgency takes the term of the season in which the promise began")
    func seasonalChange() throws {
        try move(to: "2026-11-30T17:00:00Z")
        let id = try open("10 working days")
        // The change comes in winter, the promise was made before it.
        try move(to: "2026-12-01T09:00:00Z")
        try bench.act(id, "hasten", ["term": "3 working days", "seasons": ["1/12..30/4=1 working day"]])
        #expect(try fixed(id).due == at("2026-12-03T17:30:00Z"))
        let sentences = try fixed(id).content.explanation.sentences.map(\.en)
        #expect(sentences.contains("By season, except from 1 December to 30 April: 3\u{A0}working days."))
        // The same rule again changes nothing.
        let before = try fixed(id)
        try bench.act(id, "hasten", ["term": "3 working days", "seasons": ["1/12..30/4=1 working day"]])
        #expect(try fixed(id) == before)
        // A pause leaves it.
        try bench.act(id, "wait")
        try move(to: "2026-12-02T13:30:00Z")
        try bench.act(id, "go-on")
        #expect(try fixed(id).content.explanation.sentences.map(\.en).contains { $0.hasPrefix("By season, except") })
    }

    @Test("Where safety is at stake, the alerts come at any hour, and a pause is refused")
    func urgent() throws {
        try move(to: "2026-11-27T17:00:00Z")
        let id = try open("24 hours", urgent: true)
        #expect(
            bench.memory.timers[id] == [
                "approaching:fixed": at("2026-11-28T15:00:00Z"), "missed:fixed": at("2026-11-28T17:00:00Z"),
            ])
        let answer = try bench.act(id, "wait")
        #expect(answer.rejection?.words.en == "\"fixed\" does not pause: safety is at stake.")
        #expect(try fixed(id).state == .open)
        #expect(bench.events(id) == ["open"])
    }

    @Test(
        "A promise that is not urgent and ends on a Sunday is missed on Monday morning, and its alert comes on Friday")
    func weekend() throws {
        try move(to: "2026-11-26T17:00:00Z")
        let id = try open("64 hours")
        // It ends on Sunday at 09:00; nobody is there before Monday.
        #expect(
            bench.memory.timers[id] == [
                "approaching:fixed": at("2026-11-27T13:30:00Z"), "missed:fixed": at("2026-11-30T08:00:00Z"),
            ])
        // One that is made in the last opening before does not warn of itself at once.
        try move(to: "2026-11-27T17:00:00Z")
        let late = try open("40 hours")
        #expect(bench.memory.timers[late]?["approaching:fixed"] == at("2026-11-29T07:00:00Z"))
    }

    @Test("A pause over the week-end takes no working hour")
    func pause() throws {
        let id = try open("10 working hours")
        try move(to: "2026-11-23T17:00:00Z")
        // Eight hours a day: two are left for Tuesday.
        #expect(try fixed(id).due == at("2026-11-24T10:00:00Z"))
        try bench.act(id, "wait")
        #expect(try fixed(id).state == .paused)
        #expect(try fixed(id).due == nil)
        #expect(bench.memory.timers[id] == nil || bench.memory.timers[id] == [:])
        try move(to: "2026-11-30T08:30:00Z")
        try bench.act(id, "go-on")
        // Half an hour was left on Monday 23, and two hours of the next day.
        #expect(try fixed(id).due == at("2026-11-30T11:00:00Z"))
        let steps = try fixed(id).content.explanation.sentences.map(\.en)
        #expect(steps.contains { $0.contains("waiting for parts") })
    }

    @Test("A pause of what is not promised is refused in those words, and a second pause has no effect")
    func needlessPause() throws {
        let id = try open("10 working hours")
        try bench.act(id, "finish")
        try bench.act(id, "contest")
        try bench.act(id, "wait")
        let first = try fixed(id)
        try move(to: "2026-11-24T09:00:00Z")
        #expect(try bench.act(id, "wait").view != nil)
        #expect(try fixed(id) == first)
    }

    @Test(
        "Work that is done in time keeps the promise and ends its timers; a score is the resident's, and has no default"
    )
    func kept() throws {
        let id = try open("5 working days")
        try bench.act(id, "finish")
        #expect(try fixed(id).state == .kept)
        #expect(try fixed(id).score == nil)
        #expect(bench.memory.timers[id] == nil || bench.memory.timers[id] == [:])
        try bench.act(id, "rate", ["score": 8])
        #expect(try fixed(id).score == 8)
    }

    @Test("Work that is done after the deadline misses the promise, also before the timer has fired that says so")
    func late() throws {
        let id = try open("5 working days")
        bench.now = at("2026-11-30T18:00:00Z")
        try bench.act(id, "finish")
        #expect(try fixed(id).state == .missed)
        #expect(try fixed(id).missedAt == at("2026-11-30T17:30:00Z"))
    }

    @Test(
        "Reopening keeps the resident's deadline, and the partner's does not count the time in which the work was thought done"
    )
    func reopened() throws {
        let id = try open("5 working days")
        try bench.act(id, "assign", ["partner": "Martin"])
        #expect(try fixed(id, "work").due == at("2026-11-23T18:00:00Z"))
        try move(to: "2026-11-23T10:00:00Z")
        try bench.act(id, "finish")
        try bench.act(id, "rate", ["score": 9])
        try move(to: "2026-11-25T10:00:00Z")
        try bench.act(id, "contest")
        let promise = try fixed(id)
        #expect(promise.state == .open)
        #expect(promise.due == at("2026-11-30T17:30:00Z"))
        #expect(promise.reopened == 1)
        #expect(promise.score == nil)
        // Eight of its ten hours are left.
        #expect(try fixed(id, "work").due == at("2026-11-25T18:00:00Z"))
        #expect(bench.memory.timers[id]?["missed:fixed"] == at("2026-12-01T08:00:00Z"))
    }

    @Test("Another partner has an obligation of their own, and that of the first one ends")
    func reassigned() throws {
        let id = try open("5 working days")
        try bench.act(id, "assign", ["partner": "Martin"])
        try move(to: "2026-11-23T09:00:00Z")
        try bench.act(id, "assign", ["partner": "Durand"])
        let all = bench.memory.commitments(of: id).filter { $0.name == "work" }
        #expect(all.map(\.content.partner) == ["Martin", "Durand"])
        #expect(all.map(\.state) == [.ended, .open])
        #expect(all.map(\.number) == [2, 3])
    }

    @Test("A change of the urgency keeps the pauses and wins no time, unless a reason lowers it")
    func changed() throws {
        let id = try open("24 hours")
        try move(to: "2026-11-23T09:00:00Z")
        try bench.act(id, "wait")
        try move(to: "2026-11-23T11:00:00Z")
        try bench.act(id, "go-on")
        #expect(try fixed(id).due == at("2026-11-24T10:00:00Z"))
        try bench.act(id, "hasten", ["term": "48 hours"])
        #expect(try fixed(id).due == at("2026-11-24T10:00:00Z"))
        try bench.act(id, "hasten", ["term": "4 hours"])
        #expect(try fixed(id).due == at("2026-11-23T14:00:00Z"))
        try bench.act(id, "hasten", ["term": "48 hours", "reason": "a mistake of ours"])
        #expect(try fixed(id).due == at("2026-11-25T10:00:00Z"))
    }

    @Test("A deadline passes in a state that no line watches: the promise is missed and the history says it")
    func unwatched() throws {
        let id = try open("10 working hours")
        try bench.act(id, "rest")
        #expect(bench.memory.timers[id]?["missed:fixed"] == at("2026-11-24T10:00:00Z"))
        try move(to: "2026-11-25T00:00:00Z")
        #expect(try fixed(id).missedAt == at("2026-11-24T10:00:00Z"))
        #expect(bench.events(id) == ["open", "rest", "timer:missed:fixed"])
        #expect(bench.memory.entries.last?.note?.en.hasPrefix("fixed: the deadline of") == true)
    }

    @Test("A request that is closed ends what was promised: missed after the deadline, ended before it")
    func closed() throws {
        let early = try open("10 working hours")
        try bench.act(early, "close")
        #expect(try fixed(early).state == .ended)
        #expect(bench.memory.timers[early] == nil || bench.memory.timers[early] == [:])
        let late = try open("1 hour")
        bench.now = at("2026-11-23T12:00:00Z")
        try bench.act(late, "close")
        #expect(try fixed(late).state == .missed)
    }

    @Test("A request is counted by the calendar of the day on which it was made, whatever the configuration says later")
    func otherCalendar() throws {
        let id = try open("10 working hours")
        let other = CalendarBook(
            ["other": .init(zone: .utc, hours: try .init([.sunday: [.init("10:00-11:00")!]]))])
        var registry = Registry(calendars: other)
        for provider in bench.engine.registry.providers { registry.add(provider) }
        bench.engine.serve(registry)
        try move(to: "2026-11-23T17:00:00Z")
        try bench.act(id, "wait")
        try move(to: "2026-11-30T08:30:00Z")
        try bench.act(id, "go-on")
        #expect(try fixed(id).due == at("2026-11-30T11:00:00Z"))
        let new = try open("1 working hour")
        #expect(try fixed(new).due == at("2026-12-06T11:00:00Z"))
    }

    @Test("A promise in a calendar that is never open is refused, and nothing is opened")
    func neverOpen() throws {
        var registry = Registry(
            calendars: CalendarBook(["none": .init(zone: .utc, hours: .none)]))
        for provider in bench.engine.registry.providers { registry.add(provider) }
        bench.engine.serve(registry)
        let answer = try bench.decide(
            .open(service: "toy.upkeep", resident: nil, input: ["term": "1 working day"], caller: .staff))
        #expect(answer.rejection?.words.en == "\"fixed\" cannot be promised: the working calendar is never open.")
        #expect(bench.memory.requests.isEmpty)
    }

    @Test("A repeated call gets the commitments of the first answer")
    func repeated() throws {
        let call = Command.open(
            service: "toy.upkeep", resident: nil, input: ["term": "5 working days"], caller: .key("k"))
        let first = try #require(try bench.decide(call).view)
        try move(to: "2026-11-24T09:00:00Z")
        guard case .request(let again)? = try bench.decide(call).repeated else {
            Issue.record("the call was not repeated")
            return
        }
        #expect(again == first)
        #expect(again.commitments.count == 1)
    }

    @Test("A table that watches only the approach of a deadline is refused at start")
    func unwatchedTable() throws {
        struct Careless: Service {
            static let id = "toy.careless"
            static let name = words("Careless")
            static let summary = words("Careless")
            struct Record: Codable {}
            struct Begin: Input { static let name = words("Begin") }
            struct End: Input { static let name = words("End") }
            func headline(_ record: Record) -> Text { Self.name }
            var lifecycle: Lifecycle {
                opening(Begin.self, to: .begun) { _, moment in Draft(Record(), at: moment) }
                on(approaching: .done, in: .begun) { _ in }
                on(End.self, from: .begun, to: .ended)
            }
        }
        #expect(
            ServiceTable(Careless()).mistakes == [
                "no line says what happens once the deadline of \"done\" has passed: write on(missed: .done, in: …)"
            ])
    }
}

extension StateOf {
    fileprivate static var begun: Self { open(fr: "begun", en: "begun", turn: .staff) }
    fileprivate static var ended: Self { closed(fr: "ended", en: "ended") }
}

extension CommitmentOf {
    fileprivate static var done: Self { promise(fr: "done", en: "done") }
}

import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import ConciergeTesting
import Testing
import WorkingCalendar

@testable import ConciergeDaemon

@Suite("Explaining promises for callers")
struct ExplainingPromisesTests {
    private let explaining: ExplainingPromises

    init() throws {
        let morning = [try #require(Opening("08:00-12:00"))]
        let hours = try WeeklyHours(Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, morning) }))
        let zone = try #require(Zone("Europe/Paris"))
        explaining = ExplainingPromises(
            calendars: WorkingCalendars([
                "gardiens": WorkingCalendar(zone: zone, hours: hours),
                "vide": WorkingCalendar(zone: zone, hours: try WeeklyHours([:])),
            ]),
            ledger: MemoryLedger(),
            // 2027-01-11T09:00:00Z
            clock: { Instant(milliseconds: 1_799_658_000_000) })
    }

    private func mistake(_ call: CommitmentMethods.Explain) async throws -> (field: String, english: String) {
        let error = try #require(await #expect(throws: ControlError.self) { try await explaining.explain(call) })
        guard case .invalidInput(let field, let reason) = error else { return ("", "\(error)") }
        return (field, reason.text?.en ?? "")
    }

    @Test("A promise begins now unless a start is given, and its date comes with the sentences")
    func explained() async throws {
        let reply = try await explaining.explain(.init(term: "2 jours ouvrés", calendar: "gardiens"))
        #expect(reply.due == Instant("2027-01-13T11:00:00Z"))
        #expect(reply.outcome == .due)
        #expect(reply.steps.last?.en == "It is promised by Wednesday 13 January 2027, 12:00.")
        let later = try await explaining.explain(
            .init(term: "2 working days", calendar: "gardiens", from: Instant("2027-02-01T09:00:00Z")))
        #expect(later.due == Instant("2027-02-03T11:00:00Z"))
    }

    @Test("A term by season is that of the day on which the promise begins")
    func seasons() async throws {
        let call = CommitmentMethods.Explain(
            term: "3 working days", seasons: ["1/11..30/4=1 jour ouvré"], calendar: "gardiens")
        let winter = try await explaining.explain(call)
        #expect(winter.due == Instant("2027-01-12T11:00:00Z"))
        #expect(winter.steps[1].en == "By season, from 1 November to 30 April: 1\u{A0}working day.")
        var summer = call
        summer.from = Instant("2027-04-30T22:00:00Z")
        #expect(try await explaining.explain(summer).due == Instant("2027-05-04T10:00:00Z"))
        var wrong = call
        wrong.seasons = ["1/11..30/4=1 working day", "30/2..1/3=1 hour"]
        #expect(try await mistake(wrong).field == "seasons[1]")
        wrong.seasons = ["1/11..30/4=1 working day", "30/4..1/6=1 hour"]
        #expect(try await mistake(wrong).field == "seasons")
        #expect(try await mistake(wrong).english.contains("have days in common"))
        wrong.seasons = []
        #expect(try await mistake(wrong).field == "seasons")
    }

    @Test("A promise without a date says why there is none")
    func withoutDate() async throws {
        let never = try await explaining.explain(.init(term: "2 working days", calendar: "vide"))
        #expect(never.due == nil)
        #expect(never.outcome == .never)
        let pause = Wire.PromisePause(from: try #require(Instant("2027-01-11T10:00:00Z")), to: nil, reason: "parts")
        let paused = try await explaining.explain(.init(term: "24 hours", calendar: "gardiens", pauses: [pause]))
        #expect(paused.outcome == .paused)
        #expect(paused.steps.contains { $0.en.contains("(parts)") })
    }

    @Test("Where safety is at stake a pause has no effect, and the sentences say so")
    func notPausable() async throws {
        let pause = Wire.PromisePause(from: try #require(Instant("2027-01-11T10:00:00Z")), to: nil)
        let reply = try await explaining.explain(
            .init(term: "24 hours", calendar: "gardiens", pauses: [pause], pausable: false))
        #expect(reply.due == Instant("2027-01-12T09:00:00Z"))
        #expect(reply.steps.contains { $0.en.contains("refused, because safety is at stake") })
    }

    @Test("An unknown calendar is refused with the nearest name, and a missing one with all of them")
    func calendars() async throws {
        let unknown = try await mistake(.init(term: "24 hours", calendar: "gardien"))
        #expect(unknown.field == "calendar")
        #expect(unknown.english == "there is no working calendar \"gardien\"; did you mean \"gardiens\"?")
        #expect(try await mistake(.init(term: "24 hours")).english == "name one of them: gardiens, vide")
        let far = try await mistake(.init(term: "24 hours", calendar: "bureau"))
        #expect(far.english == "there is no working calendar \"bureau\"; known: gardiens, vide")
    }

    @Test("A residence gives its calendar, its zone and its public holidays, and is found by id or name")
    func residences() async throws {
        var tilleuls = Residence()
        (tilleuls.id, tilleuls.name, tilleuls.calendar, tilleuls.region) = ("T-1", "Les Tilleuls", "gardiens", "FR-57")
        var palmiers = Residence()
        (palmiers.id, palmiers.name, palmiers.zone) = ("P-1", "Les Palmiers", "Indian/Reunion")
        _ = try await explaining.ledger.changeDirectory(
            DirectoryChanges(put: [tilleuls, palmiers]), from: 0, progress: { _, _ in })
        // Good Friday is 26 March 2027.
        let thursday = try #require(Instant("2027-03-25T09:00:00Z"))
        func due(_ residence: String?, _ calendar: String? = nil) async throws -> Instant? {
            try await explaining.explain(
                .init(term: "1 working day", calendar: calendar, residence: residence, from: thursday)
            ).due
        }
        #expect(try await due(nil, "gardiens") == Instant("2027-03-26T11:00:00Z"))
        #expect(try await due("les tilleuls") == Instant("2027-03-27T11:00:00Z"))
        #expect(try await due("t-1") == Instant("2027-03-27T11:00:00Z"))
        #expect(try await due("P-1", "gardiens") == Instant("2027-03-26T08:00:00Z"))
        #expect(try await mistake(.init(term: "24 hours", residence: "P-1")).field == "calendar")
        let unknown = try await mistake(.init(term: "24 hours", residence: "Les Tileuls"))
        #expect(unknown.field == "residence")
        #expect(unknown.english.hasSuffix("did you mean \"Les Tilleuls\"?"))
    }

    @Test("The only calendar needs no name, and adopted calendars replace the ones before")
    func adopted() async throws {
        let only = try #require(Zone("Europe/Paris"))
        explaining.calendars.adopt(["seul": WorkingCalendar(zone: only, hours: try WeeklyHours([:]))])
        #expect(try await explaining.explain(.init(term: "24 hours")).due == Instant("2027-01-12T09:00:00Z"))
        #expect(try await mistake(.init(term: "24 hours", calendar: "gardiens")).field == "calendar")
        explaining.calendars.adopt([:])
        #expect(try await mistake(.init(term: "24 hours")).english.contains("no working calendar is configured"))
    }

    @Test("A term or a pause that is not right is refused by name")
    func badInput() async throws {
        #expect(try await mistake(.init(term: "five days", calendar: "gardiens")).field == "term")
        let (early, late) = (Instant("2027-01-11T10:00:00Z"), Instant("2027-01-12T10:00:00Z"))
        let good = Wire.PromisePause(from: try #require(early), to: late)
        let bad = Wire.PromisePause(from: try #require(late), to: early)
        let call = CommitmentMethods.Explain(term: "24 hours", calendar: "gardiens", pauses: [good, bad])
        #expect(try await mistake(call).field == "pauses[1]")
        let far = Wire.PromisePause(from: try #require(early), to: Instant("2200-01-01T00:00:00Z"))
        #expect(try await mistake(.init(term: "24 hours", calendar: "gardiens", pauses: [far])).field == "pauses")
        let long = Wire.PromisePause(from: try #require(early), to: late, reason: String(repeating: "é", count: 300))
        #expect(
            try await mistake(.init(term: "24 hours", calendar: "gardiens", pauses: [long])).field == "pauses[0].reason"
        )
        let many = Array(repeating: good, count: 1001)
        #expect(try await mistake(.init(term: "24 hours", calendar: "gardiens", pauses: many)).field == "pauses")
    }
}

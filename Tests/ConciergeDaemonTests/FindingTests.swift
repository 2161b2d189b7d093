import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import ConciergeTesting
import JSON
import Testing
import WorkingCalendar

@testable import ConciergeDaemon

/// What staff look for, on a ledger in memory.
@Suite("Finding, listing and counting requests")
struct FindingTests {
    private static let now = Instant("2026-11-23T08:00:00Z")!
    private let viewer = Principal(uid: 54_321, groups: [701])
    private let staff = Principal(uid: 54_322, groups: [702])
    private let ledger = MemoryLedger()
    private let access: AccessRules
    private let views: Views

    init() throws {
        access = AccessRules(
            .init(viewers: ["lookers"], staff: ["lodge"]),
            names: NameService(userName: { _ in .none }, groupNumber: { .found($0 == "lodge" ? 702 : 701) }),
            pool: MaintenancePool(), tell: { _ in })
        let words = Text(verbatim: "toy")
        var registry = Registry()
        registry.add(
            try ProviderContents(
                ProviderManifest(id: "toy", version: "1.0.0", name: words, summary: words),
                services: [Errand(), Mending()], tasks: [], schedules: []))
        let served = ServedRegistry()
        served.replace(with: registry)
        views = Views(served: served, progress: ProgressBoard())
    }

    private var residents: NamingResidents { NamingResidents(ledger: ledger) }
    private var reading: Reading {
        Reading(ledger: ledger, access: access, views: views, residents: residents, clock: { Self.now })
    }
    private var finding: FindingRequests {
        FindingRequests(ledger: ledger, access: access, views: views, residents: residents)
    }

    private func id(_ minutes: Int) -> RequestID {
        RequestID(number: ShortID.number(at: Self.now + .minutes(minutes)))
    }

    /// Opens a request some minutes after the present moment, with what it promises.
    @discardableResult
    private func put(
        _ minutes: Int, _ record: String, service: ServiceID = "toy.mending", state: String = "begun",
        resident: String? = nil, promised days: Int? = nil, missed: Bool = false, notice: Bool = false
    ) async throws -> String {
        let isOpen = state == "begun"
        let request = StoredRequest(
            id: id(minutes), service: service, state: state, isOpen: isOpen, resident: resident,
            openedAt: Self.now + .minutes(minutes), closedAt: isOpen ? nil : Self.now, record: Array(record.utf8),
            version: 1)
        let calendar = CalendarBook().standard
        var changes = Changes()
        changes.requests.opened[request.id] = request
        if let days {
            var promise = StoredCommitment(
                number: 1, name: "fixed", kind: .promise, title: Text(fr: "réparé", en: "fixed"), partner: nil,
                term: calendar.calendar.choice(of: SeasonalTerm(.hours(24)), from: Self.now + .days(days)),
                start: Self.now + .days(days), alerts: .init(lead: nil), by: calendar)
            if missed { promise.miss(at: Self.now - .days(1)) }
            changes.commitments.changed[request.id] = [1: promise]
            changes.commitments.calendars[calendar.id] = calendar.content
        }
        if notice {
            changes.entries.append(
                Entry(
                    request: request.id, service: service, at: Self.now, actor: "lea",
                    event: .notice("ready", to: .resident, isSecret: true), note: Text(fr: "code 4711", en: "code 4711")
                ))
        }
        _ = try await ledger.commit { _ in (changes, ()) }
        return request.id.description
    }

    private func fillDirectory() async throws {
        _ = try await ledger.changeDirectory(
            DirectoryChanges(
                put: [
                    Resident(id: "R-1", name: "Zoé Lefèvre", dwelling: "B 204", residence: "Les Tilleuls"),
                    Resident(id: "R-2", name: "Paul Lefèvre", dwelling: "A 12", residence: "Les Tilleuls"),
                    Resident(id: "R-3", name: "Inès Benali", dwelling: "C 1", residence: "Les Acacias"),
                ], removed: []), from: 0, progress: { _, _ in })
    }

    @Test("A list by promise has what is late, then what is due, then the rest with the newest first, page by page")
    func byPromise() async throws {
        let old = try await put(0, #"{"what":"a"}"#)
        let later = try await put(1, #"{"what":"b"}"#, promised: 9)
        let late = try await put(2, #"{"what":"c"}"#, promised: -3, missed: true)
        let soon = try await put(3, #"{"what":"d"}"#, promised: 0)
        let new = try await put(4, #"{"what":"e"}"#, state: "done")
        for limit in [1, 2, 3, 100] {
            var call = RequestMethods.List()
            (call.sort, call.limit) = (.due, limit)
            var found: [String] = []
            repeat {
                let reply = try await reading.list(call, for: viewer)
                found += reply.requests.map(\.id)
                call.after = reply.next
            } while call.after != nil
            #expect(found == [late, soon, later, new, old])
        }
        var call = RequestMethods.List()
        (call.sort, call.late) = (.due, true)
        let reply = try await reading.list(call, for: viewer)
        #expect(reply.requests.map(\.id) == [late] && reply.next == nil)
        call.after = "x7"
        await #expect(throws: ControlError.self) { try await reading.list(call, for: viewer) }
        (call.after, call.sort) = (nil, "newest")
        await #expect(throws: ControlError.self) { try await reading.list(call, for: viewer) }
    }

    @Test("Words that find several residents list the requests of all of them, for staff alone")
    func severalResidents() async throws {
        try await fillDirectory()
        let zoe = try await put(0, #"{"what":"a"}"#, resident: "R-1")
        let paul = try await put(1, #"{"what":"b"}"#, resident: "R-2")
        try await put(2, #"{"what":"c"}"#, resident: "R-3")
        var call = RequestMethods.List()
        call.resident = "lefevre"
        let reply = try await reading.list(call, for: staff)
        #expect(reply.requests.map(\.id) == [paul, zoe])
        #expect(reply.residents?.map(\.name) == ["Paul Lefèvre", "Zoé Lefèvre"])
        call.resident = "zoe lefevre"
        let one = try await reading.list(call, for: staff)
        #expect(one.requests.map(\.id) == [zoe] && one.residents == nil)
        let hidden = try await reading.list(call, for: viewer)
        #expect(hidden.requests.isEmpty && hidden.residents == nil)
        call.resident = nil
        call.residence = "les tilleuls"
        #expect(try await reading.list(call, for: staff).requests.map(\.id) == [paul, zoe])
        call.residence = "les tileuls"
        await #expect(throws: ControlError.self) { try await reading.list(call, for: staff) }
    }

    @Test("A search finds by the record, the resident and the id, the open requests first")
    func search() async throws {
        try await fillDirectory()
        let open = try await put(0, #"{"what":"Fuite sous l'évier"}"#, resident: "R-1")
        let closed = try await put(1, #"{"what":"fuite au plafond"}"#, state: "done", resident: "R-3")
        func found(_ words: String, by principal: Principal) async throws -> [String] {
            try await finding.find(RequestMethods.Find(words: words), for: principal).requests.map(\.id)
        }
        #expect(try await found("FUITE", by: staff) == [open, closed])
        #expect(try await found("plafond", by: viewer) == [closed])
        #expect(try await found("lefevre b204", by: staff) == [open])
        #expect(try await found("benali fuite", by: staff) == [closed])
        #expect(try await found("benali evier", by: staff).isEmpty)
        // Who may not see names does not find by them.
        #expect(try await found("benali", by: viewer).isEmpty)
        #expect(try await found(String(closed.prefix(8)), by: viewer) == [closed])
        #expect(try await found(closed.lowercased(), by: viewer) == [closed])
        await #expect(throws: ControlError.self) { try await found("…", by: staff) }
        // A page ends where it has as many as were asked for, and the next goes on with the closed ones.
        var call = RequestMethods.Find(words: "fuite", limit: 1)
        let first = try await finding.find(call, for: staff)
        #expect(first.requests.map(\.id) == [open])
        call.after = first.next
        var rest: [String] = []
        while call.after != nil {
            let page = try await finding.find(call, for: staff)
            rest += page.requests.map(\.id)
            call.after = page.next
        }
        #expect(rest == [closed])
    }

    @Test("A secret is not found by anybody, and a headline does not say it to viewers")
    func secrets() async throws {
        let id = try await put(0, #"{"what":"code4711"}"#, service: "toy.errand")
        for principal in [viewer, staff] {
            #expect(try await finding.find(.init(words: "code4711"), for: principal).requests.isEmpty)
            let counting = CountingRequests(
                ledger: ledger, access: access, served: views.served, residents: residents, clock: { Self.now })
            let refused = await #expect(throws: ControlError.self) {
                var call = RequestMethods.Count(by: ["what"])
                call.service = "toy.errand"
                return try await counting.count(call, for: principal)
            }
            #expect(refused?.name == .invalidInput)
        }
        let hidden = try await reading.list(.init(), for: viewer).requests
        #expect(hidden.map(\.id) == [id])
        #expect(hidden[0].data.members.isEmpty && hidden[0].headline?.en.contains("4711") == false)
    }

    @Test("The beginning of an id shows its request; of several, each is named")
    func beginnings() async throws {
        let (one, other) = (try await put(0, #"{"what":"a"}"#), try await put(1, #"{"what":"b"}"#))
        #expect(try await reading.get(.init(id: String(one.prefix(8))), for: viewer).request.id == one)
        let common = zip(one, other).prefix { $0 == $1 }.count
        try #require(common >= ShortID.shortest)
        let several = await #expect(throws: ControlError.self) {
            try await reading.get(.init(id: String(one.prefix(common))), for: viewer)
        }
        #expect(several?.name == .invalidInput)
        let reason = several?.parameters(in: .en)["reason"]?.stringValue ?? ""
        #expect(reason.contains(one) && reason.contains(other))
        await #expect(throws: ControlError.notFound("RUES")) { try await reading.get(.init(id: "RUES"), for: viewer) }
    }

    @Test("Requests are counted by what they are, where, and what their records say")
    func counts() async throws {
        try await fillDirectory()
        try await put(0, #"{"what":"tap"}"#, resident: "R-1", promised: -3, missed: true)
        try await put(1, #"{"what":"tap"}"#, resident: "R-3")
        try await put(2, #"{"what":"door"}"#, state: "done", resident: "R-2")
        let counting = CountingRequests(
            ledger: ledger, access: access, served: views.served, residents: residents, clock: { Self.now })
        func count(_ by: [String], late: Bool? = nil) async throws -> [RequestMethods.Count.Group] {
            var call = RequestMethods.Count(by: by)
            call.late = late
            return try await counting.count(call, for: staff).groups
        }
        #expect(try await count([]) == [.init(values: [], count: 3, open: 2, late: 1)])
        #expect(
            try await count(["what"]) == [
                .init(values: ["door"], count: 1, open: 0, late: 0), .init(values: ["tap"], count: 2, open: 2, late: 1),
            ])
        #expect(
            try await count(["residence", "state"]) == [
                .init(values: ["Les Acacias", "begun"], count: 1, open: 1, late: 0),
                .init(values: ["Les Tilleuls", "begun"], count: 1, open: 1, late: 1),
                .init(values: ["Les Tilleuls", "done"], count: 1, open: 0, late: 0),
            ])
        #expect(
            try await count(["month", "service"], late: true) == [
                .init(values: ["2026-11", "toy.mending"], count: 1, open: 1, late: 1)
            ])
        for wrong in [["wat"], ["state", "state"], ["service", "state", "month", "what"]] {
            await #expect(throws: ControlError.self) { try await count(wrong) }
        }
    }

    @Test("A dossier has what is open, what was closed and what was said; viewers see neither names nor secrets")
    func dossier() async throws {
        try await fillDirectory()
        let late = try await put(0, #"{"what":"a"}"#, resident: "R-1", promised: -3, missed: true)
        let open = try await put(1, #"{"what":"b"}"#, resident: "R-1", notice: true)
        let closed = try await put(2, #"{"what":"c"}"#, state: "done", resident: "R-1")
        try await put(3, #"{"what":"d"}"#, resident: "R-2", notice: true)
        let dossiers = ReadingResident(
            ledger: ledger, access: access, views: views, residents: residents, clock: { Self.now })
        let all = try await dossiers.answer(.init(resident: "r-1"), for: staff)
        #expect(all.open.map(\.id) == [late, open] && all.closed.map(\.id) == [closed])
        #expect(all.open[0].knownResident?.name == "Zoé Lefèvre")
        #expect(all.messages.map(\.request) == [open] && all.messages[0].words?.en == "code 4711")
        #expect(all.offers?.map(\.service).sorted() == ["toy.errand", "toy.mending"] && !all.more)
        let hidden = try await dossiers.answer(.init(resident: "R-1"), for: viewer)
        #expect(hidden.open.map(\.id) == [late, open])
        #expect(hidden.open[0].knownResident == nil && hidden.offers == nil && hidden.messages[0].words == nil)
        #expect(try await dossiers.answer(.init(resident: "nobody"), for: staff).offers == nil)
    }
}

/// A service whose record everybody may read.
private struct Mending: Service {
    struct Record: Codable { var what: String }
    struct Begin: Input {
        static let name = Text(verbatim: "begin")
        @Field(fr: "Quoi", en: "What") var what: String
    }
    struct Finish: Input { static let name = Text(verbatim: "finish") }

    static let id = "toy.mending"
    static let name = Text(verbatim: "mending")
    static let summary = Text(verbatim: "mending")
    func headline(_ record: Record) -> Text { Text(verbatim: record.what) }

    var lifecycle: Lifecycle {
        opening(Begin.self, to: .begun) { begin, moment in Draft(Record(what: begin.what), at: moment) }
        on(Finish.self, from: .begun, to: .done)
    }
}

extension StateOf<Mending> {
    fileprivate static var begun: Self { open(fr: "begun", en: "begun", turn: .staff) }
    fileprivate static var done: Self { closed(fr: "done", en: "done") }
}

import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service with a code between the person who leaves something and the person who fetches it.
private struct Locker: Service {
    static let id = "toy.locker"
    static let name = words("Locker")
    static let summary = words("Locker")

    struct Record: Codable {
        var shelf: String
        var code: String
        var tries = 0
    }

    struct Leave: Input {
        static let name = words("Leave")
        @Field(fr: "Shelf", en: "Shelf") var shelf: String
        @Field(fr: "Code", en: "Code", .secret) var code: String
    }
    struct Fetch: Input {
        static let name = words("Fetch")
        @Field(fr: "Code", en: "Code", .secret) var code: String
        @Field(fr: "By", en: "By") var by: String?
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Leave.self, to: .shut) { leave, moment in
            var locker = Draft(Record(shelf: leave.shelf, code: leave.code), at: moment)
            locker.start(.sweep, after: .hours(1))
            locker.notify(.resident, "left", words("The code is \(leave.code)."), secret: true)
            locker.notify(.staff, "shut", words("Something was left."))
            return locker
        }
        on(Fetch.self, from: .shut, to: .opened) { fetch, locker in
            guard fetch.code != locker.record.code else { return }
            locker.record.tries += 1
            try locker.claim("door", otherwise: words("taken"))
            locker.start(.sweep, after: .hours(2))
            locker.refuse(words("wrong code"))
        }
        after(.sweep, in: .shut) { _ in }
    }
}

extension StateOf<Locker> {
    fileprivate static var shut: Self { open(fr: "shut", en: "shut", turn: .resident) }
    fileprivate static var opened: Self { closed(fr: "open", en: "open", id: "open") }
}

extension TimerOf<Locker> {
    fileprivate static var sweep: Self { timer(fr: "sweep", en: "sweep") }
}

@Suite("Recorded refusals, and secrets that only staff see")
struct SecrecyTests {
    private let bench: Bench
    private let id: RequestID

    init() throws {
        bench = try Bench(services: [Locker()], tasks: [])
        let opened = try bench.decide(
            .open(
                service: "toy.locker", resident: nil, input: ["shelf": "A3", "code": "4711"],
                caller: Caller(actor: "anne")))
        id = try #require(opened.view).request.id
    }

    @Test("A member of the record with the name of a secret field is secret without being declared again")
    func declaredOnce() {
        #expect(Locker.secrets.isEmpty)
        #expect(ServiceTable(Locker()).secrets == ["code"])
    }

    @Test("A recorded refusal keeps the state, and stores the record, timers, claims and a line with the reason")
    func trace() throws {
        let answer = try bench.act(id, "fetch", ["code": "0000", "by": "anne"])
        #expect(answer.rejection == .refused(words("wrong code")))
        let request = try bench.request(id)
        #expect(request.state == "shut")
        #expect(request.isOpen)
        #expect(request.version == 2)
        #expect(bench.memory.timers(of: id) == ["sweep": bench.now + .hours(2)])
        #expect(bench.memory.holders == ["toy/door": id])
        let line = try #require(bench.memory.entries.last)
        #expect(line.event == "fetch")
        #expect(line.note == words("wrong code"))
        #expect((line.from, line.to) == ("shut", "shut"))
        #expect(try bench.act(id, "fetch", ["code": "4711"]).view?.request.state == "open")
    }

    @Test("A recorded refusal is not stored as the answer to a key: a repeat is another attempt")
    func traceWithKey() throws {
        for count in 1...3 {
            let answer = try bench.decide(.act(id: id, action: "fetch", input: ["code": "0"], caller: .key("k")))
            #expect(answer.isRefused)
            #expect(try bench.request(id).version == count + 1)
        }
        #expect(bench.memory.answers.isEmpty)
    }

    @Test(
        "Without the staff role the secrets of the record, of inputs and of notices are hidden, and all else is shown")
    func hidden() throws {
        try bench.act(id, "fetch", ["code": "1234", "by": "anne"])
        let table = ServiceTable(Locker())
        let request = try bench.request(id)
        #expect(try JSON.parse(table.shownRecord(of: request)) == ["shelf": "A3", "code": "4711", "tries": 1])
        #expect(try JSON.parse(table.publicRecord(of: request)) == ["shelf": "A3", "tries": 1])

        let lines = bench.memory.entries.map { NumberedEntry(seq: 1, entry: $0) }
        #expect(
            lines.map(\.entry.event) == [
                .opened, .notice("left", to: .resident, isSecret: true), .notice("shut", to: .staff, isSecret: false),
                .action("fetch"),
            ])
        let open = lines.map { $0.hidingSecrets(table).entry }
        let inputs = try open.map { try $0.input.map { try JSON.parse($0) } }
        #expect(inputs[0] == ["shelf": "A3"])
        #expect(open[1].note == nil)
        #expect(open[1].event == lines[1].entry.event)
        #expect(open[2].note != nil)
        #expect(inputs[3] == ["by": "anne"])
        #expect(open[3].note != nil)
        for text in open.flatMap({ [$0.note?.fr, $0.note?.en, $0.input.map { String(decoding: $0, as: UTF8.self) }] }) {
            #expect(text?.contains("4711") != true && text?.contains("1234") != true)
        }
        // Without the service it is unknown which fields are secret.
        #expect(lines[3].hidingSecrets(nil).entry.input == nil)
        #expect(lines[1].entry.note?.en == "The code is 4711.")
    }
}

import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A thing that is given from hand to hand.
private struct Thing: Service {
    static let id = "toy.thing"
    static let name = words("Thing")
    static let summary = words("Thing")
    struct Record: Codable { var holder = "" }
    struct Bring: Input { static let name = words("Bring") }
    struct Give: Input {
        static let name = words("Give")
        @Field(fr: "To", en: "To") var to: String
    }
    struct Burn: Input { static let name = words("Burn") }
    func headline(_ record: Record) -> Text { Self.name }
    var lifecycle: Lifecycle {
        opening(Bring.self, to: State.here) { _, moment in Draft(Record(), at: moment) }
        on(Give.self, in: State.here) { give, thing in
            thing.record.holder = give.to
            thing.notify(.resident, "given", words("Given."))
            thing.seal()
        }
        on(Burn.self, from: State.here, to: State.gone)
    }
}

extension StateOf<Thing> {
    fileprivate static var here: Self { open(fr: "here", en: "here", turn: .staff) }
    fileprivate static var gone: Self { closed(fr: "gone", en: "gone") }
}

@Suite("The chain of custody of a request")
struct CustodyTests {
    private let bench: Bench

    init() throws { bench = try Bench(services: [Thing()]) }

    private func lines(_ id: RequestID) -> [NumberedEntry] {
        bench.memory.requestTable.lines.filter { $0.entry.request == id }
    }

    private func opened() throws -> RequestID {
        try #require(
            try bench.decide(.open(service: "toy.thing", resident: "apt-3", input: [:], caller: .staff)).view
        ).request.id
    }

    @Test("Each hand-over is a link, and a history that nobody changed is sound")
    func sound() throws {
        let id = try opened()
        #expect(Custody.check(lines(id)) == .sound(links: 0, last: nil))
        try bench.act(id, "give", ["to": "Zoé"])
        bench.now = bench.now + .hours(1)
        try bench.decide(.addNote(request: id, text: "Rien à signaler.", caller: .staff))
        try bench.act(id, "give", ["to": "Paul"])
        guard case .sound(let links, let last?) = Custody.check(lines(id)) else {
            Issue.record("the history does not fit")
            return
        }
        #expect(links == 2)
        #expect(last.count == 64)
        #expect(lines(id).compactMap(\.entry.seal).count == 2)
    }

    @Test("A link that is made in the batch of others fits as well")
    func batch() throws {
        let id = try opened()
        try bench.decide([
            .act(id, "give", ["to": "Zoé"]), .act(id, "give", ["to": "Paul"]), .act(id, "give", ["to": "Léa"]),
        ])
        #expect(Custody.check(lines(id)).links == 3)
    }

    @Test("A line before the last hand-over that is changed, left out or put in no longer fits")
    func changed() throws {
        let id = try opened()
        try bench.act(id, "give", ["to": "Zoé"])
        try bench.act(id, "give", ["to": "Paul"])
        let history = lines(id)
        let given = try #require(history.firstIndex { $0.entry.event == .action("give") })
        var other = history
        let entry = history[given].entry
        other[given] = NumberedEntry(
            seq: history[given].seq,
            entry: Entry(
                request: entry.request, service: entry.service, at: entry.at, actor: "somebody else",
                event: entry.event,
                from: entry.from, to: entry.to, input: entry.input, note: entry.note, seed: entry.seed, seal: entry.seal
            ))
        #expect(Custody.check(other) == .broken(at: history[given].seq))
        other = history
        other.remove(at: given + 1)
        #expect(Custody.check(other).links == nil)
        other = history
        other.insert(history[0], at: 1)
        #expect(Custody.check(other).links == nil)
    }
}

extension Custody.Finding {
    /// How many links; nil for a history that does not fit.
    fileprivate var links: Int? { if case .sound(let links, _) = self { links } else { nil } }
}

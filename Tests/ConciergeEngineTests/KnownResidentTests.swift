import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service whose rules write down what they know of the resident.
private struct Visit: Service {
    static let id = "toy.visit"
    static let name = words("Visit")
    static let summary = words("Visit")

    struct Record: Codable {
        var known: [String] = []
        var noted: [String] = []
    }
    struct Ask: Input { static let name = words("Ask") }
    struct Look: Input { static let name = words("Look") }
    struct End: Input { static let name = words("End") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Ask.self, to: .asked) { _, moment in
            let known = moment.knownResident
            return Draft(
                Record(known: [Self.told(known)], noted: [Self.noted(known, on: moment.today)]), at: moment)
        }
        on(Look.self, in: .asked) { _, visit in
            visit.record.known.append(Self.told(visit.knownResident))
            visit.record.noted.append(Self.noted(visit.knownResident, on: visit.moment.today))
        }
        on(End.self, from: .asked, to: .over)
    }

    static func noted(_ known: KnownResident?, on day: LocalDate) -> String {
        guard let known else { return "nobody" }
        return known.channels.map(\.rawValue).joined(separator: "+") + ": "
            + [
                known.consents(to: "Calls", on: day) ? "agrees" : "", known.isAway(on: day) ? "away" : "at home",
                known.mandate(for: id, on: day)?.holder.name ?? "nobody",
            ].joined(separator: ", ")
    }

    static func told(_ known: KnownResident?) -> String {
        guard let known else { return "nobody" }
        let dwelling = known.place?.dwelling.map { "\($0.label) \($0.floor) \($0.isAdapted.map { "\($0)" } ?? "?")" }
        return [
            known.id, known.name, known.dwelling, known.residence, known.language, known.publics.joined(separator: "+"),
            known.place?.territory ?? "-", known.place?.zone?.description ?? "-", dwelling ?? "-",
        ].joined(separator: "/")
    }
}

extension StateOf<Visit> {
    fileprivate static var asked: Self { open(fr: "asked", en: "asked", turn: .staff) }
    fileprivate static var over: Self { closed(fr: "over", en: "over") }
}

@Suite("What a rule knows of the resident")
struct KnownResidentTests {
    private let bench: Bench

    init() throws { bench = try Bench(services: [Visit()], tasks: []) }

    private func open(for resident: String?) throws -> RequestID {
        let command = Command.open(service: "toy.visit", resident: resident, input: [:], caller: .staff)
        return try #require(try bench.decide(command).view).request.id
    }

    private func known(_ id: RequestID) throws -> [String] { try told(id, "known") }

    private func told(_ id: RequestID, _ member: String) throws -> [String] {
        let record = try JSON.parse(bench.request(id).record)
        return (record[member]?.arrayValue ?? []).compactMap(\.stringValue)
    }

    private func fill() {
        var tilleuls = Residence()
        (tilleuls.id, tilleuls.name, tilleuls.territory, tilleuls.zone) = (
            "T-1", "Les Tilleuls", "Metz", "Europe/Paris"
        )
        var flat = Dwelling()
        (flat.residence, flat.label, flat.floor, flat.isAdapted) = ("T-1", "B 204", "2", true)
        bench.fill([tilleuls])
        bench.fill([flat])
        bench.fill([
            Resident(
                id: "R-1", name: "Zoé Lefèvre", dwelling: "b 204", residence: "les tilleuls", language: "fr",
                publics: ["senior", "fragile"]),
            Resident(id: "R-2", name: "Luc", dwelling: "A 1", residence: "Elsewhere"),
        ])
    }

    @Test("A rule sees the resident whose id the request has, in whatever form, with the place that the directory has")
    func known() throws {
        fill()
        #expect(
            try known(open(for: "r-1")) == [
                "R-1/Zoé Lefèvre/b 204/Les Tilleuls/fr/senior+fragile/Metz/Europe/Paris/B 204 2 true"
            ])
        #expect(try known(open(for: "R-2")) == ["R-2/Luc/A 1/Elsewhere///-/-/-"])
        #expect(try known(open(for: "apt-12")) == ["nobody"])
        #expect(try known(open(for: nil)) == ["nobody"])
    }

    @Test("Each rule sees the directory as it is then")
    func changes() throws {
        let id = try open(for: "R-1")
        fill()
        try bench.act(id, "look")
        bench.fill([Resident](), removing: ["r-1"])
        try bench.act(id, "look")
        let known = try known(id)
        #expect(known.map { $0.hasPrefix("R-1/Zoé") } == [false, true, false])
    }

    @Test("Who a request is for is corrected without a rule, and the history names both")
    func corrected() throws {
        fill()
        let id = try open(for: "apt-12")
        try bench.act(id, "end")
        func correct(to resident: String) throws -> Answer {
            try bench.decide(.reassign(id: id, resident: resident, caller: .staff))
        }
        #expect(try correct(to: "R-1").view?.request.resident == "R-1")
        #expect(try correct(to: "R-2").view?.request.version == 4)
        #expect(bench.events(id) == ["open", "end", "reassigned", "reassigned"])
        #expect(bench.memory.entries.last?.note?.en == "Zoé Lefèvre (R-1) → Luc (R-2)")
        #expect(try JSON.parse(bench.memory.entries.last?.input ?? [])["resident"]?["from"] == "R-1")
        #expect(try correct(to: "R-2").isRefused)
        #expect(try correct(to: " ").isRefused)
        #expect(bench.events(id).count == 4)
    }

    @Test("A rule sees what staff have noted, also what was noted in the same batch")
    func dossier() throws {
        fill()
        let caller = Caller.staff
        try bench.decide([
            .note(.prefer([.door]), resident: "r-1", caller: caller),
            .note(.consent(to: "calls", from: nil, until: nil), resident: "R-1", caller: caller),
            .open(service: "toy.visit", resident: "R-1", input: [:], caller: caller),
            .note(.absent(from: nil, until: nil), resident: "R-1", caller: caller),
            .note(
                .empower(.init(name: "Léo"), services: ["toy.visit"], from: nil, until: nil), resident: "R-1",
                caller: caller),
        ])
        let id = try #require(bench.memory.requests.keys.first)
        try bench.act(id, "look")
        #expect(
            try told(id, "noted") == ["door: agrees, at home, nobody", "door: agrees, away, Léo"])
        #expect(try told(open(for: "R-2"), "noted") == ["letter+door: , at home, nobody"])
    }

    @Test("Only a rule that asks for a resident has one looked up")
    func asked() throws {
        _ = try open(for: nil)
        _ = try open(for: nil)
        #expect(bench.loads == 0)
        _ = try open(for: "R-1")
        #expect(bench.loads == 1)
    }
}

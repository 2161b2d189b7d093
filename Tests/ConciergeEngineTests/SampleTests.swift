import ConciergeKit
import ConciergeTesting
import Testing

@Suite("Golden records of older versions")
struct SampleTests {
    private let samples = [
        StoredSample(
            version: 1, state: "parked", timers: ["nag": .hours(1), "ping": .hours(2)], record: #"{"owner":"ana"}"#),
        StoredSample(version: 2, state: "kept", record: #"{"owner":"ana","place":"B7"}"#),
        StoredSample(
            version: 3, state: "kept", timers: ["sweep": .days(1)],
            record: #"{"owner":"ana","place":{"row":"B","number":7},"swept":2}"#),
    ]

    private func mistakes(_ samples: [StoredSample]) -> [String] {
        do {
            _ = try checkUpgrades(of: Shelf(), from: samples)
            return []
        } catch {
            return error.mistakes
        }
    }

    @Test("Samples of every version are upgraded to the current version of the service")
    func upgraded() throws {
        let upgraded = try checkUpgrades(of: Shelf(), from: samples)
        #expect(upgraded.map(\.state) == [.onHold, .kept, .kept])
        #expect(upgraded[0].timers == [.remind: .hours(1)])
        #expect(upgraded[1].record.place == .init(row: "B", number: 7))
        #expect(upgraded[2].record.swept == 2)
    }

    @Test("A version without a sample is reported")
    func missing() {
        #expect(mistakes(Array(samples.dropFirst())) == ["there is no sample of version 1"])
        #expect(mistakes([]).count == 3)
    }

    @Test("A sample that cannot be read is reported with the reason")
    func unreadable() {
        let broken = StoredSample(version: 3, state: "kept", record: #"{"owner":"ana","place":"B7"}"#)
        #expect(
            mistakes(samples + [broken]) == [
                "sample 4, of version 3: its record (version 3) cannot be decoded: \"place\" is not a JSONObject"
            ])
        let lost = StoredSample(version: 2, state: "mislaid", record: #"{"owner":"ana","place":"B7"}"#)
        #expect(mistakes(samples + [lost]).count == 1)
    }

    @Test("A member of the current version that is lost by reading and writing it is reported, as after a rename")
    func renamedProperty() {
        let renamed = StoredSample(
            version: 3, state: "kept",
            record: #"{"owner":"ana","place":{"row":"B","number":7},"swept":0,"trouble":"rust"}"#)
        #expect(mistakes(samples + [renamed]) == ["sample 4, of version 3: \"trouble\" does not come out as it is"])
    }

    @Test("A test lodge continues with the requests of an older version")
    func restored() async throws {
        let lodge = try await Lodge(Shelves.self, configuration: .init(), at: Bench.start)
        let request = try lodge.restore(samples[0], of: "toy.shelf", resident: "apt-1")
        #expect(request.state == "on-hold")
        try await lodge.advance(by: .hours(1))
        #expect(lodge.notices(request.id).map(\.en) == ["A"])
        let old = try lodge.restore(samples[1], of: "toy.shelf")
        #expect(try await lodge.act(old.id, "fetch", ["by": "ana"]).state == "gone")
        #expect(throws: LodgeError.self) {
            try lodge.restore(StoredSample(version: 9, state: "kept", record: "{}"), of: "toy.shelf")
        }
    }
}

private struct Shelves: ServiceProvider {
    static let manifest = ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy"))
    init(_ configuration: NoSettings, in context: ProviderContext) {}
    var services: [any Service] { [Shelf()] }
    var tasks: [TaskDefinition] { Loan.tasks }
}

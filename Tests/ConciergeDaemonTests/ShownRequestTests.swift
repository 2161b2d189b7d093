import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import ConciergeTesting
import JSON
import Testing

@testable import ConciergeDaemon

@Suite("How a request is shown")
struct ShownRequestTests {
    private let table = ServiceTable(Errand())

    private func shown(
        _ table: ServiceTable?, state: String = "begun", record: String = #"{"what":"bread"}"#,
        hidingSecrets: Bool = false
    ) throws -> JSONObject {
        let isOpen = state == "begun"
        let at = Instant(milliseconds: 0)
        let request = StoredRequest(
            id: "35A84-BG07Y", service: "toy.errand", state: state, isOpen: isOpen, resident: nil, openedAt: at,
            closedAt: isOpen ? nil : at, record: Array(record.utf8), version: 1)
        let shown = Wire.Request(RequestView(request: request, timers: [:]), table: table, hidingSecrets: hidingSecrets)
        return try #require(try JSON.parse(shown.encoded()).objectValue)
    }

    @Test("An open request that no provider serves is shown as unattended, a closed one is not")
    func unattended() throws {
        #expect(try shown(nil)["unattended"] == true)
        #expect(try shown(table)["unattended"] == nil)
        #expect(try shown(nil, state: "done")["unattended"] == nil)
    }

    @Test("The record is shown even if no provider serves it, and its secrets only to staff")
    func record() throws {
        #expect(try shown(table)["data"] == ["what": "bread"])
        #expect(try shown(nil)["data"] == ["what": "bread"])
        #expect(try shown(table, hidingSecrets: true)["data"] == [:])
        // Without the service it is unknown which fields are secret.
        #expect(try shown(nil, hidingSecrets: true)["data"] == [:])
    }

    private struct Door: Input {
        static let name = Text(verbatim: "door")
        @Field(fr: "pin", en: "pin", .secret) var pin: String
        @Field(fr: "door", en: "door") var door: String
    }

    @Test("The secret fields of a run's input are shown only to staff, and none of it if the task is not served")
    func runSecrets() throws {
        let task = TaskDefinition(TaskName<Door, NoAnswer>("toy.door", fr: "door", en: "door")) { _, _ in
            TaskReport(Text(verbatim: "open"))
        }
        var registry = Registry()
        let words = Text(verbatim: "toy")
        registry.add(
            try ProviderContents(
                ProviderManifest(id: "toy", version: "1.0.0", name: words, summary: words), services: [], tasks: [task],
                schedules: []))
        let served = ServedRegistry()
        let views = Views(served: served, progress: ProgressBoard())
        let now = Instant(milliseconds: 0)
        let run = StoredRun(
            id: "35A84-BG07Y", task: "toy.door", provider: "toy", state: .running,
            input: ["pin": "4711", "door": "B"], actor: "lea", priority: .normal, attempt: 1, attempts: 1,
            createdAt: now, due: now)
        #expect(views.run(run, hidingSecrets: true).input.members == [:])
        served.replace(with: registry)
        #expect(views.run(run, hidingSecrets: true).input.members == ["door": "B"])
        #expect(views.run(run, at: nil, hidingSecrets: true).input.members == ["door": "B"])
        #expect(views.run(run).input.members == ["pin": "4711", "door": "B"])
    }

    @Test("A record that the ledger could not read is shown without data")
    func unreadable() throws {
        for table in [table, nil] {
            #expect(try shown(table, record: "null")["data"] == [:])
        }
    }
}

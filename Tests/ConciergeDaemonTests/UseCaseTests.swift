import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import CrashGuard
import Foundation
import JSON
import SQLiteLedger
import Synchronization
import Testing

@testable import ConciergeDaemon

/// A stream of replies that a test reads, without a transport.
private final class TakenReplies<Reply: WireValue>: ReplyStream {
    private let (stream, continuation) = AsyncStream<Reply>.makeStream()
    private let errors = Mutex<[ControlError]>([])

    func send(_ reply: Reply) -> Bool {
        continuation.yield(reply)
        return true
    }

    func send(encoded reply: [UInt8]) -> Bool {
        (try? JSONCoding.decode(Reply.self, from: reply)).map { send($0) } ?? false
    }

    func finish(_ reply: Reply) { continuation.yield(reply) }
    func fail(_ error: ControlError) { errors.withLock { $0.append(error) } }
    func failForRole() {}
    func whenDrained(_ action: @escaping @Sendable () -> Void) { action() }
    func onClose(_ action: @escaping @Sendable () -> Void) {}

    func next() async -> Reply? { await stream.first { _ in true } }
    var failures: [ControlError] { errors.withLock(\.self) }
}

@Suite("The use cases without a socket", .timeLimit(.minutes(20)))
struct UseCaseTests {
    private let viewer = Principal(uid: 54_321, groups: [701])
    private let staff = Principal(uid: 54_322, groups: [702])

    /// Runs the use cases on a ledger of their own, with a running engine.
    private func play(_ body: (Submitting, Reading, Watching) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "cases-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ledger = try SQLiteLedger(stateDirectory: folder)
        let (watchers, served) = (Watchers(), ServedRegistry())
        let loop = EngineLoop(
            inbox: Inbox(), ledger: ledger, clock: { Instant(milliseconds: 1_795_000_000_000) },
            outputs: .init(
                start: { _, _, _ in }, stop: { _ in }, publish: { watchers.publish($0.entries) },
                ledgerFailed: { _ in }, ledgerLost: { _ in }, clockWasAhead: { _, _ in }, storageFailed: { _, _ in }))
        let words = Text(verbatim: "toy")
        var registry = Registry()
        registry.add(
            try ProviderContents(
                ProviderManifest(id: "toy", version: "1.0.0", name: words, summary: words), services: [Errand()],
                tasks: [],
                schedules: []))
        try await loop.serve(registry)
        served.replace(with: registry)
        let tree = try ConfigurationTree(mainFile: folder + "/none.yaml", requiresMainFile: false)
        let supervisor = Supervisor(
            [], tree: tree, zone: .utc, stateDirectory: folder,
            pool: HandlerPool(marking: .inMemory(), clock: { 0 }), clock: { Instant(milliseconds: 0) },
            log: { _, _ in }, providerLog: { _, _ in }, checkStored: { _ in UpgradeFindings() })
        let access = AccessRules(
            .init(viewers: ["lookers"], staff: ["lodge"]),
            names: NameService(
                userName: { _ in .none }, groupNumber: { .found($0 == "lodge" ? 702 : 701) }),
            pool: MaintenancePool(), tell: { _ in })
        let views = Views(served: served, progress: ProgressBoard())
        let submitting = Submitting(
            loop: loop, supervisor: supervisor, views: views, residents: NamingResidents(ledger: ledger))
        let watching = Watching(
            ledger: ledger, submitting: submitting, access: access, watchers: watchers, streams: OpenStreams())
        async let running: Void = loop.run()
        try await body(
            submitting,
            Reading(ledger: ledger, access: access, views: views, residents: submitting.residents), watching)
        loop.close()
        await running
        await ledger.close()
    }

    private func open(_ submitting: Submitting, _ call: RequestMethods.Open) async throws -> Wire.Request {
        try await withCheckedContinuation { opened in
            submitting.open(call, by: "lea") { opened.resume(returning: $0) }
        }.get().request
    }

    @Test(
        "A request can be opened, read and watched without the socket, and its secrets are shown only to staff")
    func played() async throws {
        try await play { submitting, reading, watching in
            let lines = TakenReplies<RequestMethods.Watch.Reply>()
            var isLive: Task<Void, any Error>?
            watching.watch(RequestMethods.Watch(), for: staff, on: lines) { _, body in
                isLive = Task { try await body() }
            }
            try await isLive?.value

            let opened = try await open(
                submitting, RequestMethods.Open(service: "toy.errand", input: ["what": "bread"]))
            #expect(opened.data.members == ["what": "bread"])
            let line = await lines.next()?.entry
            #expect(line?.request == opened.id)
            #expect(line?.event == Wire.Event(.open))
            #expect(line?.actor == "lea")

            let shown = try await reading.get(RequestMethods.Get(id: opened.id), for: staff)
            #expect(shown.request == opened)
            #expect(shown.history == [line])
            let hidden = try await reading.get(RequestMethods.Get(id: opened.id), for: viewer)
            #expect(hidden.request.data.members == [:])

            watching.streams.stop()
            #expect(lines.failures.map(\.name) == [.unavailable])
        }
    }

    @Test("Refusals are in both languages, for every caller")
    func refused() async throws {
        try await play { submitting, reading, _ in
            var list = RequestMethods.List()
            list.limit = 0
            let wrong = await #expect(throws: ControlError.self) { try await reading.list(list, for: viewer) }
            #expect(wrong?.parameters(in: .en)["field"] == "limit")
            #expect(wrong?.parameters(in: .fr)["reason"] == "attendu\u{A0}: de 1 à 1000")

            let unknown = await #expect(throws: ControlError.self) {
                try await open(submitting, RequestMethods.Open(service: "toy.nothing", input: [:]))
            }
            #expect(unknown?.name == .invalidInput)
            let nobody = await #expect(throws: ControlError.self) {
                try await reading.get(RequestMethods.Get(id: "35A84-BG07Y"), for: staff)
            }
            #expect(nobody == .notFound("35A84-BG07Y"))
        }
    }
}

import ConciergeEngine
import ConciergeKit
import CrashGuard
import Foundation
import Synchronization
import Testing

@testable import ConciergeDaemon

/// A provider whose end() does not return.
private struct Endless: ServiceProvider {
    static let manifest = ProviderManifest(
        id: "endless", version: "1.0.0", name: Text(fr: "x", en: "x"), summary: Text(fr: "x", en: "x"))
    static let calls = Mutex(0)
    static let blocks = Mutex<[CheckedContinuation<Void, Never>]>([])

    init(_ configuration: NoSettings, in context: ProviderContext) {}

    func end() async {
        Self.calls.withLock { $0 += 1 }
        await withCheckedContinuation { waiter in Self.blocks.withLock { $0.append(waiter) } }
    }
}

@Suite("The time limit for the end of providers")
struct ProviderEndTests {
    @Test("A provider whose end() does not return is waited for up to the limit and reported once")
    func endless() async throws {
        let said = Mutex<[String]>([])
        let folder = NSTemporaryDirectory() + "ends-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let tree = try ConfigurationTree(mainFile: folder + "/none.yaml", requiresMainFile: false)
        let supervisor = Supervisor(
            [RegisteredProvider(Endless.self)], tree: tree, zone: .utc, stateDirectory: folder,
            pool: HandlerPool(marking: .inMemory(), clock: { 0 }), clock: { Instant(milliseconds: 0) },
            log: { _, _ in }, providerLog: { provider, line in said.withLock { $0.append("\(provider): \(line)") } },
            checkStored: { _ in UpgradeFindings() }, endLimit: .milliseconds(20))
        try await supervisor.makeAll(from: tree, zone: .utc)
        await supervisor.endAll()
        await supervisor.endAll()
        #expect(Endless.calls.withLock(\.self) == 1)
        #expect(said.withLock(\.self).map { $0.hasPrefix("endless: its end() has not returned") } == [true])
        for waiter in Endless.blocks.withLock(\.self) { waiter.resume() }
    }
}

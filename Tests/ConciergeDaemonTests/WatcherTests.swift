import ConciergeEngine
import ConciergeKit
import JSON
import Synchronization
import Testing

@testable import ConciergeDaemon

@Suite("Watchers")
struct WatcherTests {
    private static func line(_ seq: Int64) -> NumberedEntry {
        NumberedEntry(
            seq: seq,
            entry: Entry(
                request: "R", service: "toy.loan", at: Instant(milliseconds: 0), actor: "anne", event: "open",
                from: nil, to: "asked"))
    }

    private final class Sent: Sendable {
        private let lines = Mutex<[Int64]>([])
        var all: [Int64] { lines.withLock(\.self) }

        func take(_ bytes: [UInt8]) -> Bool {
            lines.withLock { $0.append((try? JSON.parse(bytes))?["seq"]?.intValue ?? -1) }
            return true
        }
    }

    @Test("A line that was read with the past and is published afterwards is sent once")
    func readAndPublished() {
        let sent = Sent()
        let watcher = Watcher(service: nil, after: 0, send: { sent.take($0) }, end: {})
        let watchers = Watchers()
        watchers.add(watcher)
        watchers.publish([Self.line(1)])
        for seq in 1...3 { #expect(watcher.catchUp(Self.line(Int64(seq)))) }
        watchers.publish([Self.line(2)])
        watcher.goLive(after: 3)
        watchers.publish([Self.line(3), Self.line(4)])
        #expect(sent.all == [1, 2, 3, 4])
    }
}

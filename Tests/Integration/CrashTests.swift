import Foundation
import JSON
import NIOPosix
import Synchronization
import Testing
import Varlink

/// The requests of the acknowledged calls, by idempotency key.
private final class Acknowledged: Sendable {
    private let requests = Mutex<[String: JSON]>([:])

    func add(_ key: String, _ request: JSON) -> Int {
        requests.withLock { requests in
            requests[key] = request
            return requests.count
        }
    }

    var all: [String: JSON] { requests.withLock(\.self) }
}

@Suite("Crashes and restarts")
struct CrashTests {
    @Test("After SIGKILL under load every acknowledged request exists completely, and no request exists partly")
    func killUnderLoad() async throws {
        let folder = try Folder()
        let daemon = try DaemonProcess(in: folder)
        let acknowledged = Acknowledged()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    guard let client = try? await daemon.connect() else { return }
                    for number in 0... {
                        let key = "\(worker)-\(number)"
                        guard let reply = try? await client.call("org.concierged.Requests.Open", Self.opening(key)),
                            let request = reply["request"]
                        else { break }
                        if acknowledged.add(key, request) == 400 { daemon.crash() }
                    }
                    await client.close()
                }
            }
        }
        let known = acknowledged.all
        #expect(known.count >= 400)

        let again = try DaemonProcess(in: folder)
        let client = try await again.connect()
        for (key, request) in known {
            let id = try #require(request.objectValue?["id"])
            let shown = try await client.call("org.concierged.Requests.Get", ["id": id])
            #expect(shown["request"] == request)
            #expect(shown["history"]?.arrayValue?.count == 2)
            // The repeat of an acknowledged call does not open another request.
            #expect(try await client.call("org.concierged.Requests.Open", Self.opening(key))["request"] == request)
        }
        // For each worker at most one call was committed without its answer arriving; its request is complete.
        var stored: [JSON] = []
        var after: JSON?
        repeat {
            let page = try await client.call(
                "org.concierged.Requests.List", after.map { ["limit": 1000, "after": $0] } ?? ["limit": 1000])
            stored += page["requests"]?.arrayValue ?? []
            after = page["next"]
        } while after != nil
        #expect((known.count...known.count + 8).contains(stored.count))
        for request in stored { #expect(request.objectValue?["timers"]?.arrayValue?.count == 2) }
        await client.close()
    }

    private static func opening(_ key: String) -> JSONObject {
        [
            "service": "parcel.reception", "resident": "apt-1", "input": ["tracking": .string("T-\(key)")],
            "idempotency_key": .string(key),
        ]
    }

    @Test("A timer that became due while the daemon was down fires once, at the next start")
    func timerWhileDead() async throws {
        let folder = try Folder(configuration: HeldSlot.configuration(heldFor: "1s"))
        var daemon = try DaemonProcess(in: folder)
        var client = try await daemon.connect()
        let opened = try await client.call("org.concierged.Requests.Open", HeldSlot.opening())
        let id = try #require(opened["request", "id"])
        daemon.crash()
        await client.close()

        // Waits by the wall clock until the timer is due, while no daemon runs.
        let due = try #require(opened["request", "timers"]?.arrayValue?.first?.objectValue?["due"]?.stringValue)
        let moment = try Date(due, strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true))
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(wallDeadline: .now() + moment.timeIntervalSinceNow + 0.01) {
                continuation.resume()
            }
        }
        daemon = try DaemonProcess(in: folder)
        client = try await daemon.connect()
        // The history since the opening is streamed, so that the line is awaited instead of polled.
        var events: [String?] = []
        for try await line in client.stream("org.concierged.Requests.Watch", ["after": 0]) {
            guard let event = line["entry", "event"]?.event, !event.hasPrefix("run:") else { continue }
            events.append(event)
            if event == "notice:released" { break }
        }
        #expect(events == HeldSlot.events)
        let other = try await daemon.connect()
        let shown = try await other.call("org.concierged.Requests.Get", ["id": id])
        #expect(shown["request", "state"] == "cancelled")
        await other.close()
        await client.close()
    }

    @Test("A run that failed is retried, survives SIGKILL, and succeeds once the cause of its failure is gone")
    func runSurvives() async throws {
        let folder = try Folder()
        var daemon = try DaemonProcess(in: folder)
        var client = try await daemon.connect()
        // A file at the path of the outbox prevents the work order from being written.
        let outbox = folder.state + "/providers/repairs/outbox"
        try? FileManager.default.removeItem(atPath: outbox)
        try "in the way".write(toFile: outbox, atomically: true, encoding: .utf8)
        let opened = try await client.call(
            "org.concierged.Requests.Open",
            [
                "service": "repairs.repair", "resident": "apt-3",
                "input": ["category": "plumbing", "location": "Apt 12", "description": "Tap drips"],
            ])
        let id = try #require(opened["request", "id"])
        _ = try await client.call(
            "org.concierged.Requests.Act", ["id": id, "action": "triage", "input": ["urgency": "U2"]])
        _ = try await client.call(
            "org.concierged.Requests.Act", ["id": id, "action": "assign", "input": ["contractor": "Plomberie Roux"]])
        let run = try await firstRun(client) { $0["error"] != nil }
        #expect(run["state"] == "queued")
        #expect(run["request"] == id)

        daemon.crash()
        await client.close()
        try FileManager.default.removeItem(atPath: outbox)
        daemon = try DaemonProcess(in: folder)
        client = try await daemon.connect()
        let runID = try #require(run["id"])
        _ = try? await client.call("org.concierged.Tasks.RetryRun", ["id": runID])
        let ended = try await firstRun(client) { $0["state"] == "succeeded" }
        #expect(ended["id"] == runID)
        let orders = try FileManager.default.contentsOfDirectory(atPath: outbox).filter { $0.hasSuffix(".json") }
        #expect(orders.count == 1)
        #expect(orders.first?.contains(id.stringValue ?? "?") == true)
        await client.close()
    }

    /// The only run of repairs.dispatch, once it is as wanted; the list is polled.
    private func firstRun(
        _ client: VarlinkClient, until isWanted: (JSONObject) -> Bool
    ) async throws -> JSONObject {
        for _ in 0..<20_000 {
            let list = try await client.call("org.concierged.Tasks.ListRuns", ["task": "repairs.dispatch"])
            let runs = list["runs"]?.arrayValue ?? []
            #expect(runs.count <= 1)
            if let run = runs.first?.objectValue, isWanted(run) { return run }
            await Task.yield()
        }
        throw TestFailure("the run did not get there")
    }

    @Test("SIGTERM ends the daemon with status 0, and the next start shows the same state")
    func restart() async throws {
        let folder = try Folder()
        var daemon = try DaemonProcess(in: folder)
        var client = try await daemon.connect()
        let triggered = try await client.call(
            "org.concierged.Tasks.Trigger", ["task": "parcel.shelf-audit", "wait": true])
        #expect(triggered["run", "state"] == "succeeded")
        #expect(triggered["run", "outcome", "en"]?.stringValue?.hasPrefix("0\u{A0}parcels held") == true)
        let opened = try await client.call(
            "org.concierged.Requests.Open",
            ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": "X1"]])
        let schedules = try await client.call("org.concierged.Manager.Schedules")
        #expect(daemon.stop() == 0)
        await client.close()

        daemon = try DaemonProcess(in: folder)
        client = try await daemon.connect()
        let id = try #require(opened["request", "id"])
        #expect(try await client.call("org.concierged.Requests.Get", ["id": id])["request"] == opened["request"])
        let runID = try #require(triggered["run", "id"])
        #expect(try await client.call("org.concierged.Tasks.GetRun", ["id": runID])["run"] == triggered["run"])
        #expect(try await client.call("org.concierged.Manager.Schedules") == schedules)
        await client.close()
    }
}

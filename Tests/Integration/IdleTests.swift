import Foundation
import JSON
import Testing
import Varlink

@Suite("An idle daemon")
struct IdleTests {
    /// The number of voluntary context switches of each thread of a process.
    private func sleeps(of pid: pid_t) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task") {
            let path = "/proc/\(pid)/task/\(thread)/status"
            // A thread that has ended in the meantime does not count.
            guard let status = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
            for line in status.split(separator: "\n") where line.hasPrefix("voluntary_ctxt_switches:") {
                counts[thread] = line.split(separator: "\t").last.flatMap { Int($0) }
            }
        }
        return counts
    }

    /// The number of wake-ups of a process within three seconds.
    private func wakeUps(of pid: pid_t) async throws -> Int {
        let before = try sleeps(of: pid)
        // This is the measured time; nothing is awaited.
        try await Task.sleep(for: .seconds(3))
        return try sleeps(of: pid).reduce(0) { $0 + $1.value - (before[$1.key] ?? 0) }
    }

    /// Starts the writing of a repair's work order, and waits until it has succeeded.
    private func sendWorkOrder(_ client: VarlinkClient) async throws {
        let reported = try await client.call(
            "org.concierged.Requests.Open",
            [
                "service": "repairs.repair", "resident": "apt-3",
                "input": ["category": "plumbing", "location": "Building B", "description": "The tap drips"],
            ])
        let id = try #require(reported["request", "id"])
        _ = try await client.call(
            "org.concierged.Requests.Act", ["id": id, "action": "triage", "input": ["urgency": "U2"]])
        _ = try await client.call(
            "org.concierged.Requests.Act",
            ["id": id, "action": "assign", "input": ["contractor": "plomberie-martin"]])
        var states: [JSON] = []
        repeat {
            let list = try await client.call("org.concierged.Tasks.ListRuns", ["task": "repairs.dispatch"])
            states = (list["runs"]?.arrayValue ?? []).compactMap { $0.objectValue?["state"] }
        } while states != ["succeeded"]
    }

    @Test("An idle daemon never wakes up, also after work, a work order, a reload and a backup")
    func sleepsOn() async throws {
        let daemon = try DaemonProcess(in: Folder())
        let client = try await daemon.connect()
        let opened = try await client.call(
            "org.concierged.Requests.Open",
            ["service": "parcel.reception", "resident": "apt-12", "input": ["tracking": "X1"]])
        let id = try #require(opened["request", "id"])
        _ = try await client.call("org.concierged.Requests.Get", ["id": id])
        _ = try await client.call("org.concierged.Tasks.Trigger", ["task": "parcel.shelf-audit", "wait": true])
        try await sendWorkOrder(client)
        _ = try await client.call("org.concierged.Manager.Status")
        _ = try await client.call("org.concierged.Manager.Reload")
        await client.close()
        #expect(try daemon.folder.tool("backup", daemon.folder.path + "/copy.sqlite").status == 0)

        #expect(try await leastWakeUps(of: daemon.pid) == 0)
        #expect(daemon.stop() == 0)
    }

    @Test("A worker that is connected, and runs that wait for another, do not wake the daemon up")
    func sleepsBesideWorkers() async throws {
        let lodge = try TestLodge()
        let daemon = try lodge.start()
        let worker = try await PlayedWorker(daemon, ["calm.carry"])
        // The first is under way, the others wait: one for a place, one for a worker.
        for task in ["calm.carry", "calm.carry", "calm.hurry"] {
            _ = try await lodge.call(daemon, "org.concierged.Tasks.Trigger", ["task": .string(task)])
        }
        _ = try await worker.job()
        #expect(try await leastWakeUps(of: daemon.pid) == 0)
        await worker.die()
        daemon.stop()
    }

    /// The wake-ups in the quietest of some measurements. Dispatch's threads end some seconds after their last work, which
    /// wakes the process; a periodic wake-up would occur in every measurement.
    private func leastWakeUps(of pid: pid_t) async throws -> Int {
        var least = Int.max
        for _ in 0..<6 where least > 0 { least = min(least, try await wakeUps(of: pid)) }
        return least
    }
}

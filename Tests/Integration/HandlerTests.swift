import ConciergeEngine
import ConciergeKit
import Foundation
import JSON
import SQLiteLedger
import Testing
import Varlink

@Suite("What handlers see and do", .timeLimit(.minutes(20)))
struct HandlerTests {
    private let lodge: TestLodge

    init() throws { lodge = try TestLodge() }

    private var files: String { lodge.folder.state + "/providers/calm" }

    private func trigger(_ daemon: DaemonProcess, _ task: String, _ input: JSONObject = [:]) async throws -> JSON {
        let reply = try await lodge.call(
            daemon, "org.concierged.Tasks.Trigger", ["task": .string(task), "input": .object(input)])
        return try #require(reply["run", "id"])
    }

    private func end(of run: JSON, _ daemon: DaemonProcess) async throws -> JSONObject {
        try await lodge.waitFor(daemon, "org.concierged.Tasks.GetRun", ["id": run]) {
            $0["run", "finished_at"] != nil
        }
    }

    @Test("A handler that is killed after its action does it once: the next attempt gets the first answer")
    func submitsOnce() async throws {
        var daemon = try lodge.start()
        let opened = try await lodge.call(
            daemon, "org.concierged.Requests.Open", ["service": "calm.visit", "input": [:]])
        let visit = try #require(opened["request", "id"])
        let run = try await trigger(daemon, "calm.errand", ["visit": visit])
        // The file is written after the action and the run that it asked for are on disk.
        try await TestLodge.waitForFile(files + "/knocked-1")
        daemon.crash()

        daemon = try lodge.start()
        try await TestLodge.waitForFile(files + "/knocked-2")
        try Data().write(to: URL(fileURLWithPath: files + "/key"))
        let ended = try await end(of: run, daemon)
        #expect(ended["run", "state"] == "succeeded")
        #expect(ended["run", "outcome", "en"] == "at attempt 2")
        let shown = try await lodge.call(daemon, "org.concierged.Requests.Get", ["id": visit])
        #expect(shown["request", "version"] == 2)
        let lines = shown["history"]?.arrayValue ?? []
        #expect(lines.compactMap { $0["event"]?.event } == ["open", "knock"])
        #expect(lines.last?["actor"] == .string("run \(run.stringValue ?? "")"))
        let letters = try await lodge.waitFor(
            daemon, "org.concierged.Tasks.ListRuns", ["task": "calm.letter", "state": "succeeded"]
        ) { $0["runs"]?.arrayValue?.isEmpty == false }
        #expect(letters["runs"]?.arrayValue?.compactMap { $0["outcome"]?["en"] } == ["a letter of attempt 1"])
        daemon.stop()
    }

    @Test("A file is whole at whatever moment the daemon is killed, and what was being written is deleted at the start")
    func wholeFiles() async throws {
        var drafts: Set<String> = []
        for life in 0..<6 {
            let daemon = try lodge.start()
            #expect(drafts.isDisjoint(with: try names("/.drafts")), "drafts of the life before are left")
            if life == 0 { _ = try await trigger(daemon, "calm.copying") }
            // The run begins again in each life. It writes one file after the other, so that a kill meets it anywhere.
            let before = try modified()
            while try modified() == before { try await Task.sleep(for: .milliseconds(Int64(1 + 3 * life))) }
            daemon.crash()
            for name in try names("/copies") {
                let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(files)/copies/\(name)")))
                #expect(bytes.count == 400_000)
                #expect(Set(bytes).count == 1, "\(name) is of two files")
            }
            drafts = Set(try names("/.drafts"))
        }
        #expect(try names("/copies") == ["0", "1", "2"])
    }

    private func names(_ folder: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: files + folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: files + folder).sorted()
    }

    /// When the newest copy was written.
    private func modified() throws -> Date {
        try names("/copies").map { name in
            let values = try FileManager.default.attributesOfItem(atPath: "\(files)/copies/\(name)")
            return values[.modificationDate] as? Date ?? .distantPast
        }.max() ?? .distantPast
    }

    @Test("A task that reads 100,000 requests takes the daemon no memory that grows with them")
    func stream() async throws {
        let count = 100_000
        try await fill(count)
        let daemon = try lodge.start()
        // The peak so far is forgotten: proc(5), clear_refs.
        let peak = try #require(FileHandle(forWritingAtPath: "/proc/\(daemon.pid)/clear_refs"))
        try peak.write(contentsOf: Data("5".utf8))
        try peak.close()
        let before = try memory(of: daemon)
        let began = ContinuousClock.now
        let ended = try await end(of: try await trigger(daemon, "calm.visit-all"), daemon)
        let took = ContinuousClock.now - began
        #expect(ended["run", "outcome", "en"] == .string("\(count) visits"), "\(ended)")
        let growth = try memory(of: daemon) - before
        print("\(count) requests with \(count / 2000) MB of records: read in \(took), \(growth) KiB more at the peak")
        // The records alone are 50 MB.
        #expect(growth < 20 * 1024)
        daemon.stop()
    }

    /// The peak of the daemon's resident memory, in KiB.
    private func memory(of daemon: DaemonProcess) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(daemon.pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }

    /// Puts requests with records of 500 bytes into the ledger.
    private func fill(_ count: Int) async throws {
        try FileManager.default.createDirectory(atPath: lodge.folder.state, withIntermediateDirectories: true)
        let ledger = try SQLiteLedger(stateDirectory: lodge.folder.state)
        let record = Array("{\"words\":\"\(String(repeating: "a", count: 488))\"}".utf8)
        let start = try #require(Instant("2026-01-01T00:00:00Z"))
        for first in stride(from: 0, to: count, by: 10_000) {
            var changes = Changes()
            for index in first..<first + 10_000 {
                let at = start + .seconds(Int64(index))
                let id = RequestID(number: ShortID.number(at: at))
                changes.requests.opened[id] = StoredRequest(
                    id: id, service: "calm.visit", state: index % 2 == 0 ? "there" : "gone", isOpen: index % 2 == 0,
                    resident: nil, openedAt: at, closedAt: index % 2 == 0 ? nil : at, record: record, version: 1)
            }
            _ = try await ledger.commit { _ in (changes, ()) }
        }
        try await ledger.flush()
        await ledger.close()
    }
}

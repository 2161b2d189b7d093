import ConciergeKit
import Foundation
import JSON
import Testing
import Varlink

@Suite("concierged --replay", .timeLimit(.minutes(20)))
struct ReplayTests {
    private func replay(_ folder: Folder, _ arguments: [String] = []) throws -> Folder.Ended {
        try folder.run(
            "concierged", ["--replay", folder.state] + arguments, environment: ["PATH": "/usr/bin:/bin"])
    }

    /// Takes in parcels, of which one is handed over.
    private func live(_ client: VarlinkClient, _ count: Int) async throws {
        var code: JSON?
        var id: JSON?
        for number in 1...count {
            let opened = try await client.call(
                "org.concierged.Requests.Open",
                [
                    "service": "parcel.reception", "resident": .string("apt-\(number)"),
                    "input": ["tracking": .string("T-\(UUID().uuidString.prefix(8))"), "carrier": "Colissimo"],
                ])
            (id, code) = (opened["request", "id"], opened["request", "data", "code"])
        }
        let (last, right) = (try #require(id), try #require(code))
        _ = try? await client.call(
            "org.concierged.Requests.Act", ["id": last, "action": "hand-over", "input": ["code": "0"]])
        _ = try await client.call(
            "org.concierged.Requests.Act", ["id": last, "action": "hand-over", "input": ["code": right]])
    }

    @Test("The history of a daemon is decided again without a difference, with the settings of each time")
    func same() async throws {
        let folder = try Folder(configuration: "lodge:\n  language: en\n  time_zone: Europe/Paris\n")
        let daemon = try DaemonProcess(in: folder)
        let client = try await daemon.connect()
        try await live(client, 3)
        try folder.configure(
            "lodge:\n  time_zone: America/Cayenne\nproviders:\n  parcel:\n    holding: 9d\n")
        _ = try await client.call("org.concierged.Manager.Reload")
        try await live(client, 2)
        // The daemon runs.
        var ended = try replay(folder)
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.contains("history lines of 5 requests"))
        #expect(ended.output.contains("no difference"))
        await client.close()
        daemon.crash()
        ended = try replay(folder, ["--json"])
        #expect(ended.status == 0, "\(ended)")
        #expect(try JSON.parse(Array(ended.output.utf8)).objectValue?["summary", "requests"] == 5)

        // What would have changed with the settings of today.
        ended = try replay(folder, ["--config", folder.configuration])
        #expect(ended.status == 1, "\(ended)")
        #expect(ended.output.contains("this build: "))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())
                .filter { $0.hasPrefix("concierged-replay-") } == [])
    }

    @Test("What cannot be replayed is refused with the reason")
    func refused() async throws {
        let folder = try Folder()
        #expect(try replay(folder).status == 66)
        try FileManager.default.createDirectory(atPath: folder.state, withIntermediateDirectories: true)
        let path = folder.state + "/ledger.sqlite"
        try Data("no ledger".utf8).write(to: URL(fileURLWithPath: path))
        let ended = try replay(folder)
        #expect(ended.status == 65 && ended.errors.contains("this is not a ledger of concierged"))
        #expect(try folder.daemon(["--json"]).status == 64)
    }

    @Test("Two versions of a provider: the new one says what it would have decided differently")
    func versions() async throws {
        let folder = try Folder()
        let lodge = Folder.program("versions-lodge")
        let daemon = try DaemonProcess(in: folder, program: lodge, environment: ["TOYS": "v1"])
        let client = try await daemon.connect()
        func lend(_ toy: String) async throws -> JSON {
            let opened = try await client.call(
                "org.concierged.Requests.Open", ["service": "toy.loan", "input": ["toy": .string(toy)]])
            return try #require(opened["request", "id"])
        }
        let (train, kite) = (try await lend("train"), try await lend("kite"))
        _ = try await client.call("org.concierged.Requests.Act", ["id": train, "action": "return"])
        _ = try await client.call("org.concierged.Requests.Act", ["id": kite, "action": "park"])
        await client.close()
        #expect(daemon.stop() == 0)
        func replay(_ version: String) throws -> Folder.Ended {
            try folder.run(
                lodge, ["--replay", folder.state + "/ledger.sqlite"],
                environment: ["TOYS": version, "PATH": "/usr/bin:/bin"])
        }
        #expect(try replay("v1").status == 0)
        let ended = try replay("v2")
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.contains("park: cannot be decided again: the state \"parked\" is not in the table"))
        let other = try replay("v2-without-upgrade")
        #expect(other.status == 1)
        #expect(other.output.contains("its record (version 1) cannot be decoded: \"toy\" is not a"))
        // What was found before a rule that traps is printed, and the line is named at which it did.
        let trapped = try replay("v2-that-traps")
        #expect(trapped.status > 128, "\(trapped)")
        #expect(trapped.output.contains("state: recorded returned; this build: parked"))
        #expect(trapped.errors.contains("request \(kite.stringValue ?? "") (toy.loan), line "))
        #expect(trapped.errors.contains(", park: the rule of this build ended the process, and the replay with it"))
        // Without the provider, nothing of it can be decided.
        let none = try replay("none")
        #expect(none.status == 0 && none.output.contains("no provider of this build serves toy.loan"))
    }
}

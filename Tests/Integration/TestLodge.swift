import Foundation
import Glibc
import JSON
import NIOPosix
import Testing
import Varlink

/// Lives of the daemon with faulty providers (Tests/TestLodge), one after the other on one folder.
struct TestLodge {
    let folder: Folder
    /// Disables the toolchain's backtraces, which take seconds.
    static let environment = ["SWIFT_BACKTRACE": "enable=no"]

    init(configuration text: String = "lodge:\n  language: en\n") throws {
        folder = try Folder(configuration: text)
    }

    /// Starts a life that becomes ready.
    func start(mended: Bool = false) throws -> DaemonProcess {
        try DaemonProcess(
            in: folder, program: Folder.program("test-lodge"),
            environment: Self.environment.merging(mended ? ["MENDED": "1"] : [:]) { $1 })
    }

    /// Runs a life that ends by itself; returns its exit status.
    func liveAndDie() throws -> Int32 {
        try ChildProcess(
            Folder.program("test-lodge"), folder.daemonArguments,
            environment: Self.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }, output: folder.log,
            errors: folder.log
        ).wait()
    }

    /// Makes a call that ends the daemon; returns the daemon's exit status.
    func provoke(
        _ daemon: DaemonProcess, _ method: String, _ parameters: JSONObject
    ) async throws -> Int32 {
        let client = try await daemon.connect()
        async let reply = try? client.call(method, parameters)
        let status = await daemon.waitForEnd()
        _ = await reply
        await client.close()
        return status
    }

    /// Opens a request of the service crasher.trap and returns its id.
    func open(_ daemon: DaemonProcess, _ input: JSONObject = [:]) async throws -> JSON {
        let opened = try await call(
            daemon, "org.concierged.Requests.Open", ["service": "crasher.trap", "input": .object(input)])
        return try #require(opened["request", "id"])
    }

    func call(_ daemon: DaemonProcess, _ method: String, _ parameters: JSONObject = [:]) async throws -> JSONObject {
        let client = try await daemon.connect()
        do {
            let reply = try await client.call(method, parameters)
            await client.close()
            return reply
        } catch {
            await client.close()
            throw error
        }
    }

    /// The events of a request.
    func events(_ daemon: DaemonProcess, _ id: JSON) async throws -> [String] {
        let shown = try await call(daemon, "org.concierged.Requests.Get", ["id": id])
        return (shown["history"]?.arrayValue ?? []).compactMap { $0["event"]?.event }
    }

    /// Waits until a file is there, by which a handler says how far it is.
    static func waitForFile(_ path: String) async throws {
        while !FileManager.default.fileExists(atPath: path) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Repeats a call over the socket until the reply is as wanted.
    func waitFor(
        _ daemon: DaemonProcess, _ method: String, _ parameters: JSONObject = [:],
        _ isWanted: (JSONObject) -> Bool
    ) async throws -> JSONObject {
        let client = try await daemon.connect()
        for _ in 0..<20_000 {
            let reply = try await client.call(method, parameters)
            if isWanted(reply) {
                await client.close()
                return reply
            }
        }
        await client.close()
        throw TestFailure("\(method) did not get there: \(folder.logText)")
    }

    /// Lines of the log that contain all these words.
    func lines(with words: String...) -> [String] {
        folder.logText.split(separator: "\n").map(String.init).filter { line in
            words.allSatisfy { line.contains($0) }
        }
    }
}

extension Int32 {
    /// The exit status of a process that a signal ended, as a shell reports it.
    static func killed(by signal: Int32) -> Int32 { 128 + signal }
    /// The exit status after a Swift trap.
    #if arch(arm64)
        static let trap = killed(by: SIGTRAP)
        static let trapName = "SIGTRAP"
    #else
        static let trap = killed(by: SIGILL)
        static let trapName = "SIGILL"
    #endif
}

extension TestLodge {
    /// Returns once the crash file shows that a rule for this event is running.
    func waitUntilInside(_ event: String) async throws {
        for _ in 0..<5_000_000 {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.state + "/crash-slots"))
            // The engine's slot follows the header; its first word is not zero while a rule is running.
            if bytes.count > 1024, bytes[512] != 0, bytes[512..<1024].range(of: Data(event.utf8)) != nil { return }
            await Task.yield()
        }
        throw TestFailure("nobody is inside \(event): \(folder.logText)")
    }
}

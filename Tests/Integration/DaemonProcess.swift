import ConciergeProtocol
import Foundation
import JSON
import NIOPosix
import Varlink

/// A real `concierged` on a private folder, and the calls that a test needs to control it.
final class DaemonProcess: Sendable {
    let folder: Folder
    private let process: ChildProcess
    private let notices: NotifySocket

    /// Starts the daemon and returns once it has sent READY to a notify socket, as it would to systemd.
    ///
    /// - Parameters:
    ///   - program: The daemon's program, which may have other providers.
    ///   - wrapper: A command line to which the daemon's is appended, and which becomes the daemon.
    ///   - environment: Additional environment variables.
    init(
        in folder: Folder, program: String = Folder.program("concierged"), through wrapper: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        notices = try NotifySocket(path: folder.path + "/notify")
        let command = wrapper + [program] + folder.daemonArguments
        process = try ChildProcess(
            command[0], Array(command.dropFirst()),
            environment: ["NOTIFY_SOCKET": folder.path + "/notify", "PATH": "/usr/bin:/bin"]
                .merging(environment) { $1 }, output: folder.log, errors: folder.log)
        guard notices.wait(for: { $0 == "READY=1" }) else {
            process.end(with: SIGKILL)
            throw TestFailure("the daemon did not get ready: \(folder.logText)")
        }
    }

    /// Ends the daemon with SIGKILL, as a crash would.
    func crash() { process.end(with: SIGKILL) }

    /// Sends a signal and returns the daemon's exit status.
    @discardableResult
    func end(with signal: Int32) -> Int32 { process.end(with: signal) }

    /// Waits until the daemon ends by itself; returns its exit status. The caller's thread is not blocked, because the
    /// call that ends the daemon may need it.
    func waitForEnd() async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [process] in continuation.resume(returning: process.wait()) }
        }
    }

    /// Stops the daemon as systemd would; returns its exit status.
    @discardableResult
    func stop() -> Int32 { process.end(with: SIGTERM) }

    deinit {
        process.end(with: SIGKILL)
        notices.close()
    }

    var pid: pid_t { process.pid }

    /// Waits for a wanted status line that the daemon sends to the service manager.
    func waitForStatus(_ isWanted: (String) -> Bool) -> Bool {
        notices.waitForStatus(isWanted)
    }

    private static let definitions = Result { try ControlInterface.all.map { try InterfaceDefinition($0.source) } }

    /// A client that checks every reply, every error and every part of a stream against its definition.
    func connect() async throws -> VarlinkClient {
        try await VarlinkClient.connect(
            path: folder.socket, checkingReplies: try Self.definitions.get(),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    }
}

/// A temporary folder with a configuration, a folder for the ledger and the path of the socket.
final class Folder: Sendable {
    let path: String
    var socket: String { path + "/s" }
    var state: String { path + "/state" }
    var configuration: String { path + "/concierged.yaml" }
    var log: String { path + "/log" }

    init(configuration text: String = "lodge:\n  language: en\n") throws {
        path = NSTemporaryDirectory() + "lodge-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try configure(text)
        try Data().write(to: URL(fileURLWithPath: log))
    }

    func configure(_ text: String) throws {
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    /// Waits until the log contains these words, because lines are written on another thread.
    func hasLogged(_ words: String) async -> Bool {
        for _ in 0..<2000 {
            if logText.contains(words) { return true }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// The daemon's options for this folder.
    var daemonArguments: [String] { ["--config", configuration, "--state-dir", state, "--socket", socket] }

    /// How a program ended, and its output.
    struct Ended {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs the daemon until it ends.
    func daemon(_ more: [String] = []) throws -> Ended {
        try run("concierged", daemonArguments + more, environment: ["PATH": "/usr/bin:/bin"])
    }

    /// Runs `conciergectl` on this folder's socket.
    func tool(_ arguments: String..., language: String = "C") throws -> Ended {
        try tool(arguments, language: language)
    }

    /// Runs `conciergectl` on this folder's socket.
    func tool(_ arguments: [String], language: String = "C") throws -> Ended {
        try run(
            "conciergectl", arguments,
            environment: ["CONCIERGE_SOCKET": socket, "LC_ALL": language, "TZ": "UTC", "PATH": "/usr/bin:/bin"])
    }

    /// Runs a program of this build, or one that is given by its path, until it ends.
    func run(_ name: String, _ arguments: [String], environment: [String: String]) throws -> Ended {
        let said = "\(path)/said-\(UUID().uuidString)"
        let process = try ChildProcess(
            name.hasPrefix("/") ? name : Self.program(name), arguments, environment: environment, output: said + ".out",
            errors: said + ".err")
        let status = process.wait()
        return Ended(
            status: status, output: try String(contentsOfFile: said + ".out", encoding: .utf8),
            errors: try String(contentsOfFile: said + ".err", encoding: .utf8))
    }

    /// The path of a program of this build; the programs are in the folder of the test bundle.
    static func program(_ name: String) -> String {
        let me = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let besideMe = URL(fileURLWithPath: me).deletingLastPathComponent().appendingPathComponent(name).path
        if FileManager.default.isExecutableFile(atPath: besideMe) { return besideMe }
        // The bundle is a library that a helper of the toolchain loads.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent(name).path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension JSONObject {
    /// A member of nested objects: `reply["request", "data", "code"]`.
    subscript(path: String...) -> JSON? {
        path.dropFirst().reduce(self[path[0]]) { value, key in value?.objectValue?[key] }
    }
}

extension JSON {
    /// The event of a history line as one word: an action's id, or `timer:remind`.
    var event: String? {
        guard let kind = self["kind"]?.stringValue else { return nil }
        let name = self["name"]?.stringValue
        return kind == "action" ? name : name.map { "\(kind):\($0)" } ?? kind
    }
}

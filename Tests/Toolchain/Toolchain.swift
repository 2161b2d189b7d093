import Dispatch
package import Foundation

/// The compiler that built the tests, and the modules that it built beside them, for tests of what authors read and
/// write.
package enum Toolchain {
    /// The folder with the built modules; nil if it is not beside the test's own program.
    private static let modules: String? = {
        var folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        for argument in CommandLine.arguments where argument.hasSuffix(".xctest") { folder = URL(filePath: argument) }
        while folder.path.count > 1 {
            let modules = folder.appending(path: "Modules")
            if FileManager.default.fileExists(atPath: modules.appending(path: "ConciergeKit.swiftmodule").path) {
                return modules.path
            }
            folder.deleteLastPathComponent()
        }
        return nil
    }()

    private static let compiler = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/swiftc" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Whether there is a compiler, and modules to compile against.
    package static var isThere: Bool { modules != nil && compiler != nil }

    /// What a command said, and how it ended.
    package struct Outcome: Sendable {
        package let status: Int32
        package let lines: [Substring]
    }

    /// Checks the types of a module's files against the built modules, as Swift 6 and with the upcoming features that
    /// the package uses.
    ///
    /// - Parameter options: What to do instead of checking the types alone.
    package static func check(
        _ files: [String], asModule module: String, options: [String] = ["-typecheck"]
    ) async throws -> Outcome {
        guard let modules, let compiler else { throw CocoaError(.fileNoSuchFile) }
        return try await run(
            compiler,
            options + ["-wmo", "-swift-version", "6", "-parse-as-library", "-module-name", module, "-I", modules]
                + files)
    }

    /// The symbol graphs of a built module's public symbols, with those of the modules that it exports again: the
    /// content of each file.
    package static func symbolGraphs(of module: String, exporting exported: [String] = []) async throws -> [Data] {
        guard let modules, let compiler else { throw CocoaError(.fileNoSuchFile) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "symbols-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let extractor = URL(filePath: compiler).deletingLastPathComponent().appending(path: "swift-symbolgraph-extract")
        let others = exported.joined(separator: ",")
        let outcome = try await run(
            extractor.path,
            [
                "-module-name", module, "-target", try await target(), "-I", modules, "-minimum-access-level", "public",
                "-skip-synthesized-members", "-output-dir", folder.path,
                "-experimental-allowed-reexported-modules=\(others)",
            ])
        guard outcome.status == 0 else { throw Failure(description: outcome.lines.joined(separator: "\n")) }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { try Data(contentsOf: $0) }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private struct TargetInfo: Decodable {
        struct Target: Decodable { let triple: String }
        let target: Target
    }

    private static func target() async throws -> String {
        let outcome = try await run(compiler ?? "", ["-print-target-info"])
        return try JSONDecoder().decode(TargetInfo.self, from: Data(outcome.lines.joined(separator: "\n").utf8))
            .target.triple
    }

    /// One command at a time, and none on a thread that other tests need.
    private static let queue = DispatchQueue(label: "toolchain")

    /// Runs a command to its end, without a shell.
    private static func run(_ program: String, _ arguments: [String]) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try runNow(program, arguments) }) }
        }
    }

    private static func runNow(_ program: String, _ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = pipe
        try process.run()
        let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, lines: String(decoding: said, as: UTF8.self).split(separator: "\n"))
    }
}

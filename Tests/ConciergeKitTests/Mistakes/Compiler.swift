import Foundation
import Testing
import Toolchain

/// The compiler that built this test.
enum Compiler {
    /// Compiles programs as one module, without making anything of them. Returns the messages about each program, by its
    /// key.
    ///
    /// It does not block a thread while the compiler works: other tests need them.
    static func messages(about programs: [Int: String], step: Mistake.Step) async throws -> [Int: [Substring]] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mistakes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try programs.sorted { $0.key < $1.key }.map { number, text in
            let file = folder.appending(path: "Program\(number).swift")
            try Data(text.utf8).write(to: file)
            return file.path
        }
        let process = Process()
        process.executableURL = URL(filePath: try #require(Toolchain.compiler))
        process.arguments =
            (step == .types ? ["-typecheck"] : ["-emit-sil", "-o", "/dev/null"]) + [
                "-wmo", "-swift-version", "6", "-parse-as-library", "-module-name", "Mistakes",
                "-diagnostic-style", "llvm", "-no-color-diagnostics", "-I", try #require(Toolchain.modules),
            ] + files
        let said = folder.appending(path: "said")
        try Data().write(to: said)
        process.standardError = try FileHandle(forWritingTo: said)
        process.standardOutput = FileHandle.nullDevice
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do {
                try process.run()
            } catch {
                ended.resume(throwing: error)
            }
        }
        return messages(in: String(decoding: try Data(contentsOf: said), as: UTF8.self))
    }

    /// The messages by program. A note that is about another place belongs to the message before it.
    private static func messages(in output: String) -> [Int: [Substring]] {
        var messages: [Int: [Substring]] = [:]
        var program = -1
        for line in output.split(separator: "\n") {
            if let place = line.firstMatch(of: #/Program(\d+)\.swift:\d+:\d+: (?:error|warning): /#) {
                program = Int(place.1) ?? -1
                messages[program, default: []].append(line[place.range.upperBound...])
            } else if let note = line.firstRange(of: ": note: ") {
                messages[program, default: []].append(line[note.upperBound...])
            }
        }
        return messages
    }
}

import Foundation
import Toolchain

/// The compiler that built this test.
enum Compiler {
    /// Compiles programs as one module, without making anything of them. Returns the messages about each program, by its
    /// key.
    static func messages(about programs: [Int: String], step: Mistake.Step) async throws -> [Int: [Substring]] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mistakes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try programs.sorted { $0.key < $1.key }.map { number, text in
            let file = folder.appending(path: "Program\(number).swift")
            try Data(text.utf8).write(to: file)
            return file.path
        }
        let outcome = try await Toolchain.check(
            files, asModule: "Mistakes",
            options: (step == .types ? ["-typecheck"] : ["-emit-sil", "-o", "/dev/null"])
                + ["-diagnostic-style", "llvm", "-no-color-diagnostics"])
        return messages(in: outcome.lines)
    }

    /// The messages by program. A note that is about another place belongs to the message before it.
    private static func messages(in output: [Substring]) -> [Int: [Substring]] {
        var messages: [Int: [Substring]] = [:]
        var program = -1
        for line in output {
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

import Foundation
import Testing

/// What systemd itself says of the shipped units.
@Suite("The units, read by systemd-analyze", .timeLimit(.minutes(20)))
struct UnitTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "systemd").path

    private func analyze(_ arguments: [String]) throws -> (status: Int32, words: String) {
        let process = Process()
        let words = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["systemd-analyze"] + arguments
        process.environment = [
            "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SYSTEMD_PAGER": "cat", "SYSTEMD_COLORS": "0",
        ]
        (process.standardOutput, process.standardError) = (words, words)
        try process.run()
        let text = String(decoding: words.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test(
        "A unit exposes no more than it must: in tenths, rounded up, as systemd counts",
        arguments: [("concierged.service", 4), ("concierge-mail.service", 12)])
    func exposure(_ unit: String, _ most: Int) throws {
        let file = "\(Self.folder)/\(unit)"
        let (status, words) = try analyze(["security", "--offline=true", "--threshold=\(most)", file])
        #expect(status == 0, "\(words)")
        // It is a limit, and the unit is near it.
        #expect(try analyze(["security", "--offline=true", "--threshold=\(most - 1)", file]).status != 0)
    }

    @Test(
        "No unit has a setting that systemd does not know", arguments: ["concierged.service", "concierge-mail.service"])
    func settings(_ unit: String) throws {
        let words = try analyze(["verify", "\(Self.folder)/\(unit)"]).words
        // The programs need not be installed here.
        let complaints = words.split(separator: "\n").filter { !$0.contains("is not executable: No such file") }
        #expect(complaints == [])
    }
}

import Foundation
import JSON
import Testing
import Varlink
import Wording

@testable import conciergectl

@Suite("Backups at the command line")
struct BackupTests {
    private static let content = Array((0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7) })

    private static func part(_ range: Range<Int>, at offset: Int? = nil) -> JSONObject {
        [
            "state": "sending", "offset": .int(Int64(offset ?? range.lowerBound)), "size": .int(5000),
            "data": .string(Data(content[range]).base64EncodedString()),
        ]
    }

    private static let progress: [JSONObject] = [
        ["state": "copying", "pages_done": 1, "pages_total": 3],
        ["state": "copying", "pages_done": 3, "pages_total": 3],
        ["state": "checking"],
    ]

    /// Runs `backup` against a daemon with these replies; returns the status, the output and the files in the folder.
    private func run(
        _ replies: [JSONObject], language: Language = .en, before: Data? = nil, _ more: String...
    ) async throws -> (status: Int32, said: Captured, files: [String: Data]) {
        let lodge = try CannedLodge(["Manager.Backup": { _ in replies }])
        let folder = FileManager.default.temporaryDirectory.appending(path: "backup-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try before?.write(to: folder.appending(path: "copy"))
        let said = Captured()
        var status: Int32 = -1
        try await lodge.serve { socket in
            let arguments = ["backup", folder.appending(path: "copy").path, "--socket", socket] + more
            status = await Conciergectl.run(arguments, on: said.console(language))
        }
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            files[name] = try Data(contentsOf: folder.appending(path: name))
        }
        return (status, said, files)
    }

    @Test("The parts are joined to the complete file")
    func parts() async throws {
        let done: JSONObject = ["state": "done", "size": 5000]
        let made = try await run(
            Self.progress + [Self.part(0..<3000), Self.part(3000..<5000), done], language: .fr)
        #expect(made.status == 0)
        #expect(made.files == ["copy": Data(Self.content)])
        #expect(made.said.output.contains("Le registre est sauvegardé dans"))
        #expect(made.said.output.contains("(5000 octets)"))
        // Without a terminal no progress bar is printed.
        #expect(made.said.diagnostics.isEmpty)
        let json = try await run([Self.part(0..<5000), done], "--json")
        #expect(try JSON.parse(json.said.output).objectValue?["size"] == 5000)
    }

    @Test(
        "A stream that has a gap, ends too early or is not base 64 creates no file, with status 76",
        arguments: [
            [part(0..<3000), part(3000..<5000, at: 3001), ["state": "done", "size": 5000]],
            [part(0..<3000), ["state": "done", "size": 5000]],
            [["state": "sending", "offset": 0, "size": 3, "data": "AAA"], ["state": "done", "size": 3]],
        ] as [[JSONObject]])
    func malformed(_ replies: [JSONObject]) async throws {
        let made = try await run(replies)
        #expect(made.status == 76)
        #expect(made.files.isEmpty)
    }

    @Test("An existing file is kept, with status 73; with --force it is replaced once the new one is complete")
    func existing() async throws {
        let mine = Data("mine".utf8)
        let done: JSONObject = ["state": "done", "size": 5000]
        let refused = try await run([Self.part(0..<5000), done], before: mine)
        #expect(refused.status == 73)
        #expect(refused.files == ["copy": mine])
        #expect(refused.said.diagnostics.contains("is there already"))
        let broken = try await run([Self.part(0..<3000), done], before: mine, "--force")
        #expect(broken.status == 76)
        #expect(broken.files == ["copy": mine])
        let replaced = try await run([Self.part(0..<5000), done], before: mine, "--force")
        #expect(replaced.status == 0)
        #expect(replaced.files == ["copy": Data(Self.content)])
    }

    @Test("If the daemon cannot make a backup, the status is 69, the message is translated and no file is created")
    func refused() async throws {
        let lodge = try CannedLodge([
            "Manager.Backup": { _ throws(VarlinkError) in
                throw VarlinkError(
                    "org.concierged.Manager.Unavailable",
                    ["reason": "full", "text": ["fr": "il n'y a plus de place", "en": "there is no room left"]])
            }
        ])
        let file = FileManager.default.temporaryDirectory.appending(path: "backup-\(UUID().uuidString)").path
        let said = Captured()
        try await lodge.serve { socket in
            #expect(await said.run("backup", file, "--socket", socket, language: .fr) == 69)
        }
        #expect(said.diagnostics.contains("il n'y a plus de place"))
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test("Base 64 decodes to the encoded bytes, and malformed base 64 is refused")
    func base64() {
        for count in 0..<70 {
            let bytes = Array(Self.content.prefix(count))
            #expect(Base64.decode(Data(bytes).base64EncodedString()) == bytes)
        }
        for text in ["A", "AA", "AAA", "AAAA=", "AB==", "AAB=", "A===", "====", "AA=A", "AA\nA", "AA-_", "é==="] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
    }

    @Test("The length of the bar is proportional to the progress")
    func bar() {
        #expect(TransferBar.text("Copying", done: 0, of: 10) == "Copying [····················] 0 %")
        #expect(TransferBar.text("Copying", done: 5, of: 10) == "Copying [██████████··········] 50 %")
        #expect(TransferBar.text("Copying", done: 10, of: 10) == "Copying [████████████████████] 100 %")
        #expect(TransferBar.text("Checking", done: 0, of: 0) == "Checking …")
        #expect(MakeBackup.amount(1_572_864).fr == "1,5 Mio")
        #expect(MakeBackup.amount(104_857_600).en == "100 MiB")
    }

    @Test("A terminal shows the progress, and the bar is erased at the end")
    func onATerminal() {
        let captured = Captured()
        var console = captured.console()
        console.isTerminal = true
        let bar = TransferBar(console, isShown: true)
        for _ in 0..<3 { bar.show(Text(fr: "Copie", en: "Copying"), done: 1, of: 2) }
        bar.end()
        bar.end()
        #expect(captured.diagnostics == "\rCopying [██████████··········] 50 %\u{1B}[K\r\u{1B}[K")
    }

    @Test("The status shows since when and why the ledger is read-only, and which program holds its log")
    func trouble() async throws {
        let lodge = try CannedLodge([
            "Manager.Status": { _ in
                [
                    [
                        "name": "concierged", "version": "1", "core": "1", "state": "serving",
                        "started_at": "2026-11-24T05:00:00Z", "store": "/var/l",
                        "store_trouble": ["fr": "il n'y a plus de place", "en": "there is no room left"],
                        "store_trouble_since": "2026-11-24T07:30:00Z", "log_held_size": 445_644_800,
                        "log_held_by": "sqlite3, pid 77", "providers_serving": 1, "providers": 1,
                        "open_requests": 7, "pending_timers": 4, "runs_queued": 0, "runs_running": 1, "runs_failed": 2,
                    ]
                ]
            }
        ])
        let said = Captured()
        try await lodge.serve { socket in #expect(await said.run("status", "--socket", socket, language: .fr) == 0) }
        #expect(said.output.contains("Lecture seule"))
        #expect(said.output.contains("il n'y a plus de place, depuis le mardi 24 novembre à 8\u{A0}h\u{A0}30"))
        #expect(said.output.contains("425 Mio, retenu par un autre programme qui lit le registre (sqlite3, pid 77)"))
    }
}

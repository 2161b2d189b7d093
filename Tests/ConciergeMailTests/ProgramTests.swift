import Foundation
import JSON
import Testing

/// Runs the program as staff and units do.
private struct Program {
    /// Its own folder.
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "mail-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder.appending(path: "drop"), withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    var drop: String { folder.appending(path: "drop").path }

    /// The program beside the tests.
    private static let path: URL = {
        let tests = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        return (tests ?? URL(filePath: CommandLine.arguments[0])).deletingLastPathComponent()
            .appending(path: "concierge-mail")
    }()

    /// Runs it to its end.
    func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String, errors: String) {
        let files = ["input", "output", "errors"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        for file in files.dropFirst() { try Data().write(to: file) }
        let process = Process()
        process.executableURL = Self.path
        process.arguments = arguments
        process.environment = environment
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        let texts = try files.dropFirst().map { try String(contentsOf: $0, encoding: .utf8) }
        return (process.terminationStatus, texts[0], texts[1])
    }

    /// Runs `send` into the folder.
    func send(
        _ input: String, _ options: [String] = [], from: String = "loge@example.org"
    ) throws -> (status: Int32, output: String, errors: String) {
        try run(["send", "--drop", drop, "--from", from] + options, input: input)
    }
}

private func withProgram(_ body: (Program) throws -> Void) throws {
    let program = try Program()
    defer { program.remove() }
    try body(program)
}

private let job =
    #"{"id": "17", "to": "zoe@example.org", "name": "Zoé", "subject": "Colis", "text": "Bonjour", "at": "2026-11-23T18:14:06Z"}"#

@Suite("concierge-mail", .timeLimit(.minutes(20)))
struct ProgramTests {
    @Test("A message becomes a file that is whole, and the same again when it is sent again")
    func drops() throws {
        try withProgram { program in
            let first = try program.send(job, ["--from-name", "La loge"])
            #expect(first.status == 0, "\(first.errors)")
            let path = "\(program.drop)/17.eml"
            #expect(try JSON.parse(first.output) == ["id": "17", "outcome": "sent", "reply": JSON(path)])
            let mail = try String(contentsOfFile: path, encoding: .utf8)
            #expect(
                mail.hasPrefix(
                    "Date: Mon, 23 Nov 2026 18:14:06 +0000\r\nFrom: La loge\r\n <loge@example.org>\r\nTo: =?utf-8?B?Wm/DqQ==?="
                ))
            #expect(try program.send(job, ["--from-name", "La loge"]).status == 0)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == mail)
            #expect(try FileManager.default.contentsOfDirectory(atPath: program.drop) == ["17.eml"])
        }
    }

    @Test("One message on each line: each has its verdict, and the worst is the exit status")
    func lines() throws {
        try withProgram { program in
            let lines = [
                job, "",
                #"{"id": "18", "to": "zoe@example.org\r\nRCPT TO:<evil@example.org>", "subject": "a", "text": "b"}"#,
                #"{"id": "../19", "to": "zoe@example.org", "subject": "a", "text": "b"}"#,
            ]
            let result = try program.send(lines.joined(separator: "\n"))
            #expect(result.status == 65)
            let verdicts = try result.output.split(separator: "\n").map { try JSON.parse(String($0)) }
            let byID = Dictionary(uniqueKeysWithValues: verdicts.map { ($0["id"]?.stringValue ?? "", $0) })
            #expect(byID["17"]?["outcome"] == "sent")
            #expect(byID["18"]?["outcome"] == "refused" && byID["18"]?["address_at_fault"] == true)
            #expect(byID["../19"]?["outcome"] == "refused" && byID["../19"]?["address_at_fault"] == nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: program.drop) == ["17.eml"])
        }
    }

    @Test(
        "A message that cannot be read is refused with its line, and nothing is sent",
        arguments: [
            ("", "There is no message."), (job + "\n{", "Line 2: "),
            (job + "\n[1]", "Line 2: A message is a JSON object."),
            (job + "\n" + #"{"id": "1", "to": "a@b", "subject": "s"}"#, #"Line 2: "text" is missing in the message."#),
            (#"{"id": "1", "to": "a@b", "subject": "s", "text": " \n"}"#, #""text" is missing in the message."#),
            (#"{"id": 1, "to": "a@b", "subject": "s", "text": "t"}"#, #""id" is a text."#),
            (
                #"{"id": "1", "to": "a@b", "subject": "s", "text": "t", "bcc": "c@d"}"#,
                #""bcc" is unknown in a message."#
            ),
            (#"{"id": "1", "to": "a@b", "subject": "s", "text": "t", "at": "today"}"#, #""at" is a time like"#),
        ])
    func unreadable(_ input: String, _ words: String) throws {
        try withProgram { program in
            let result = try program.send(input)
            #expect(result.status == 65 && result.output == "")
            #expect(result.errors.hasPrefix("concierge-mail: \(words)"), "\(result.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: program.drop) == [])
        }
    }

    @Test(
        "A configuration with which nothing can be sent is refused in words",
        arguments: [
            (["--from", "loge@example.org"], "It is not said where mail goes"),
            (["--drop", "/x"], "The lodge's address is missing"),
            (["--drop", "/x", "--from", "loge"], "loge: An address has exactly one"),
            (["--drop", "/x", "--from", "logé@example.org"], "The lodge's address has no accents"),
            (["--drop", "/x", "--relay", "smtp://a", "--from", "a@b"], "Mail goes to a server or into a folder"),
            (["--relay", "mail", "--from", "a@b"], #""mail" is no server"#),
            (["--relay", "smtps://a", "--from", "a@b", "--user", "u"], "The password is missing"),
            (
                ["--relay", "smtps://a", "--from", "a@b", "--user", "u", "--password-file", "/none"],
                "/none cannot be read"
            ),
            (
                ["--relay", "smtps://a", "--from", "a@b", "--user", "u", "--password-file", "/dev/null"],
                "/dev/null is empty"
            ),
            (
                ["--relay", "smtp+plain://a", "--from", "a@b", "--user", "u", "--password-file", "/etc/hostname"],
                "No password is sent in clear"
            ),
        ])
    func configuration(_ options: [String], _ words: String) throws {
        try withProgram { program in
            let result = try program.run(["send"] + options, input: job)
            #expect(result.status == 78 && result.output == "")
            #expect(result.errors.hasPrefix("concierge-mail: \(words)"), "\(result.errors)")
        }
    }

    @Test("A folder that is not there, and a server that is not, give verdicts")
    func verdicts() throws {
        try withProgram { program in
            let drop = try program.run(["send", "--drop", "/none", "--from", "a@b"], input: job)
            #expect(drop.status == 78 && drop.output.contains(#""outcome":"configuration""#))
            let relay = try program.run(
                ["send"], input: job,
                environment: [
                    "CONCIERGE_MAIL_RELAY": "smtp+unix://\(program.folder.path)/none", "CONCIERGE_MAIL_FROM": "a@b",
                ])
            #expect(relay.status == 75 && relay.output.contains(#""outcome":"wait""#), "\(relay.output)\(relay.errors)")
        }
    }

    @Test("The file and the wrong option have statuses of their own")
    func statuses() throws {
        try withProgram { program in
            let statuses = try [
                ["send", "--drop", program.drop, "--from", "a@b", "/none"], ["send", "--nonsense"],
                ["send", "--drop", "/x", "--from", "a@b", "--connections", "0"],
                ["send", "--drop", "/x", "--from", "a@b", "--reply-limit", "0"], ["--version"],
            ].map { try program.run($0, input: job).status }
            #expect(statuses == [66, 64, 64, 64, 0])
        }
    }
}

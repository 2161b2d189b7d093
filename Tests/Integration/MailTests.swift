import Foundation
import Glibc
import JSON
import MailServer
import Testing
import Varlink

/// A lodge that sends mail, with residents in its directory, and the program that sends for it.
private final class MailLodge {
    let folder: Folder
    let server: MailServer
    private(set) var daemon: DaemonProcess
    private var worker: ChildProcess?

    static func configuration(_ more: String = "") -> String {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        let hours = days.map { "    \($0): [\"00:00-24:00\"]\n" }.joined()
        return """
            lodge:
              language: en
            messages:
              mail: true
              sender: OPH de Metz
              wait: 0s
              on_holidays: true
              hours:
            \(hours)\(more)
            """
    }

    init() throws {
        server = try MailServer()
        folder = try Folder(configuration: Self.configuration())
        daemon = try DaemonProcess(in: folder)
        let residents = """
            id;name;dwelling;language;email
            L-1;Zoé Lefèvre;A 1;fr;zoe@example.org
            L-2;Sam Brown;A 2;en;sam@example.org
            L-3;Nadia Berger;A 3;fr;nobody@example.org
            L-4;Luc Martin;A 4;fr;

            """
        try residents.write(toFile: folder.path + "/residents.csv", atomically: true, encoding: .utf8)
        let imported = try folder.tool("residents", "import", folder.path + "/residents.csv")
        #expect(imported.status == 0, "\(imported.errors)")
    }

    /// Starts the program that sends.
    func startWorker() throws {
        worker = try ChildProcess(
            Folder.program("concierge-mail"),
            [
                "work", "--task", "lodge.send-mail", "--socket", folder.socket, "--relay",
                "smtp+plain://127.0.0.1:\(server.port)", "--from", "loge@example.org", "--from-name", "La loge",
            ], environment: ["PATH": "/usr/bin:/bin"], output: folder.path + "/worker",
            errors: folder.path + "/worker")
    }

    func restart() throws { daemon = try DaemonProcess(in: folder) }

    func call(_ method: String, _ parameters: JSONObject = [:]) async throws -> JSONObject {
        let client = try await daemon.connect()
        defer { Task { await client.close() } }
        return try await client.call("org.concierged.\(method)", parameters)
    }

    func parcel(for resident: String, _ number: String) async throws -> JSON {
        let opened = try await call(
            "Requests.Open",
            ["service": "parcel.reception", "resident": .string(resident), "input": ["tracking": .string(number)]])
        return try #require(opened["request", "id"])
    }

    /// Waits until no notice leaves by mail any more; returns all notices, the oldest first. The worker and the mail server
    /// are other processes, so the daemon is polled.
    func settled() async throws -> [JSON] {
        for _ in 0..<6000 {
            let all = try #require(try await call("Notices.List")["notices"]?.arrayValue)
            if !all.contains(where: { $0["state"] == "waiting" && $0["by"] == "mail" }) { return all.reversed() }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestFailure("a mail has not left: \(folder.logText)")
    }

    /// The texts of the mails that the server has, decoded by a parser of another make.
    func mails() throws -> [String] {
        try server.taken().map { taken in
            let file = folder.path + "/mail-\(UUID().uuidString)"
            try taken.bytes.write(to: URL(fileURLWithPath: file))
            let script = """
                import email, email.policy, sys
                mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.strict)
                print(mail["To"], mail["Subject"], mail["Message-ID"], mail.get_content(), sep="\\n")
                """
            let said = try folder.run("/usr/bin/python3", ["-I", "-c", script, file], environment: [:])
            #expect(said.status == 0, "\(said.errors)")
            return said.output
        }
    }

    deinit { worker?.end(with: SIGKILL) }
}

@Suite("Mails to residents, over a real socket and a real mail server", .timeLimit(.minutes(20)))
struct MailTests {
    @Test("What residents are told leaves by mail, in their language, together; who has no address is told by hand")
    func sent() async throws {
        let lodge = try MailLodge()
        let first = try await lodge.parcel(for: "L-1", "RB123456785GB")
        _ = try await lodge.parcel(for: "L-1", "CP987654326FR")
        _ = try await lodge.parcel(for: "L-2", "EE471108151FR")
        _ = try await lodge.parcel(for: "L-3", "EB000717618HK")
        _ = try await lodge.parcel(for: "L-4", "6A12345678901")
        try lodge.startWorker()
        let notices = try await lodge.settled()
        #expect(notices.map { $0["state"]?.stringValue } == ["sent", "sent", "sent", "failed", "waiting"])
        #expect(notices.map { $0["by"]?.stringValue } == ["mail", "mail", "mail", "hand", "hand"])
        #expect(notices[0]["person"]?["name"] == "Zoé Lefèvre" && notices[0]["run"] == notices[1]["run"])

        let mails = try lodge.mails()
        #expect(mails.count == 2)
        let zoe = try #require(mails.first { $0.contains("zoe@example.org") })
        let sam = try #require(mails.first { $0.contains("sam@example.org") })
        let shown = try await lodge.call("Requests.Get", ["id": first])
        let code = try #require(shown["request", "data", "code"]?.stringValue)
        for part in [
            "2 messages pour vous", "Bonjour Zoé Lefèvre", code, "RB123456785GB", "CP987654326FR", "OPH de Metz",
        ] {
            #expect(zoe.contains(part), "\(part): \(zoe)")
        }
        #expect(sam.contains("Dear Sam Brown") && sam.contains("OPH de Metz: Parcel reception"))
        #expect(zoe.contains("<notice.\(notices[0]["run"]?.stringValue ?? "")@example.org>"))
        let history = try #require(shown["history"]?.arrayValue)
        #expect(history.map { $0["event"]?.event } == ["open", "notice:arrival", "sent:arrival"])

        // The refused address is known now: the next notice does not try it.
        _ = try await lodge.parcel(for: "L-3", "RB123456785US")
        let byHand = try #require(
            try await lodge.call("Notices.List", ["by_hand": true])["notices"]?.arrayValue)
        #expect(byHand.map { $0["resident"]?.stringValue } == ["L-3", "L-4", "L-3"])
    }

    @Test("A mail that was to leave when the daemon was killed leaves after its return, once")
    func killed() async throws {
        let lodge = try MailLodge()
        _ = try await lodge.parcel(for: "L-1", "RB123456785GB")
        lodge.daemon.crash()
        try lodge.restart()
        try lodge.startWorker()
        #expect(try await lodge.settled().map { $0["state"]?.stringValue } == ["sent"])
        #expect(try lodge.server.taken().map(\.recipients) == [["zoe@example.org"]])
    }

    @Test("A message is shown before it leaves; what is handed over in the meantime is withdrawn, and nothing is sent")
    func withdrawn() async throws {
        let lodge = try MailLodge()
        let parcel = try await lodge.parcel(for: "L-1", "RB123456785GB")
        let notice = try #require(try await lodge.call("Notices.List")["notices"]?.arrayValue?.first)
        let shown = try await lodge.call("Notices.Show", ["id": notice["id"] ?? ""])
        let code = try #require(
            try await lodge.call("Requests.Get", ["id": parcel])["request", "data", "code"]?.stringValue)
        for form in ["mail", "letter", "short"] {
            #expect(shown["message", form]?.stringValue?.contains(code) == true, "\(form)")
        }
        _ = try await lodge.call(
            "Requests.Act", ["id": parcel, "action": "hand-over", "input": ["code": .string(code)]])
        try lodge.startWorker()
        let run = try #require(notice["run"])
        // The worker is another process, so the daemon is polled.
        for _ in 0..<6000 {
            if try await lodge.call("Tasks.GetRun", ["id": run])["run", "finished_at"] != nil { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await lodge.call("Tasks.GetRun", ["id": run])["run", "state"] == "succeeded")
        #expect(try await lodge.settled().map { $0["state"]?.stringValue } == ["withdrawn"])
        #expect(try lodge.server.taken().isEmpty)
    }

    @Test(
        "A partner is sent its orders with the place, and not who lives there; one without an address is told by hand")
    func partners() async throws {
        let lodge = try MailLodge()
        func load(_ noun: String, _ text: String) throws {
            let file = "\(lodge.folder.path)/\(noun).csv"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let loaded = try lodge.folder.tool(noun, "import", file)
            #expect(loaded.status == 0, "\(loaded.errors)")
        }
        try load(
            "residences", "id;name;address;time_zone\nT;Les Tilleuls;12 rue des Tilleuls, 57000 Metz;Europe/Paris\n")
        try load("residents", "id;name;dwelling;residence;language;email\nL-1;Zoé Lefèvre;A 1;T;fr;\n")
        try lodge.folder.configure(
            MailLodge.configuration(
                """
                partners:
                  plomberie-martin:
                    name: Plomberie Martin
                    email: atelier@martin.example
                    language: fr
                  rapid:
                    name: Serrurerie Rapid
                    phone: 03 87 00 00 00

                """))
        _ = try await lodge.call("Manager.Reload")
        let opened = try await lodge.call(
            "Requests.Open",
            [
                "service": "repairs.repair", "resident": "L-1",
                "input": ["category": "plumbing", "location": "cuisine", "description": "L'évier fuit"],
            ])
        let repair = try #require(opened["request", "id"])
        func act(_ action: String, _ input: JSONObject) async throws {
            _ = try await lodge.call(
                "Requests.Act", ["id": repair, "action": .string(action), "input": .object(input)])
        }
        try await act("triage", ["urgency": "U2"])
        try await act("assign", ["contractor": "Plomberie Martin"])
        try lodge.startWorker()
        _ = try await lodge.settled()
        let mail = try #require(try lodge.mails().first { $0.contains("atelier@martin.example") })
        for part in ["Bonjour Plomberie Martin", "Bon de travaux n°", "Lieu : Les Tilleuls, A 1", "L'évier fuit"] {
            #expect(mail.contains(part), "\(part): \(mail)")
        }
        #expect(!mail.contains("Lefèvre"))

        try await act("assign", ["contractor": "rapid"])
        let byHand = try lodge.folder.tool(["notices", "--by-hand"], language: "fr_FR.UTF-8").output
        #expect(byHand.contains("Serrurerie Rapid"), "\(byHand)")
        #expect(byHand.contains("03\u{A0}87\u{A0}00\u{A0}00\u{A0}00"), "\(byHand)")
        let notices = try await lodge.settled()
        #expect(
            notices.map { $0["partner"]?.stringValue } == [
                nil, "Plomberie Martin", nil, "Plomberie Martin", "Serrurerie Rapid", nil,
            ])
        #expect(
            notices.map { $0["name"]?.stringValue } == [
                "due", "ordered", "contractor-comes", "order-withdrawn", "ordered", "contractor-comes",
            ])
        let history = try await lodge.call("Requests.Get", ["id": repair])["history"]?.arrayValue ?? []
        let told = history.compactMap { $0["input"]?["partner"]?.stringValue }
        #expect(told == ["Plomberie Martin", "Plomberie Martin", "Serrurerie Rapid"])
    }

    @Test("The landlord's templates win; one with a mistake is refused at start and reload, and the old ones hold")
    func templates() async throws {
        let lodge = try MailLodge()
        let templates = lodge.folder.path + "/templates"
        try FileManager.default.createDirectory(atPath: templates + "/fr", withIntermediateDirectories: true)
        func write(_ text: String) throws {
            try text.write(toFile: templates + "/fr/mail.mustache", atomically: true, encoding: .utf8)
        }
        let configuration = MailLodge.configuration("  templates: \(templates)\n")
        try lodge.folder.configure(configuration)
        try write("Cher {{name}} : {{#messages}}{{words}} {{/messages}}– la loge\n")
        _ = try await lodge.call("Manager.Reload")
        _ = try await lodge.parcel(for: "L-1", "RB123456785GB")
        let notice = try #require(try await lodge.call("Notices.List")["notices"]?.arrayValue?.first)
        func mail() async throws -> String? {
            try await lodge.call("Notices.Show", ["id": notice["id"] ?? ""])["message", "mail"]?.stringValue
        }
        #expect(try await mail()?.hasPrefix("Cher Zoé Lefèvre : Un colis") == true)
        for (wrong, reason) in [
            ("{{nom}}", "there is no variable \"nom\""), ("{{#name}}", "no Mustache template"),
            ("{{#late}}{{wrds}}{{/late}}", "did you mean \"words\""),
        ] {
            try write(wrong)
            let refused = try lodge.folder.tool("reload")
            #expect(
                refused.status != 0 && (refused.errors + lodge.folder.logText).contains(reason), "\(refused.errors)")
            let checked = try lodge.folder.daemon(["--check"])
            #expect(checked.status == 78 && checked.errors.contains(reason), "\(checked.errors)")
        }
        #expect(try await mail()?.hasPrefix("Cher Zoé Lefèvre : Un colis") == true)
        // The words of one notice, which know its values.
        try write("{{#messages}}{{words}}{{/messages}}")
        func say(_ text: String, as name: String) throws {
            let file = "\(templates)/fr/\(name).mustache"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
        }
        try say("Colis pour {{name}}, code {{code}}.\n", as: "parcel.reception.arrival")
        _ = try await lodge.call("Manager.Reload")
        #expect(try await mail()?.hasPrefix("Colis pour Zoé Lefèvre, code ") == true)
        for (text, name, reason) in [
            ("{{cod}}", "parcel.reception.arrival", "there is no variable \"cod\"; did you mean \"code\"?"),
            ("x", "parcel.reception.arival", "has no notice \"arival\"; did you mean \"arrival\"?"),
            ("x", "parcel.recption.arrival", "there is no service \"parcel.recption\""),
            ("x", "parcels.reception.arrival", "there is no provider \"parcels\""),
        ] {
            try say(text, as: name)
            let checked = try lodge.folder.daemon(["--check"])
            #expect(checked.status == 78 && checked.errors.contains(reason), "\(checked.errors)")
            #expect(try lodge.folder.tool("reload").status != 0)
            try FileManager.default.removeItem(atPath: "\(templates)/fr/\(name).mustache")
        }
        #expect(try await mail()?.hasPrefix("Colis pour Zoé Lefèvre, code ") == true)
        try FileManager.default.createDirectory(atPath: templates + "/de", withIntermediateDirectories: true)
        try write("{{name}}")
        try "Guten Tag {{name}}".write(toFile: templates + "/de/mail.mustache", atomically: true, encoding: .utf8)
        #expect(try lodge.folder.daemon(["--check"]).errors.contains("subject.mustache is missing"))
    }
}

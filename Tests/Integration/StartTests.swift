import Foundation
import JSON
import SQLiteLedger
import Testing
import Varlink

@Suite("Starts that are refused, checks, and reloads")
struct StartTests {
    @Test(
        "A bad configuration is refused with file, line, key and reason, exit status 78",
        arguments: [
            ("lodge:\n  langage: en\n", ":2: lodge.langage: unknown key; did you mean \"language\"?"),
            ("lodg: {}\n", ":1: lodg: unknown key; did you mean \"lodge\"?"),
            ("access:\n", ":1: access: the section is empty"),
            ("access: null\n", ":1: access: the section is empty"),
            ("access:\n  viewers:\n  admins: [adm]\n", ":2: access.viewers: no group is named"),
            ("access:\n  staff: null\n", ":2: access.staff: no group is named"),
            ("access:\n  admins: [\"\"]\n", ":2: access.admins[0]: the text is empty"),
            ("access:\n  admins: [adm, ~]\n", ":2: access.admins[1]: expected a text, found nothing"),
            ("access:\n  admin: [adm]\n", ":2: access.admin: unknown key; did you mean \"admins\"?"),
            ("providers:\n  parcl: {}\n", ":2: providers.parcl: unknown provider; did you mean \"parcel\"?"),
            (
                "providers:\n  parcel:\n    holding: 3 dyas\n",
                ":3: providers.parcel.holding: expected a length of time"
            ),
            ("control:\n  message_limit: many\n", ":2: control.message_limit: expected a whole number"),
            (
                "lodge:\n  time_zone: Europe/Pariss\n",
                ":2: lodge.time_zone: expected a time zone like Europe/Paris, found the text \"Europe/Pariss\""
            ),
            ("lodge: [\n", ":"),
        ])
    func badConfiguration(text: String, complaint: String) throws {
        let folder = try Folder(configuration: text)
        for arguments in [[], ["--check"]] {
            let ended = try folder.daemon(arguments)
            #expect(ended.status == 78)
            #expect(ended.errors.contains(folder.configuration + complaint), "\(ended.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.state))
    }

    @Test(
        "A French reader finds what is wrong in the configuration in French",
        arguments: [
            ("access:\n  admin: [adm]\n", "cette clé n’existe pas\u{202F}; vouliez-vous dire «\u{A0}admins\u{A0}» ?"),
            ("providers:\n  parcl: {}\n", "ce module n’existe pas\u{202F}; vouliez-vous dire «\u{A0}parcel\u{A0}» ?"),
            ("providers:\n  parcel:\n    holding: 3 dyas\n", "trouvé\u{A0}: le texte «\u{A0}3 dyas\u{A0}»"),
            ("control:\n  message_limit: many\n", "un nombre entier est attendu"),
        ])
    func inFrench(text: String, complaint: String) throws {
        let folder = try Folder(configuration: text)
        let ended = try folder.run(
            "concierged", folder.daemonArguments + ["--check"],
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "fr_FR.UTF-8"])
        #expect(ended.status == 78)
        let plain = ended.errors.replacing("\u{202F}?", with: " ?").replacing("\u{A0}?", with: " ?")
        #expect(plain.contains(complaint), "\(ended.errors)")
        for word in ["expected", "found", "unknown", "did you mean"] { #expect(!plain.contains(word)) }
    }

    @Test("A configuration file that is named but does not exist is refused with exit status 78")
    func missingConfiguration() throws {
        let folder = try Folder()
        try FileManager.default.removeItem(atPath: folder.configuration)
        let ended = try folder.daemon()
        #expect(ended.status == 78)
        #expect(ended.errors.contains("does not exist"))
    }

    @Test("A value that the provider itself refuses is reported in the same form, with exit status 78")
    func refusedByProvider() throws {
        let folder = try Folder(configuration: "providers:\n  parcel:\n    remind_every: 0s\n")
        let ended = try folder.daemon()
        #expect(ended.status == 78)
        #expect(ended.errors.contains("\(folder.configuration):3: providers.parcel.remind_every: expected at least 1s"))
    }

    @Test("A valid configuration passes the check, which creates neither a ledger nor a socket")
    func check() throws {
        let folder = try Folder()
        let ended = try folder.daemon(["--check"])
        #expect(ended.status == 0)
        #expect(ended.output.contains("parcel: can serve"))
        #expect(!FileManager.default.fileExists(atPath: folder.state))
        #expect(!FileManager.default.fileExists(atPath: folder.socket))
    }

    @Test("The check reports unknown names and dates that have passed with file and line, and passes")
    func doubts() async throws {
        let folder = try Folder(
            configuration: """
                access:
                  viewers: [no-such-group-here]
                  admins: [root]
                schedules:
                  parcel.shelf-audt:
                    catch_up: skip
                  parcel.shelf-audit:
                    calendar: 2020-01-01 08:00
                retention:
                  closed_requests_of:
                    parcel.receptoin: 30 days
                """)
        let ended = try folder.daemon(["--check"])
        #expect(ended.status == 0, "\(ended.errors)")
        for line in [
            ":2: access.viewers: this machine has no group \"no-such-group-here\"; it gives nobody this role\n",
            ":5: schedules.parcel.shelf-audt: nobody offers this schedule now; did you mean \"parcel.shelf-audit\"?\n",
            ":8: schedules.parcel.shelf-audit.calendar: \"2020-01-01 08:00\" never elapses from now on\n",
            ":11: retention.closed_requests_of.parcel.receptoin: no such service is served now; "
                + "did you mean \"parcel.reception\"?\n",
        ] {
            #expect(ended.output.contains(folder.configuration + line), "\(ended.output)")
        }
        #expect(!ended.output.contains("access.admins"))
        let daemon = try DaemonProcess(in: folder)
        #expect(await folder.hasLogged("access.viewers: this machine has no group"))
        #expect(await folder.hasLogged("schedules.parcel.shelf-audt: nobody offers this schedule now"))
        #expect(await folder.hasLogged("closed_requests_of.parcel.receptoin: no such service"))
        #expect(await folder.hasLogged("never elapses"))
        #expect(daemon.stop() == 0)
    }

    @Test("An unknown option ends the daemon with status 64")
    func usage() throws {
        #expect(try Folder().daemon(["--colour"]).status == 64)
    }

    @Test("The socket and state directory of a running daemon are refused; those of a killed one are taken over")
    func inUse() async throws {
        let folder = try Folder()
        let living = try DaemonProcess(in: folder)
        let sameState = try folder.daemon(["--socket", folder.path + "/t"])
        #expect(sameState.status == 69)
        #expect(sameState.errors.contains("another concierged uses this state directory"))

        let sameSocket = try folder.daemon(["--state-dir", folder.path + "/other"])
        #expect(sameSocket.status == 69)
        #expect(sameSocket.errors.contains("another concierged answers at this socket"))
        // It is refused before anything is made on the disk.
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/other"))

        let client = try await living.connect()
        #expect(try await client.call("org.concierged.Manager.Status")["state"] == "serving")
        await client.close()
        living.crash()
        #expect(FileManager.default.fileExists(atPath: folder.socket))
        _ = try DaemonProcess(in: folder)
    }

    @Test("A newer ledger, a foreign database and a broken file are refused; the broken file is unchanged")
    func foreignLedgers() throws {
        let folder = try Folder()
        try DaemonProcess(in: folder).stop()
        let path = folder.state + "/ledger.sqlite"
        try change(path, "INSERT INTO migrations VALUES ('9 from the future')")
        let newer = try folder.daemon()
        #expect(newer.status == 65)
        #expect(newer.errors.contains("newer concierged"))
        try change(path, "DELETE FROM migrations WHERE name LIKE '9%'")
        try DaemonProcess(in: folder).stop()

        try change(path, "PRAGMA application_id = 7")
        let foreign = try folder.daemon()
        #expect(foreign.status == 65)
        #expect(foreign.errors.contains("not a ledger of concierged"))

        let garbage = Data("this is no database, whatever its name says".utf8)
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try garbage.write(to: URL(fileURLWithPath: path))
        let broken = try folder.daemon()
        #expect(broken.status == 65)
        #expect(broken.errors.contains("not a ledger of concierged"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == garbage)
    }

    private func change(_ path: String, _ sql: String) throws {
        let database = try SQLiteConnection(path, .creating)
        try database.execute(script: sql)
        database.close()
    }

    @Test("A reload adopts a valid configuration; it refuses an invalid one with its reason and keeps the old one")
    func reload() async throws {
        let folder = try Folder(configuration: "providers:\n  parcel:\n    audit_at: \"06:00\"\n")
        let daemon = try DaemonProcess(in: folder)
        func recurrence() async throws -> [String] {
            let client = try await daemon.connect()
            let reply = try await client.call("org.concierged.Manager.Schedules")
            await client.close()
            return (reply["schedules"]?.arrayValue ?? []).compactMap { $0.objectValue?["recurrence"]?.stringValue }
        }
        #expect(try await recurrence().contains("daily 06:00 Europe/Paris"))

        try folder.configure("providers:\n  parcel:\n    audit_at: \"6 o'clock\"\n")
        let refused = try folder.tool("reload")
        #expect(refused.status == 78)
        #expect(refused.errors.contains("providers.parcel.audit_at"))
        #expect(try await recurrence().contains("daily 06:00 Europe/Paris"))

        try folder.configure("providers:\n  parcel:\n    audit_at: \"05:00\"\n")
        #expect(try folder.tool("reload").status == 0)
        #expect(try await recurrence().contains("daily 05:00 Europe/Paris"))
    }
}

import Foundation
import Glibc
import JSON
import Testing
import Varlink

/// These tests need root, because they call as other users.
@Suite("Roles with real processes", .enabled(if: geteuid() == 0))
struct AccessTests {
    /// Runs conciergectl as a user that is unknown to the system, with exactly these groups.
    private func tool(_ folder: Folder, groups: [UInt32], _ arguments: String...) throws -> Folder.Ended {
        chmod(folder.socket, 0o666)
        let identity = ["--reuid", "54321", "--regid", "54321"]
        let supplementary =
            groups.isEmpty ? ["--clear-groups"] : ["--groups", groups.map { "\($0)" }.joined(separator: ",")]
        return try folder.run(
            "/usr/bin/setpriv", identity + supplementary + [Folder.program("conciergectl")] + arguments,
            environment: ["CONCIERGE_SOCKET": folder.socket, "LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"])
    }

    /// The number of a group that every system has.
    private func number(of group: String) throws -> UInt32 { try #require(getgrnam(group)).pointee.gr_gid }

    @Test("The role of a process depends on its own groups, not on the groups of an earlier call by the same user")
    func ownGroups() throws {
        let folder = try Folder(configuration: "access:\n  viewers: [games]\n  staff: [users]\n  admins: [adm]\n")
        let daemon = try DaemonProcess(in: folder)
        let (games, users, adm) = (try number(of: "games"), try number(of: "users"), try number(of: "adm"))
        for _ in 0..<2 {
            #expect(try tool(folder, groups: [], "status").status == 77)
            #expect(try tool(folder, groups: [games], "status").status == 0)
            #expect(try tool(folder, groups: [games], "reload").status == 77)
            #expect(try tool(folder, groups: [games, adm], "reload").status == 0)
            #expect(
                try tool(
                    folder, groups: [users], "requests", "open", "parcel.reception", "--resident", "apt-12",
                    "tracking=X\(getpid())"
                )
                .status != 77)
            #expect(try tool(folder, groups: [users], "reload").status == 77)
        }
        #expect(daemon.stop() == 0)
    }

    @Test("What staff have noted of a resident is for staff alone")
    func dossiers() throws {
        let folder = try Folder(configuration: "access:\n  viewers: [games]\n  staff: [users]\n")
        let daemon = try DaemonProcess(in: folder)
        let (games, users) = (try number(of: "games"), try number(of: "users"))
        let file = folder.path + "/residents.csv"
        try Data("id;name;dwelling\nR-1;Zoé;A 1\n".utf8).write(to: URL(filePath: file))
        #expect(try folder.tool("residents", "import", file).status == 0)
        let call = ["residents", "consent", "R-1", "calls"]
        #expect(try tool(folder, groups: [games], call[0], call[1], call[2], call[3]).status == 77)
        #expect(try tool(folder, groups: [users], call[0], call[1], call[2], call[3]).status == 0)
        // A viewer sees the requests of a resident, and nothing of who they are.
        let seen = try tool(folder, groups: [games], "residents", "show", "R-1")
        #expect(!seen.output.contains("calls") && !seen.output.contains("Zoé"), "\(seen.output)")
        let shown = try tool(folder, groups: [users], "residents", "show", "R-1", "--json")
        let consents = try JSON.parse(shown.output)["dossier"]?["consents"]?.arrayValue
        #expect(consents?.map { $0["recorded_by"] } == ["uid:54321"])
        #expect(try tool(folder, groups: [games], "residents", "list").status == 77)
        #expect(daemon.stop() == 0)
    }

    @Test("All groups of a process count, also an unusually large number of them")
    func manyGroups() throws {
        let folder = try Folder(configuration: "access:\n  viewers: [games]\n")
        let daemon = try DaemonProcess(in: folder)
        let many = (0..<200).map { 60_000 + UInt32($0) }
        #expect(try tool(folder, groups: many, "status").status == 77)
        #expect(try tool(folder, groups: many + [try number(of: "games")], "status").status == 0)
        #expect(daemon.stop() == 0)
    }

    @Test("A section without groups admits root alone, and a role that the section leaves out is given to nobody")
    func closed() throws {
        let folder = try Folder(configuration: "access: {}\n")
        let daemon = try DaemonProcess(in: folder)
        let (games, adm) = (try number(of: "games"), try number(of: "adm"))
        #expect(try tool(folder, groups: [games, adm], "status").status == 77)
        #expect(try folder.tool("status").status == 0)

        try folder.configure("access:\n  viewers: [games]\n  admins: []\n")
        #expect(try folder.tool("reload").status == 0)
        #expect(try tool(folder, groups: [games], "status").status == 0)
        #expect(try tool(folder, groups: [games, adm], "reload").status == 77)

        // A section that is blank by mistake is refused, and the earlier rules remain in force.
        try folder.configure("access:\n")
        #expect(try folder.tool("reload").status == 78)
        #expect(try tool(folder, groups: [adm], "status").status == 77)
        #expect(daemon.stop() == 0)
    }

    @Test("A user that is unknown to the system is recorded by number, and the superuser by name")
    func actors() async throws {
        let folder = try Folder()
        let daemon = try DaemonProcess(in: folder)
        let made = try tool(
            folder, groups: [], "--json", "requests", "open", "parcel.reception", "--resident", "apt-12", "tracking=X1")
        let id = try #require(try JSON.parse(made.output)["request"]?["id"]?.stringValue)
        #expect(try folder.tool("requests", "act", id, "return", "reason=unknown").status == 0)
        let client = try await daemon.connect()
        let shown = try await client.call("org.concierged.Requests.Get", ["id": .string(id)])
        await client.close()
        let history = shown["history"]?.arrayValue ?? []
        #expect(history.first?["actor"] == "uid:54321")
        #expect(history.last?["actor"] == "root")
        #expect(daemon.stop() == 0)
    }
}

import Foundation
import JSON
import Testing
import Wording

@testable import conciergectl

/// Command lines that do not reach the daemon.
@Suite struct CommandLineTests {
    @Test("Help and version are printed to standard output with status 0")
    func help() async {
        let help = Captured()
        #expect(await help.run("requests", "open", "--help") == 0)
        #expect(help.output.contains("USAGE: conciergectl requests open"))
        #expect(help.diagnostics.isEmpty)
        #expect(await Captured().run("--version") == 0)
    }

    @Test(
        "A mistake in the command line has status 64",
        arguments: [
            ["frobnicate"], ["requests", "show"], ["requests", "list", "--limit", "x"], ["requests", "--limit", "0"],
            ["runs", "--state", "hungry"], ["services", "--diagram"], ["status", "--nope"],
        ])
    func usage(_ arguments: [String]) async {
        let captured = Captured()
        #expect(await Conciergectl.run(arguments, on: captured.console()) == 64)
        #expect(captured.diagnostics.hasPrefix("conciergectl: "))
        #expect(captured.output.isEmpty)
    }

    @Test("With --json a mistake in the command line is an object too")
    func usageJSON() async throws {
        let captured = Captured()
        #expect(await captured.run("frobnicate", "--json") == 64)
        #expect(try JSON.parse(captured.diagnostics)["error"] == "conciergectl.Usage")
    }

    @Test("If the socket does not exist, the message says how to check the daemon")
    func noSocket() async {
        let captured = Captured()
        #expect(await captured.run("status", environment: ["CONCIERGE_SOCKET": "/nowhere/socket"]) == 69)
        #expect(
            captured.diagnostics == """
                conciergectl: the daemon cannot be reached at /nowhere/socket: the socket does not exist
                Is the daemon running? systemctl status concierged

                """)
        let french = Captured()
        #expect(await french.run("status", "--socket", "/nowhere/socket", language: .fr) == 69)
        #expect(french.diagnostics.contains("la socket n’existe pas"))
    }

    @Test("A file that is not a socket is not taken for the daemon")
    func notASocket() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID().uuidString.prefix(8))")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let captured = Captured()
        #expect(await captured.run("status", "--socket", file.path) == 69)
        #expect(captured.diagnostics.contains("nobody answers there"))
    }

    @Test("The socket is that of the option, otherwise that of the environment, otherwise the daemon's default")
    func socket() {
        #expect(Common.socket(option: nil, environment: [:]) == "/run/concierge/org.concierged")
        #expect(Common.socket(option: nil, environment: ["CONCIERGE_SOCKET": ""]) == "/run/concierge/org.concierged")
        #expect(Common.socket(option: nil, environment: ["CONCIERGE_SOCKET": "/e"]) == "/e")
        #expect(Common.socket(option: "/o", environment: ["CONCIERGE_SOCKET": "/e"]) == "/o")
    }
}

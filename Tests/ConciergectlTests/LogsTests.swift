import Synchronization
import Testing
import Wording

@testable import conciergectl

@Suite("The journal of the machine") struct LogsTests {
    @Test("journalctl runs with what is asked for, under both names of the command")
    func command() async {
        let captured = Captured()
        let commands = Mutex<[[String]]>([])
        var console = captured.console(.fr)
        console.journal = { command in
            commands.withLock { $0.append(command) }
            return .shown
        }
        #expect(await Conciergectl.run(["logs"], on: console) == 0)
        #expect(await Conciergectl.run(["journal", "--depuis", "hier 18h", "--priority", "err"], on: console) == 0)
        #expect(await Conciergectl.run(["logs", "--json"], on: console) == 0)
        #expect(
            commands.withLock(\.self) == [
                ["journalctl", "-u", "concierged"],
                ["journalctl", "-u", "concierged", "--since", "2026-11-23 18:00", "--priority", "err"],
                ["journalctl", "-u", "concierged", "--output", "json"],
            ])
        #expect(captured.output.isEmpty && captured.diagnostics.isEmpty)
    }

    @Test("Without a journal, or without the right to read it, the command line says how to read it")
    func noJournal() async {
        let absent = Captured()
        #expect(await absent.run("logs", "--since", "2026-11-24", language: .fr) == 69)
        #expect(absent.diagnostics.contains("il n’y a pas de journal de systemd"))
        #expect(absent.diagnostics.contains("journalctl -u concierged --since '2026-11-24 00:00'"))
        let refused = Captured()
        var console = refused.console(.fr)
        console.journal = { _ in .refused }
        #expect(await Conciergectl.run(["logs"], on: console) == 77)
        #expect(refused.diagnostics.contains("journalctl -u concierged"))
    }
}

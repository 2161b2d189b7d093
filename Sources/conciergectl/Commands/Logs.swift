import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

struct ShowLogs: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "logs",
            Text(
                fr: "Ce que concierged a écrit au journal de cette machine ; sans concierged.",
                en: "What the daemon wrote to the journal of this machine; needs no daemon."),
            discussion: Text(
                fr: """
                    Le journal est pour l'exploitation, et en anglais. C'est celui de systemd : journalctl -u concierged le \
                    montre aussi, et le suit avec -f.
                    """,
                en: """
                    The journal is for operations. It is systemd's: journalctl -u concierged shows it too, and follows it with \
                    -f.
                    """), aliases: ["journal"])
    }

    @Option(
        name: [.long, .customLong("depuis")],
        help: ArgumentHelp(
            fr: "Seulement ce qui est écrit depuis ce moment : hier 18h, lundi (sinon tout).",
            en: "Only what was written since this time: yesterday 18:00, Monday (default: all).", value: .time))
    var since: String?

    @Option(
        help: ArgumentHelp(
            fr: "Seulement ce qui est au moins aussi grave : err, warning, info (sinon tout).",
            en: "Only what is at least as grave: err, warning, info (default: all).",
            value: Text(fr: "gravité", en: "priority")))
    var priority: String?

    @OptionGroup var common: Common

    func run() async throws {
        let console = Console.current
        var words = ["journalctl", "-u", "concierged"]
        if let since {
            let (date, time) = console.zone.local(try Instant.limit(since, "--since") ?? console.now())
            words += ["--since", "\(date) \(time)"]
        }
        if let priority { words += ["--priority", priority] }
        if common.json { words += ["--output", "json"] }
        let command = words.map(\.shellQuoted).joined(separator: " ")
        switch console.journal(words) {
        case .shown: break
        case .absent:
            throw Failure(
                status: .unavailable, name: "conciergectl.NoJournal", parameters: ["command": .string(command)],
                message: Text(
                    fr: "il n'y a pas de journal de systemd sur cette machine",
                    en: "there is no systemd journal on this machine"),
                advice: Text(
                    fr: "Sur la machine de concierged, où systemd le lance : \(command)",
                    en: "On the machine of the daemon, where systemd starts it: \(command)"))
        case .refused:
            throw Failure(
                status: .noRight, name: "conciergectl.JournalRefused", parameters: ["command": .string(command)],
                message: Text(
                    fr: "vous n'avez pas le droit de lire le journal de cette machine",
                    en: "you may not read the journal of this machine"),
                advice: Text(
                    fr: "Demandez à l'exploitation ; pour qui a le droit : \(command)",
                    en: "Ask whoever runs the machine; for who may: \(command)"))
        }
    }
}

/// The journal of systemd on this machine.
enum Journal {
    enum Outcome: Sendable {
        /// `journalctl` has run, and has itself said what went wrong, if anything did.
        case shown
        /// There is no `journalctl`, or nothing that it could read.
        case absent
        /// There is a journal that the reader may not read.
        case refused
    }

    /// Runs `journalctl` with the terminal of this process, where there is a journal that the reader may read.
    static func show(_ words: [String]) -> Outcome {
        let folders: [String] = ["/var/log/journal", "/run/log/journal"].filter { access($0, F_OK) == 0 }
        let machines: [String] = folders.flatMap { folder in entries(of: folder).map { folder + "/" + $0 } }
        guard !machines.isEmpty else { return .absent }
        let journals: [String] = machines.map { $0 + "/system.journal" }.filter { access($0, F_OK) == 0 }
        if !journals.isEmpty, journals.allSatisfy({ access($0, R_OK) != 0 }) { return .refused }
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        guard posix_spawnp(&process, words[0], nil, nil, &arguments, environ) == 0 else { return .absent }
        var ended: Int32 = 0
        while waitpid(process, &ended, 0) < 0, errno == EINTR {}
        return .shown
    }

    private static func entries(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
                start.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}

import ArgumentParser
import ConciergeProtocol
import JSON
import Synchronization
import Wording

struct WatchRequests: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "watch",
            Text(
                fr: "Les lignes d'historique à mesure qu'elles s'écrivent, jusqu'à Ctrl-C (code 130).",
                en: "History lines as they are written, until Ctrl-C (status 130)."),
            discussion: Text(
                fr: """
                    Avec --json, un objet par ligne. Quand concierged s'arrête, l'affichage attend son retour et \
                    reprend après la dernière ligne.
                    """,
                en: """
                    With --json one object a line. When the daemon stops, the command waits until it is back, and goes on after \
                    the last line.
                    """))
    }

    @Option(
        help: ArgumentHelp(
            fr: "Seulement celles de ce service.",
            en: "Only those of this service.", value: Text(verbatim: "service")))
    var service: String?

    @Option(
        help: ArgumentHelp(
            fr: "D'abord celles qui sont venues après cette ligne.",
            en: "First those that came after this line.", value: Text(fr: "repère", en: "cursor")))
    var after: Int64?

    @OptionGroup var common: Common

    func run() async throws {
        let console = Console.current
        let call = RequestMethods.Watch(service: service, after: after)
        try await common.withConnection { connection in
            // Lines are written on the connection's thread: while the reader of a pipe does not read, conciergectl
            // takes nothing more from the daemon.
            if common.json {
                return try await connection.receive(call) { answer in
                    try console.print(JSON.object(answer.json), isPretty: false)
                }
            }
            let catalogue = try await connection.catalogue().naming(tasks: connection.taskNames())
            try await connection.check(service: service, state: nil, in: catalogue)
            let last = Mutex(after)
            do {
                try await connection.receive(call) { answer in
                    let entry = try answer.read().entry
                    try console.print([Self.line(entry, catalogue, console)])
                    last.withLock { $0 = entry.seq }
                }
            } catch let failure as Failure where failure.isOfConnection {
                throw last.withLock(\.self).map { failure.resumable(with: resuming(after: $0)) } ?? failure
            }
        }
    }

    private func resuming(after seq: Int64) -> String {
        let filter = service.map { " --service \($0.shellQuoted)" } ?? ""
        return "\(common.commandLine) requests watch\(filter) --after \(seq)"
    }

    /// One history line: time, request, service, event, states, actor and note.
    static func line(_ entry: Wire.Entry, _ catalogue: Catalogue, _ console: Console) -> String {
        let language = console.language
        let parts = [
            TimeFormat(console).short(entry.at), entry.request, catalogue.name(ofService: entry.service)[language],
            catalogue.event(of: entry)[language], catalogue.path(of: entry)[language],
            entry.who[language], (entry.note ?? catalogue.corrections(of: entry, console))?[language] ?? "",
        ]
        let line = parts.filter { !$0.isEmpty }.joined(separator: "  ").inOneLine
        return console.width.map { line.cut(to: $0) } ?? line
    }
}

extension Failure {
    /// Whether the connection was lost, or the daemon does not answer any more.
    fileprivate var isOfConnection: Bool { ["conciergectl.ConnectionLost", "conciergectl.NoAnswer"].contains(name) }

    fileprivate func resumable(with command: String) -> Failure {
        var failure = self
        if name == "conciergectl.ConnectionLost" {
            failure.message = Text(
                fr: "la connexion à concierged a été perdue", en: "the connection to the daemon was lost")
        }
        failure.advice = Text(fr: "Reprenez sans rien manquer : \(command)", en: "Go on without a gap: \(command)")
        return failure
    }
}

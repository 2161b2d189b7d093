import ArgumentParser
import Civil
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
                    Avec --json, un objet par ligne. Quand concierged s'arrête, la commande attend son retour, dix minutes au \
                    plus, et reprend après la dernière ligne.
                    """,
                en: """
                    With --json one object a line. When the daemon stops, the command waits until it is back, ten minutes at \
                    most, and goes on after the last line.
                    """))
    }

    @Option(
        help: ArgumentHelp(
            fr: "Seulement celles de ce service.", en: "Only those of this service.", value: .service))
    var service: String?

    @Option(
        help: ArgumentHelp(
            fr: "D'abord celles qui sont venues après cette ligne.", en: "First those that came after this line.",
            value: Text(fr: "ligne", en: "seq")))
    var after: Int64?

    @Option(
        name: [.long, .customLong("depuis")],
        help: ArgumentHelp(
            fr: "D'abord celles depuis ce moment : hier, lundi 9h, 24/11.",
            en: "First those since that time: yesterday, Monday 9:00, 2026-11-24.", value: .time))
    var since: String?

    @Option(
        name: [.long, .customLong("jusque")],
        help: ArgumentHelp(
            fr: "Celles jusqu'à ce moment, sans attendre les suivantes ; un jour compte jusqu'à sa fin.",
            en: "Those until that time, without waiting for more; a day counts to its end.", value: .time))
    var until: String?

    @OptionGroup var common: Common

    func validate() throws {
        if after != nil, since != nil || until != nil {
            throw ValidationError(
                fr: "--after exclut --since et --until.", en: "--after excludes --since and --until.")
        }
    }

    /// How often it looks whether the daemon is back, and for how long.
    private static let pause = Duration.seconds(2)
    private static let attempts = 300

    func run() async throws {
        let console = Console.current
        // A service that is not served now is told at once, and not waited for.
        var id: String?
        if let service { try await common.withConnection { id = try await $0.service(service).id } }
        let last = Mutex(after)
        if since != nil || until != nil {
            let call = RequestMethods.History(
                service: id, since: try Instant.limit(since, "--since"),
                until: try Instant.limit(until, "--until", isEnd: true))
            try await common.withConnection { connection in
                let seq = try await past(call, connection)
                last.withLock { $0 = seq }
            }
            if until != nil { return }
        }
        var lost: Failure?
        var attempts = 0
        var connections = 0
        while true {
            do {
                return try await common.withConnection { connection in
                    connections += 1
                    if lost != nil {
                        console.remark(Text(fr: "concierged est de retour.", en: "The daemon is back."))
                        (lost, attempts) = (nil, 0)
                    }
                    let call = RequestMethods.Watch(service: id, after: last.withLock(\.self))
                    try await watch(call, connection) { seq in last.withLock { $0 = seq } }
                }
            } catch let failure as Failure {
                // A daemon that does not answer the first connection is a mistake; a connection that was lost comes back.
                guard lost != nil || failure.isLoss || connections > 1 && failure.isSilence else { throw failure }
                if lost == nil {
                    console.remark(
                        Text(
                            fr: "concierged s'arrête ou ne répond plus. J'attends son retour (Ctrl-C met fin).",
                            en: "The daemon stops or does not answer. Waiting until it is back (Ctrl-C ends it)."))
                }
                lost = lost ?? failure
                attempts += 1
                guard attempts <= Self.attempts, failure.mayPass else {
                    let seq = last.withLock(\.self)
                    throw seq.map { (lost ?? failure).resumable(with: resuming(after: $0)) } ?? lost ?? failure
                }
                await console.sleep(Self.pause)
            }
        }
    }

    /// Writes the lines of a time.
    ///
    /// - Returns: The number of the last line; nil if there was none.
    private func past(_ call: RequestMethods.History, _ connection: Connection) async throws -> Int64? {
        let console = Console.current
        var parameters = try Failure.parameters(of: call)
        let catalogue = common.json ? nil : try await connection.catalogueWithTasks()
        var residents = ResidentNames()
        var last: Int64?
        repeat {
            let reply = try await connection.call(RequestMethods.History.self, parameters)
            let lines = reply["entries"]?.arrayValue ?? []
            for (json, entry) in zip(lines, try Answer<RequestMethods.History.Reply>(reply).read().entries) {
                last = entry.seq
                guard let catalogue else {
                    try console.print(.object(["entry": json]), isPretty: false)
                    continue
                }
                let resident =
                    console.isTerminal ? await residents.name(ofRequest: entry.request, on: connection) : nil
                let line = Self.line(entry, resident, catalogue, console)
                try console.print(console.isTerminal ? line.wrapped(to: console.width) : [line])
            }
            parameters["after"] = reply["next"]
        } while parameters["after"] != nil
        return last
    }

    /// Writes lines until the stream ends. It writes them on the connection's thread: while the reader of a pipe does not
    /// read, conciergectl takes nothing more from the daemon.
    private func watch(
        _ call: RequestMethods.Watch, _ connection: Connection, _ seen: @escaping @Sendable (Int64) -> Void
    ) async throws {
        let console = Console.current
        if common.json {
            return try await connection.receive(call) { answer in
                try console.print(JSON.object(answer.json), isPretty: false)
                if let seq = answer.json["entry"]?["seq"]?.intValue { seen(seq) }
            }
        }
        let catalogue = try await connection.catalogueWithTasks()
        guard console.isTerminal else {
            return try await connection.receive(call) { answer in
                let entry = try answer.read().entry
                try console.print([Self.line(entry, nil, catalogue, console)])
                seen(entry.seq)
            }
        }
        try await watchWithNames(call, connection, catalogue, seen)
    }

    /// At a terminal lines have the names of residents, which another connection asks for once for each request.
    private func watchWithNames(
        _ call: RequestMethods.Watch, _ connection: Connection, _ catalogue: Catalogue,
        _ seen: @escaping @Sendable (Int64) -> Void
    ) async throws {
        let console = Console.current
        let (entries, sink) = AsyncStream.makeStream(of: Wire.Entry.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { sink.finish() }
                try await connection.receive(call) { sink.yield(try $0.read().entry) }
            }
            group.addTask {
                try await common.withConnection { lookup in
                    var residents = ResidentNames()
                    for await entry in entries {
                        let resident = await residents.name(ofRequest: entry.request, on: lookup)
                        let line = Self.line(entry, resident, catalogue, console)
                        try console.print(line.wrapped(to: console.width))
                        seen(entry.seq)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func resuming(after seq: Int64) -> String {
        let filter = service.map { " --service \($0.shellQuoted)" } ?? ""
        return "\(common.commandLine) requests watch\(filter) --after \(seq)"
    }

    /// One history line: time, request, service, resident, event, states, actor and note. The service has a column.
    static func line(
        _ entry: Wire.Entry, _ resident: String?, _ catalogue: Catalogue, _ console: Console
    ) -> String {
        let language = console.language
        let width = catalogue.services.values.map { $0.name[language].columns }.max() ?? 0
        let parts = [
            TimeFormat(console).short(entry.at), entry.request,
            catalogue.name(ofService: entry.service)[language].padded(to: width), resident ?? "",
            catalogue.event(of: entry)[language], catalogue.path(of: entry)[language], entry.who[language],
            (entry.note ?? catalogue.corrections(of: entry, console))?[language] ?? "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "  ").inOneLine
    }
}

/// The names of the residents of requests, each of which is asked for once.
private struct ResidentNames {
    private var known: [String: String] = [:]

    /// Empty for nobody, and where it cannot be had.
    mutating func name(ofRequest id: String, on connection: Connection) async -> String {
        if let name = known[id] { return name }
        let reply = try? await connection.call(RequestMethods.Get(id: id)).read()
        let name = reply?.request.residentInShort ?? ""
        known[id] = name
        return name
    }
}

extension Failure {
    /// Whether the connection was lost, or the daemon stops.
    fileprivate var isLoss: Bool { name == "conciergectl.ConnectionLost" || refusal == .unavailable }

    /// Whether the daemon accepts and does not answer.
    fileprivate var isSilence: Bool { name == "conciergectl.NoAnswer" }

    /// Whether it may end by itself: the daemon is not there yet, or not ready.
    fileprivate var mayPass: Bool { status == .unavailable }

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

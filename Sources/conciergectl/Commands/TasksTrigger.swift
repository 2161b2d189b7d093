import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Synchronization
import Wording

struct TriggerTask: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "trigger", Text(fr: "Lancer une tâche.", en: "Have a task run."),
            discussion: Text(
                fr: """
                    Quand la commande rend la main, le traitement est enregistré. Avec --wait, elle attend sa fin : \
                    code 0 s'il a réussi, 70 s'il a échoué ou a été annulé. Ctrl-C met fin à l'attente, pas au \
                    traitement.
                    """,
                en: """
                    The run is on disk when this returns. With --wait it returns when the run has ended: status 0 \
                    when it succeeded, 70 when it failed or was cancelled. Ctrl-C ends the waiting and not the run.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "La tâche : son identifiant ou son nom.",
            en: "The task: its id or its name.", value: Text(fr: "tâche", en: "task")))
    var task: String

    @Argument(
        help: ArgumentHelp(
            fr: "Ce que la tâche veut savoir.",
            en: "What the task wants to know.", value: Text(fr: "champ=valeur", en: "field=value")))
    var fields: [String] = []

    @Flag(
        help: ArgumentHelp(
            fr: "Attendre la fin du traitement ; un terminal montre son avancement.",
            en: "Wait until the run has ended; a terminal shows how far it has come."))
    var wait = false

    @Flag(
        help: ArgumentHelp(
            fr: "Attendre la fin, et écrire le tableau du résultat pour un tableur.",
            en: "Wait, and write the table of the report for a spreadsheet."))
    var csv = false

    @Option(
        help: ArgumentHelp(
            fr: "Avant les autres du même module, ou après eux.",
            en: "Before others of the provider, or after them.", value: Text(fr: "priorité", en: "priority")))
    var priority: RunPriority?

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let tasks = try await connection.tasks()
            let described = try await connection.task(task, among: tasks)
            let values = FieldValues(fields: described.fields, clock: FieldClock(Console.current))
            let input = try values.read(fields, asking: Prompter(Console.current, asJSON: common.json))
            var call = TaskMethods.Trigger(
                task: described.id, input: input, priority: priority.map { Wire.RunPriority(rawValue: $0.rawValue) })
            let key = repeatable.key()
            let reply: Answer<RunReply>
            let wait = wait || csv
            if wait {
                (call.wait, call.idempotencyKey) = (true, key)
                reply = try await connection.follow(call, key: key, named: described.name)
            } else {
                reply = try await connection.change(call, key: key)
            }
            let run = try reply.read().run
            let table = await ReportedTable(run)?.naming(on: connection)
            try await common.show(reply, on: connection) { _, _, console in
                if csv, let table { return try console.output(table.csv(console)) }
                let card = RunCard(run, name: described.name, commandLine: common.commandLine, table: table).short(
                    console)
                let understood = values.understood(input).map { $0[console.language].inOneLine }
                // A table is read after what was asked for; a sentence about the run comes first.
                let isTable = run.state == .succeeded && table != nil
                try console.print(
                    isTable ? understood + card : Array(card.prefix(1)) + understood + card.dropFirst())
            }
            if wait, run.state != .succeeded { throw Failure.unsuccessful(run, common.commandLine) }
        }
    }
}

/// The priority of a run among the waiting runs of its provider.
enum RunPriority: String, ExpressibleByArgument, CaseIterable {
    case low, normal, high

    /// Reads a priority by its id or its name.
    init?(argument: String) {
        let match = NameMatch(Self.allCases.map { NameMatch.Candidate(id: $0.rawValue, name: $0.name) })
        guard case .one(let found) = match.find(argument) else { return nil }
        self.init(rawValue: found.id)
    }

    static var allValueStrings: [String] { allCases.map { $0.name[Console.current.language] } }

    private var name: Text { .name(ofPriority: Wire.RunPriority(rawValue: rawValue)) }
}

extension Connection {
    /// Calls a method that streams a run until the run has ended, shows its progress on a terminal, and returns the
    /// last reply.
    func follow<Method: ControlMethod>(
        _ call: Method, key: String? = nil, named name: Text? = nil
    ) async throws -> Answer<RunReply> where Method.Reply == RunReply {
        let console = Console.current
        let line = LiveLine(console: console)
        let last = Mutex(Answer<RunReply>([:]))
        do {
            try await receive(call) { answer in
                last.withLock { $0 = answer }
                guard let run = try? answer.read().run else { return }
                line.show(
                    run.progress.map { ProgressBar($0).line(in: console.language) }
                        ?? (name ?? Text(verbatim: run.task)).followed(by: run.stateName)[console.language])
            }
        } catch let failure as Failure {
            line.clear()
            throw key.map { failure.repeatable(with: $0) } ?? failure
        }
        line.clear()
        return last.withLock(\.self)
    }
}

extension Failure {
    /// The run that the command waited for did not succeed.
    static func unsuccessful(_ run: Wire.Run, _ commandLine: String) -> Failure {
        let command = "\(commandLine) runs retry \(run.id.shellQuoted)"
        return Failure(
            status: .runFailed, name: "conciergectl.RunNotSucceeded",
            parameters: ["run": .string(run.id), "state": .string(run.state.rawValue)],
            message: Text(fr: "le traitement n'a pas réussi", en: "the run did not succeed"),
            advice: Text(fr: "Pour l'essayer de nouveau : \(command)", en: "To try it again: \(command)"))
    }
}

import ArgumentParser
import ConciergeProtocol
import Wording

struct Runs: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "runs",
            Text(
                fr: """
                    Les traitements, c'est-à-dire ce qu'ont fait les tâches : lister, voir, suivre, relancer, \
                    annuler.
                    """,
                en: "Executions of tasks: list, look, watch, retry, cancel."),
            subcommands: [ListRuns.self, ShowRun.self, WatchRun.self, RetryRun.self, CancelRun.self],
            defaultSubcommand: ListRuns.self)
    }
}

struct ListRuns: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "list", Text(fr: "Les traitements, les plus récents d'abord.", en: "Runs, newest first."))
    }

    @Option(
        help: ArgumentHelp(
            fr: "Seulement ceux de cette tâche.",
            en: "Only those of this task.", value: Text(fr: "tâche", en: "task")))
    var task: String?

    @Option(
        help: ArgumentHelp(
            fr: "Seulement ceux dans cet état.",
            en: "Only those in this state.", value: Text(fr: "état", en: "state")))
    var state: RunState?

    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func run() async throws {
        var call = TaskMethods.ListRuns()
        call.state = state.map { Wire.Run.State(rawValue: $0.rawValue) }
        (call.limit, call.after) = (try page.checkedLimit(), page.after)
        try await common.withConnection { connection in
            let tasks = try await connection.tasks()
            // A task of earlier days may have runs still.
            if let task {
                let known = NameMatch(tasks.candidates).find(task)
                if case .one(let found) = known { call.task = found.id } else { call.task = task }
            }
            let answer = try await connection.pages(call, limit: page.size)
            try await common.show(answer, on: connection) { connection, reply, console in
                let runs = reply.runs
                guard !runs.isEmpty else {
                    if let task { _ = try await connection.task(task, among: tasks) }
                    return try console.print(Text(fr: "Aucun traitement.", en: "No runs."))
                }
                try console.print(Self.table(runs, console))
                page.remark(next: reply.next, console)
            }
        }
    }

    static func table(_ runs: [Wire.Run], _ console: Console) -> Table {
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Traitement", en: "Run"), isWhole: true),
            Table.Column(Text(fr: "Tâche", en: "Task")),
            Table.Column(Text(fr: "État", en: "State"), isWhole: true),
            Table.Column(Text(fr: "Essai", en: "Attempt"), isWhole: true),
            Table.Column(Text(fr: "Créé", en: "Created"), isWhole: true),
            Table.Column(Text(fr: "Échéance", en: "Due"), isWhole: true),
            Table.Column(Text(fr: "Par", en: "By")),
            Table.Column(Text(fr: "Résultat", en: "Outcome")),
        ])
        for run in runs {
            table.add(
                Cell(run.id), Cell(run.task), Cell(run.stateName[console.language], colour: run.stateColour),
                Cell("\(run.attempt)/\(run.attempts)"), Cell(times.short(run.createdAt)),
                Cell(run.state == .queued ? run.due.map { times.relative($0) } : ""),
                Cell(Text.actor(run.actor)[console.language]),
                Cell(run.error ?? run.outcome?[console.language]))
        }
        return table
    }
}

/// The states that `--state` accepts.
enum RunState: String, ExpressibleByArgument, CaseIterable {
    case queued, running, succeeded, failed, cancelled

    /// Reads a state by its id or its name.
    init?(argument: String) {
        let match = NameMatch(Self.allCases.map { NameMatch.Candidate(id: $0.rawValue, name: $0.name) })
        guard case .one(let found) = match.find(argument) else { return nil }
        self.init(rawValue: found.id)
    }

    static var allValueStrings: [String] { allCases.map { $0.name[Console.current.language] } }

    private var name: Text { .name(ofRunState: Wire.Run.State(rawValue: rawValue)) }
}

struct ShowRun: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "show", Text(fr: "Un traitement en entier.", en: "One run in full."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du traitement.",
            en: "The run's id.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let answer = try await connection.call(TaskMethods.GetRun(id: try await connection.runID(id)))
            try await common.show(answer, on: connection) { try await common.show($1.run, $0, $2) }
        }
    }
}

struct WatchRun: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "watch",
            Text(
                fr: "Attendre la fin d'un traitement ; un terminal montre son avancement.",
                en: "Wait until a run has ended; a terminal shows how far it has come."),
            discussion: Text(
                fr: """
                    Code 0 s'il a réussi, 70 s'il a échoué ou a été annulé. Ctrl-C ne met fin qu'à l'attente.
                    """,
                en: """
                    Status 0 when it succeeded, 70 when it failed or was cancelled. Ctrl-C ends the waiting alone.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du traitement.",
            en: "The run's id.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let reply = try await connection.follow(TaskMethods.WatchRun(id: try await connection.runID(id)))
            let run = try reply.read().run
            let name = try await connection.taskNames()[run.task] ?? Text(verbatim: run.task)
            try await common.show(reply, on: connection) { _, _, console in
                let table = await ReportedTable(run)?.naming(on: connection)
                try console.print(
                    RunCard(run, name: name, commandLine: common.commandLine, table: table).short(console))
            }
            if run.state != .succeeded { throw Failure.unsuccessful(run, common.commandLine) }
        }
    }
}

struct RetryRun: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "retry",
            Text(
                fr: """
                    Remettre en file un traitement échoué ou annulé ; un traitement déjà en file est à faire tout de \
                    suite.
                    """,
                en: "Queue a failed or cancelled run again; a queued one becomes due now."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du traitement.",
            en: "The run's id.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.change(id, key: repeatable.key()) { TaskMethods.RetryRun(id: $0) }
    }
}

struct CancelRun: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "cancel",
            Text(
                fr: "Retirer un traitement de la file, ou dire d'arrêter celui qui est en cours.",
                en: "Take a run out of the queue, or tell a running one to stop."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du traitement.",
            en: "The run's id.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.change(id, key: repeatable.key()) { TaskMethods.CancelRun(id: $0) }
    }
}

extension Common {
    /// Calls a method that changes a run, and prints the run.
    fileprivate func change<Method: RepeatableMethod>(
        _ id: String, key: String, _ call: (String) -> Method
    ) async throws where Method.Reply == RunReply {
        try await withConnection { connection in
            let answer = try await connection.change(call(try await connection.runID(id)), key: key)
            try await show(answer, on: connection) { try await self.show($1.run, $0, $2) }
        }
    }

    fileprivate func show(_ run: Wire.Run, _ connection: Connection, _ console: Console) async throws {
        let name = try await connection.taskNames()[run.task] ?? Text(verbatim: run.task)
        let table = await ReportedTable(run)?.naming(on: connection)
        try console.print(RunCard(run, name: name, commandLine: commandLine, table: table).full(console))
    }
}

import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Synchronization
import Wording

struct TriggerTask: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Have a task run.",
        discussion: """
            The run is on disk when this returns. With --wait it returns when the run has ended: status 0 when it \
            succeeded, 70 when it failed or was cancelled. Ctrl-C ends the waiting and not the run.
            """)

    @Argument(help: "The task's id.")
    var task: String

    @Argument(help: ArgumentHelp("What the task wants to know.", valueName: "field=value"))
    var fields: [String] = []

    @Flag(help: "Wait until the run has ended; a terminal shows how far it has come.")
    var wait = false

    @Option(help: "Before others of the provider, or after them.")
    var priority: RunPriority?

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let tasks = try await connection.tasks()
            guard let described = tasks.first(where: { $0.id == task }) else {
                throw try await connection.unknown(task: task, among: tasks.map(\.id))
            }
            let input = try FieldValues(fields: described.fields, zone: Console.current.zone).read(fields)
            var call = TaskMethods.Trigger(
                task: task, input: input, priority: priority.map { Wire.RunPriority(rawValue: $0.rawValue) })
            let key = repeatable.key()
            let reply: Answer<RunReply>
            if wait {
                (call.wait, call.idempotencyKey) = (true, key)
                reply = try await connection.follow(call, key: key)
            } else {
                reply = try await connection.change(call, key: key)
            }
            let run = try reply.read().run
            try await common.show(reply, on: connection) { _, _, console in
                try console.print(RunCard(run, name: described.name, commandLine: common.commandLine).short(console))
            }
            if wait, run.state != .succeeded { throw Failure.unsuccessful(run, common.commandLine) }
        }
    }
}

/// The priority of a run among the waiting runs of its provider.
enum RunPriority: String, ExpressibleByArgument, CaseIterable {
    case low, normal, high
}

extension Connection {
    /// Calls a method that streams a run until the run has ended, shows its progress on a terminal, and returns the
    /// last reply.
    func follow<Method: ControlMethod>(
        _ call: Method, key: String? = nil
    ) async throws -> Answer<RunReply> where Method.Reply == RunReply {
        let console = Console.current
        let line = LiveLine(console: console)
        let last = Mutex(Answer<RunReply>([:]))
        do {
            try await receive(call) { answer in
                last.withLock { $0 = answer }
                guard let run = try? answer.read().run else { return }
                let state = run.stateName[console.language]
                line.show(run.progress.map { ProgressBar($0).line(in: console.language) } ?? "\(run.task): \(state)")
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
            message: Text(fr: "l'exécution n'a pas réussi", en: "the run did not succeed"),
            advice: Text(fr: "Pour l'essayer de nouveau : \(command)", en: "To try it again: \(command)"))
    }
}

import ArgumentParser
import ConciergeProtocol
import Wording

struct Tasks: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "tasks",
            Text(
                fr: "Les opérations qui ont un effet : les lister, les lancer.",
                en: "Operations with effects: list them, trigger them."),
            subcommands: [ListTasks.self, TriggerTask.self],
            defaultSubcommand: ListTasks.self)
    }
}

struct ListTasks: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "list", Text(fr: "Les tâches et leurs champs.", en: "The tasks and their fields."))
    }

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(TaskMethods.List()) { _, reply, console in
            guard !reply.tasks.isEmpty else { return try console.print(Text(fr: "Aucune tâche.", en: "No tasks.")) }
            try console.print(Wire.Task.table(reply.tasks, console), heads: [1, 0])
        }
    }
}

extension Wire.Task {
    static func table(_ tasks: [Wire.Task], _ console: Console) -> Table {
        var table = Table([
            Table.Column(Text(fr: "Tâche", en: "Task"), isWhole: true),
            Table.Column(Text(fr: "Nom", en: "Name")),
            Table.Column(Text(fr: "Champs", en: "Fields")),
            Table.Column(Text(fr: "Durée max.", en: "Time limit")),
            Table.Column(Text(fr: "Essais", en: "Attempts")),
            Table.Column(Text(fr: "Exécutants", en: "Workers"), isWhole: true),
        ])
        for task in tasks {
            let fields = task.fields.map { $0.required ? $0.name : "[\($0.name)]" }
            table.add(
                Cell(task.id), Cell(task.name[console.language]), Cell(fields.joined(separator: " ")),
                Cell(task.timeLimitText), Cell("\(task.attempts)"), task.workersCell(console.language))
        }
        return table
    }

    /// How many workers are connected that execute the task; empty for a task that the daemon executes itself.
    private func workersCell(_ language: Language) -> Cell {
        guard let workers else { return Cell(nil) }
        let waits = Text(fr: "attend", en: "waits for one")[language]
        return workers == 0 ? Cell(waits, colour: .yellow) : Cell("\(workers)")
    }

    /// The time limit: in minutes if it is a whole number of them, else in seconds, such as `90 s`.
    var timeLimitText: String {
        guard let seconds = Int64(exactly: timeLimit) else { return "\(timeLimit) s" }
        return seconds >= 60 && seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
    }
}

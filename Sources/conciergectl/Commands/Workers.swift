import ArgumentParser
import ConciergeProtocol
import Wording

struct Workers: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "workers",
            Text(
                fr: "Les programmes qui font des tâches pour concierged, et ce qu'ils ont en cours.",
                en: "The processes that execute tasks for the daemon, and what they have under way."))
    }

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(WorkMethods.List()) { _, reply, console in
            guard !reply.workers.isEmpty else {
                return try console.print(Text(fr: "Aucun exécutant n'est connecté.", en: "No worker is connected."))
            }
            try console.print(Wire.Worker.table(reply.workers, console))
            let runs = Wire.Worker.runs(reply.workers, console)
            guard let runs else { return }
            try console.print([""])
            try console.print(runs)
        }
    }
}

extension Wire.Worker {
    /// One line for each worker.
    static func table(_ workers: [Wire.Worker], _ console: Console) -> Table {
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Exécutant", en: "Worker")),
            Table.Column(Text(fr: "Compte", en: "User")),
            Table.Column(Text(fr: "Depuis", en: "Since"), isWhole: true),
            Table.Column(Text(fr: "En cours", en: "Runs"), isWhole: true),
            Table.Column(Text(fr: "Tâches", en: "Tasks")),
        ])
        for worker in workers {
            let leaves = Text(fr: "s'en va", en: "leaves")[console.language]
            let busy = worker.limit == 0 ? "\(worker.runs.count) (\(leaves))" : "\(worker.runs.count)/\(worker.limit)"
            table.add(
                Cell(worker.name ?? worker.id), Cell(worker.user), Cell(times.short(worker.since)),
                Cell(busy, colour: worker.limit == 0 ? .yellow : nil), Cell(worker.tasks.joined(separator: " ")))
        }
        return table
    }

    /// One line for each attempt that a worker has; nil if there is none.
    static func runs(_ workers: [Wire.Worker], _ console: Console) -> Table? {
        guard workers.contains(where: { !$0.runs.isEmpty }) else { return nil }
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Traitement", en: "Run"), isWhole: true),
            Table.Column(Text(fr: "Tâche", en: "Task")),
            Table.Column(Text(fr: "Essai", en: "Attempt"), isWhole: true),
            Table.Column(Text(fr: "Exécutant", en: "Worker")),
            Table.Column(Text(fr: "Depuis", en: "Since"), isWhole: true),
            Table.Column(Text(fr: "État", en: "State")),
        ])
        for worker in workers {
            for held in worker.runs {
                let over = Text(fr: "fini, sans réponse", en: "over, not answered")
                let state = held.over == true ? over : Text(fr: "en cours", en: "running")
                table.add(
                    Cell(held.run), Cell(held.task), Cell("\(held.attempt)"), Cell(worker.name ?? worker.id),
                    Cell(times.short(held.since)),
                    Cell(state[console.language], colour: held.over == true ? .red : .cyan))
            }
        }
        return table
    }
}

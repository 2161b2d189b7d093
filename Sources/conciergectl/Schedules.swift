import ArgumentParser
import JSON

struct ListSchedules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules", abstract: "What runs by the calendar, and when it is next due.")

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(.schedules) { _, reply, console in
            let schedules = try reply.list("schedules") { $0 }
            guard !schedules.isEmpty else {
                return try console.print(Words(fr: "Rien n'est planifié.", en: "Nothing is scheduled."))
            }
            let times = TimeFormat(console)
            var table = Table([
                Table.Column(Words(fr: "Planification", en: "Schedule"), isWhole: true),
                Table.Column(Words(fr: "Tâche", en: "Task")),
                Table.Column(Words(fr: "Récurrence", en: "Recurrence")),
                Table.Column(Words(fr: "Dernière fois", en: "Last"), isWhole: true),
                Table.Column(Words(fr: "Prochaine fois", en: "Next"), isWhole: true),
            ])
            for schedule in schedules {
                table.add(
                    Cell(try schedule.string("id")), Cell(try schedule.string("task")),
                    Cell(try schedule.string("recurrence")), Cell(times.short(schedule.optionalString("last"))),
                    Cell(times.both(try schedule.string("next"))))
            }
            try console.print(table)
        }
    }
}

import ArgumentParser
import ConciergeProtocol
import Wording

struct Schedules: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "schedules",
            Text(
                fr: "Ce qui se fait selon l'horaire, et la prochaine fois ; mettre en pause, reprendre.",
                en: "What runs by the calendar, and when it is next due; pause, resume."),
            subcommands: [ListSchedules.self, PauseSchedule.self, ResumeSchedule.self],
            defaultSubcommand: ListSchedules.self)
    }
}

struct ListSchedules: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "list", Text(fr: "Tous les horaires.", en: "All schedules."))
    }

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ManagerMethods.Schedules()) { connection, reply, console in
            let schedules = reply.schedules
            let left = reply.unattended ?? []
            guard !schedules.isEmpty || !left.isEmpty else {
                return try console.print(Text(fr: "Rien n'est prévu par un horaire.", en: "Nothing is scheduled."))
            }
            let times = TimeFormat(console)
            let words = CalendarWords(zone: console.zone)
            // Without the names, the ids say which tasks they are.
            let names = (try? await connection.taskNames()) ?? [:]
            var table = Table([
                Table.Column(Text(fr: "Horaire", en: "Schedule"), isWhole: true),
                Table.Column(Text(fr: "Tâche", en: "Task")),
                Table.Column(Text(fr: "Récurrence", en: "Recurrence"), wraps: true),
                Table.Column(Text(fr: "Dernière fois", en: "Last"), isWhole: true),
                Table.Column(Text(fr: "Prochaine fois", en: "Next"), isWhole: true),
                Table.Column(Text(fr: "Passée", en: "Skipped"), isWhole: true),
                Table.Column(Text(fr: "Raison", en: "Reason")),
            ])
            for schedule in schedules {
                let isPaused = schedule.pausedAt != nil
                let paused = Text(fr: "en pause", en: "paused")[console.language]
                let next = isPaused ? paused : times.brief(schedule.next)
                table.add(
                    Cell(schedule.id), Cell(names[schedule.task]?[console.language] ?? schedule.task),
                    Cell(words.said(schedule.recurrence)[console.language]),
                    Cell(schedule.last.map { times.short($0) }), Cell(next, colour: isPaused ? .yellow : nil),
                    Cell(schedule.skipped.map { times.short($0) }), Cell(schedule.skipReason?[console.language]))
            }
            let waits = Text(fr: "(module arrêté)", en: "(unattended)")[console.language]
            for schedule in left {
                table.add(
                    Cell(schedule.id), Cell(waits, colour: .yellow),
                    Cell(words.said(schedule.recurrence)[console.language]),
                    Cell(schedule.last.map { times.short($0) }), Cell(times.brief(schedule.next)), Cell(nil), Cell(nil))
            }
            try console.print(table, heads: [1, 0])
        }
    }
}

struct PauseSchedule: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "pause",
            Text(
                fr: "Sauter les échéances d'un horaire jusqu'à sa reprise.",
                en: "Pass over a schedule's elapses until it is resumed."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'horaire : son identifiant ou le nom de sa tâche.",
            en: "The schedule: its id or the name of its task.", value: Text(fr: "horaire", en: "schedule")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(id, among: .schedules, { ManagerMethods.PauseSchedule(id: $0) }) { held, _ in
            Text(
                fr: "\(held.id) est en pause. Pour reprendre : \(common.commandLine) schedules resume \(held.id)",
                en: "\(held.id) is paused. To let it go on: \(common.commandLine) schedules resume \(held.id)")
        }
    }
}

struct ResumeSchedule: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "resume",
            Text(
                fr: "Reprendre un horaire mis en pause ; ce qui est passé entre-temps n'est pas rattrapé.",
                en: "Let a paused schedule go on; what passed meanwhile is not caught up with."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'horaire : son identifiant ou le nom de sa tâche.",
            en: "The schedule: its id or the name of its task.", value: Text(fr: "horaire", en: "schedule")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(id, among: .schedules, { ManagerMethods.ResumeSchedule(id: $0) }) { held, _ in
            Text(fr: "\(held.id) reprend à sa prochaine échéance.", en: "\(held.id) goes on at its next elapse.")
        }
    }
}

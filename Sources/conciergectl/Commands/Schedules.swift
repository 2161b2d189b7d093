import ArgumentParser
import ConciergeProtocol
import Wording

struct Schedules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules", abstract: "What runs by the calendar, and when it is next due; pause, resume.",
        subcommands: [ListSchedules.self, PauseSchedule.self, ResumeSchedule.self],
        defaultSubcommand: ListSchedules.self)
}

struct ListSchedules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "All schedules.")

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ManagerMethods.Schedules()) { _, reply, console in
            let schedules = reply.schedules
            let left = reply.unattended ?? []
            guard !schedules.isEmpty || !left.isEmpty else {
                return try console.print(Text(fr: "Rien n'est planifié.", en: "Nothing is scheduled."))
            }
            let times = TimeFormat(console)
            var table = Table([
                Table.Column(Text(fr: "Planification", en: "Schedule"), isWhole: true),
                Table.Column(Text(fr: "Tâche", en: "Task")),
                Table.Column(Text(fr: "Récurrence", en: "Recurrence")),
                Table.Column(Text(fr: "Dernière fois", en: "Last"), isWhole: true),
                Table.Column(Text(fr: "Prochaine fois", en: "Next"), isWhole: true),
                Table.Column(Text(fr: "Sautée", en: "Skipped"), isWhole: true),
                Table.Column(Text(fr: "Raison", en: "Reason")),
            ])
            for schedule in schedules {
                let isPaused = schedule.pausedAt != nil
                let paused = Text(fr: "en pause", en: "paused")[console.language]
                let next = isPaused ? paused : times.both(schedule.next)
                table.add(
                    Cell(schedule.id), Cell(schedule.task), Cell(schedule.recurrence),
                    Cell(schedule.last.map { times.short($0) }), Cell(next, colour: isPaused ? .yellow : nil),
                    Cell(schedule.skipped.map { times.short($0) }), Cell(schedule.skipReason?[console.language]))
            }
            let waits = Text(fr: "(sans fournisseur)", en: "(unattended)")[console.language]
            for schedule in left {
                table.add(
                    Cell(schedule.id), Cell(waits, colour: .yellow), Cell(schedule.recurrence),
                    Cell(schedule.last.map { times.short($0) }), Cell(times.both(schedule.next)), Cell(nil), Cell(nil))
            }
            try console.print(table)
        }
    }
}

struct PauseSchedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Pass over a schedule's elapses until it is resumed.")

    @Argument(help: "The schedule's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(ManagerMethods.PauseSchedule(id: id), id, among: .schedules) {
            Text(
                fr: "\(id) est en pause. Pour reprendre : \($0) schedules resume \(id)",
                en: "\(id) is paused. To let it go on: \($0) schedules resume \(id)")
        }
    }
}

struct ResumeSchedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a paused schedule go on; what passed meanwhile is not caught up with.")

    @Argument(help: "The schedule's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.hold(ManagerMethods.ResumeSchedule(id: id), id, among: .schedules) { _ in
            Text(fr: "\(id) reprend à sa prochaine échéance.", en: "\(id) goes on at its next elapse.")
        }
    }
}

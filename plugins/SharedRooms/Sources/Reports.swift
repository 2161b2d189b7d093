import ConciergeKit

extension SharedRooms {
    static let cleaning = TaskName<NoInput, [String]>(
        "rooms.cleaning-round", fr: "Tournée de ménage", en: "Cleaning round")
    static let usage = TaskName<UsageInput, Int>("rooms.usage-report", fr: "Rapport d'usage", en: "Usage report")

    struct UsageInput: Input {
        static let name = Text(fr: "Rapport d'usage", en: "Usage report")
        @Field(fr: "Un jour du mois ; le mois passé sinon", en: "A day of the month; last month if not given")
        var day: LocalDate?
    }

    /// Lists the rooms that are booked today.
    func planCleaning(_: NoInput, in context: TaskContext) async throws -> TaskReport<[String]> {
        let today = context.zone.local(context.now).date
        var rooms: Set<String> = []
        for try await booking in context.requests(of: Booking.self, .open)
        where booking.record.unit > 0 && context.zone.local(booking.record.time.lowerBound).date == today {
            rooms.insert(booking.record.room)
        }
        let names = rooms.sorted().map { Text(verbatim: settings.rooms[$0]?.name ?? $0) }
        return TaskReport(
            rooms.sorted(),
            names.isEmpty
                ? Text(fr: "Rien à nettoyer.", en: "Nothing to clean.")
                : Text(fr: "À nettoyer : \(names).", en: "To clean: \(names)."))
    }

    /// Writes a month's usage as a CSV file.
    func reportUsage(_ input: UsageInput, in context: TaskContext) async throws -> TaskReport<Int> {
        let zone = context.zone
        let today = zone.local(context.now).date
        let day = input.day ?? today.adding(days: -today.day)
        let month = "\(day)".prefix(7)
        // A use of this month was over after the month had begun.
        let begin = zone.instant(of: day.adding(days: 1 - day.day), at: TimeOfDay(minutes: 0))
        var lines = ["booking,room,unit,start,minutes,people,deposit_kept"]
        for try await booking in context.requests(of: Booking.self, closed: begin..<max(begin, context.now)) {
            let record = booking.record
            let start = zone.local(record.time.lowerBound)
            guard record.keyBackAt != nil, start.date.description.hasPrefix(month) else { continue }
            let minutes = record.time.length.components.seconds / 60
            lines.append(
                "\(booking.id),\(record.room),\(record.unit),\(start.date) \(start.time),\(minutes),\(record.people),"
                    + "\(record.depositKept)")
        }
        try await context.folder.put("usage/\(month).csv", lines.joined(separator: "\n") + "\n")
        let count = lines.count - 1
        return TaskReport(
            count,
            Text(fr: "\(month) : \(count, "usage", "usages").", en: "\(month): \(count, "use", "uses")."))
    }
}

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
        where booking.record.unit != nil && context.zone.local(booking.record.time.lowerBound).date == today {
            rooms.insert(booking.record.room)
        }
        let names = rooms.sorted().map { Text(verbatim: settings.rooms[$0]?.name ?? $0) }
        guard !names.isEmpty else { return TaskReport([], Text(fr: "Rien à nettoyer.", en: "Nothing to clean.")) }
        return TaskReport(rooms.sorted(), Text(fr: "À nettoyer : \(names).", en: "To clean: \(names)."))
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
            let (id, use) = (booking.id, booking.record)
            let (start, minutes) = (zone.local(use.time.lowerBound), use.time.length.components.seconds / 60)
            guard use.keyBackAt != nil, "\(start.date)".hasPrefix(month) else { continue }
            let columns = "\(id),\(use.room),\(use.unit ?? 0),\(start.date) \(start.time),\(minutes),\(use.people)"
            lines.append("\(columns),\(use.depositKept)")
        }
        try await context.folder.put("usage/\(month).csv", lines.joined(separator: "\n") + "\n")
        let count = lines.count - 1
        let words = Text(fr: "\(month) : \(count, "usage", "usages").", en: "\(month): \(count, "use", "uses").")
        return TaskReport(count, words)
    }
}

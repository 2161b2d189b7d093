import ConciergeKit

/// Free slots, for programs.
struct FreeSlots: Codable {
    struct Item: Codable {
        /// The practitioner's id.
        let practitioner: String
        let start: Instant
        let end: Instant
    }
    /// In the order of their starts.
    let slots: [Item]
}

extension HealthAppointments {
    struct FindInput: VisitInput {
        static let name = Text(fr: "Chercher un créneau", en: "Find a slot")
        @Field(fr: "Praticien ; tous sinon", en: "Practitioner; all if not given", example: "Dr Martin")
        var practitioner: String?
        @Field(fr: "Ou genre de praticien", en: "Or kind of practitioner", example: "infirmière") var kind: String?
        @Field(fr: "Un seul jour", en: "A single day", example: LocalDate("2026-11-24")) var day: LocalDate?
        @Field(
            fr: "À partir du ; dès maintenant sinon", en: "From; from now if not given",
            example: LocalDate("2026-11-24"))
        var from: LocalDate?
        @Field(fr: "Créneaux, au plus", en: "Slots, at most", example: 5, in: 1...200) var limit = 10
    }

    static let find = TaskName<FindInput, FreeSlots>(
        "health.find", fr: "Chercher un créneau libre", en: "Find a free slot")

    /// Lists the next free slots, or says why there are none.
    func findSlots(_ input: FindInput, in context: TaskContext) async throws -> TaskReport<FreeSlots> {
        let chosen: Selection
        do throws(Refusal) {
            chosen = try practice.selectionOfAll(named: input.practitioner, kind: input.kind)
        } catch {
            throw TaskFailure.final(reason: error.reason.en)
        }
        let agenda = Agenda(practice, now: context.now, horizon: settings.horizon, daysOff: context.daysOff)
        let occupancy = try await Occupancy(practice, in: context)
        let days = days(of: input, in: context.zone)
        let all = agenda.slots(of: chosen.practitioners, after: days.after, through: days.through, limit: .max)
        let free = all.lazy.filter(occupancy.isFree).prefix(input.limit)
        let items = free.map { slot in
            let time = practice.time(of: slot)
            return FreeSlots.Item(practitioner: slot.practitioner, start: time.lowerBound, end: time.upperBound)
        }
        guard let first = items.first else {
            return TaskReport(FreeSlots(slots: []), whyNone(all, input, chosen, agenda, occupancy))
        }
        let who = practice.name(of: first.practitioner)
        let count = items.count
        return TaskReport(
            FreeSlots(slots: Array(items)),
            Text(
                fr: "\(count, "créneau libre", "créneaux libres"), le premier : \(first.start) avec \(who).",
                en: "\(count, "free slot", "free slots"), the first on \(first.start) with \(who)."),
            table: table(of: Array(items)))
    }

    /// After which and up to which instant slots are looked for; nil for the horizon.
    private func days(of input: FindInput, in zone: Zone) -> (after: Instant, through: Instant?) {
        let midnight = TimeOfDay(minutes: 0)
        func begin(_ day: LocalDate) -> Instant { zone.instant(of: day, at: midnight) - .milliseconds(1) }
        if let day = input.day { return (begin(day), begin(day.adding(days: 1))) }
        return (input.from.map(begin) ?? .earliest, nil)
    }

    private func whyNone(
        _ all: [Slot], _ input: FindInput, _ chosen: Selection, _ agenda: Agenda, _ occupancy: Occupancy
    ) -> Text {
        guard let day = input.day else {
            return Text(
                fr: "Aucun créneau libre\(chosen.words) jusqu'au \(agenda.end, .day).",
                en: "No free slot\(chosen.words) until \(agenda.end, .day).")
        }
        let reason: Text =
            if let closed = agenda.reason(forNoneOn: day, of: chosen.practitioners) {
                closed
            } else if agenda.isBeyond(day) {
                Text(
                    fr: "on ne réserve que jusqu'au \(agenda.end, .day)",
                    en: "bookings go until \(agenda.end, .day) only")
            } else if all.isEmpty {
                Text(fr: "les heures sont passées", en: "the hours are past")
            } else if all.allSatisfy(occupancy.isAway) {
                Text(fr: "absence", en: "away")
            } else {
                Text(fr: "tout est pris", en: "all are taken")
            }
        return Text(
            fr: "Aucun créneau libre\(chosen.words) le \(day) : \(reason).",
            en: "No free slot\(chosen.words) on \(day): \(reason).")
    }

    private func table(of items: [FreeSlots.Item]) -> ReportTable {
        var table = ReportTable([
            Text(fr: "Début", en: "Start"), Text(fr: "Praticien", en: "Practitioner"), Text(fr: "Genre", en: "Kind"),
            Text(fr: "Où", en: "Where"),
        ])
        for item in items {
            let practitioner = practice.practitioners[item.practitioner]
            table.add([
                .instant(item.start), .text(practice.name(of: item.practitioner)),
                practitioner?.kind.map { .text($0) } ?? .nothing, practitioner?.room.map { .text($0) } ?? .nothing,
            ])
        }
        return table
    }
}

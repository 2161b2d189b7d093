public import ConciergeKit

/// The time in which dwellings are heated, and what is promised then. The text is one that reading takes.
private let winter = ["15/10..15/4=1 working day"].compactMap { SeasonTerm(written: $0) }

/// The provider's section of the configuration.
public struct RepairSettings: Settings {
    @Setting("What is promised, by urgency.")
    var urgencies: [Urgency: Promised] = [
        .u1: Promised(due: .hours(4), safety: true), .u2: Promised(due: .hours(24)),
        .u3: Promised(due: .workingDays(5), stretched: .workingDays(10), seasons: [.heating: winter]),
    ]
    @Setting("What is promised for damp and mould of the lowest urgency, step by step.")
    var damp = DampLadder()
    @Setting(
        "The contractors, by the names under which `partners` has them; empty if staff may type any name.",
        example: ["plomberie-martin": .example])
    var contractors: [String: Contractor] = [:]
    @Setting("Who is told of a danger while the lodge is closed.")
    var emergency = EmergencyLine()
    @Setting(
        "The number that residents call about a repair, where their residence has none of its own.",
        example: "01 23 45 67 89")
    var phone: String?
    @Setting("How long a report waits before staff are asked to triage it, and asked again.", in: .hours(1)...)
    var triageReminder: Duration = .days(1)
    @Setting("How long a visit takes whose end nobody gives.", in: .minutes(15)...)
    var visitLength: Duration = .hours(2)
    @Setting("How long before a visit the resident is reminded of it.", in: .hours(1)...)
    var visitReminder: Duration = .days(1)
    @Setting("How long after a visit staff are asked how it went.", in: .minutes(15)...)
    var visitNews: Duration = .hours(2)
    @Setting("After so many visits that found nobody, staff decide how the repair goes on.", in: 1...)
    var noAccessLimit = 3
    @Setting("How often staff are reminded of a repair that they must decide on.", in: .hours(1)...)
    var decisionReminder: Duration = .days(3)
    @Setting("How long a repair waits for parts without a date before staff are asked about them.", in: .hours(1)...)
    var partsReminder: Duration = .days(14)
    @Setting("How long the resident may say that it is not fixed; then silence confirms.", in: .hours(1)...)
    var lastWord: Duration = .days(7)
    @Setting("How long a confirmed repair can still be contested; then it is closed.", in: .zero...)
    var contest: Duration = .days(14)
    @Setting("When overdue repairs are reported.")
    var reportAt = TimeOfDay(minutes: 8 * 60)
    @Setting("The language of the work orders that are printed.")
    var orderLanguage = Language.fr
    @Setting(
        "The file of the diagnosis, in place of the one that comes with the provider.",
        example: "/etc/concierged/diagnosis.json")
    var diagnosis: String?
    @Setting(
        "The equipment that is maintained at intervals, by id: lifts at most six weeks apart.",
        example: ["lift-tilleuls": .example])
    var equipment: [String: Equipment] = [:]
    @Setting("When it is looked for equipment whose maintenance has to be planned.")
    var maintenanceAt = TimeOfDay(minutes: 6 * 60)

    /// The defaults.
    public init() {}

    /// What is promised for an urgency.
    subscript(urgency: Urgency) -> Promised {
        // Every urgency has its default, which the configuration can change but not take away.
        urgencies[urgency] ?? Promised()
    }

    /// Refuses warnings that are longer than their interval, and contractors whose names mean the same.
    public func check() throws(Mismatch) {
        for (id, equipment) in equipment.sorted(by: { $0.key < $1.key }) where equipment.warning >= equipment.every {
            throw $equipment.wrong(
                "the warning must be shorter than the interval of \(TimeSpan(equipment.every))", at: .key(id))
        }
        var names: [String: String] = [:]
        for (id, contractor) in contractors.sorted(by: { $0.key < $1.key }) {
            for name in Set([id, contractor.name ?? id].map(ContractorBook.key)).sorted() {
                if let other = names.updateValue(id, forKey: name) {
                    throw $contractors.wrong("it has the same name as \"\(other)\"", at: .key(id))
                }
            }
        }
    }
}

extension RepairSettings {
    /// Who is told of a danger while the lodge is closed.
    struct EmergencyLine: Settings {
        @Setting("The partner who answers the emergency line, as `partners` has it.", example: "astreinte")
        var partner: String?
        @Setting("The number of the emergency line, which residents are given.", example: "01 23 45 67 00")
        var phone: String?
    }

    /// What is promised for damp and mould, as England's Awaab's Law has it for a significant hazard.
    struct DampLadder: Settings {
        @Setting("From the triage until the cause is investigated.")
        var investigated: Term = .workingDays(10)
        @Setting("From the investigation until the resident has its summary.")
        var summary: Term = .workingDays(3)
        @Setting("From the investigation until the dwelling is made safe.")
        var madeSafe: Term = .workingDays(5)
        @Setting("From the triage until it is repaired.")
        var repaired: Term = .workingDays(60)
        @Setting("How long before each of these staff are warned.", in: .hours(1)...)
        var warning: Duration = .days(1)
    }
}

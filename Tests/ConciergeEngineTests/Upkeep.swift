import ConciergeKit
import ConciergeTesting

/// A service to test commitments with: something is repaired in a promised time, by a partner who owes it.
struct Upkeep: Service {
    static let id = "toy.upkeep"
    static let name = words("Upkeep")
    static let summary = words("Repairs")

    struct Record: Codable {
        var warnings = 0
        var misses = 0
        var step: Int?
    }

    struct Report: Input {
        static let name = words("Report")
        @Field(fr: "Term", en: "Term") var term: Term
        @Field(fr: "Urgent", en: "Urgent") var urgent: Bool?
        @Field(fr: "Tell again", en: "Tell again") var again: Bool?
        @Field(fr: "Seasons", en: "Seasons") var seasons: [SeasonTerm]?
    }
    struct Assign: Input {
        static let name = words("Assign")
        @Field(fr: "Partner", en: "Partner") var partner: String
    }
    struct Hasten: Input {
        static let name = words("Change the urgency")
        @Field(fr: "Term", en: "Term") var term: Term
        @Field(fr: "Why lower", en: "Why lower") var reason: String?
        @Field(fr: "Seasons", en: "Seasons") var seasons: [SeasonTerm]?
    }
    struct Wait: Input { static let name = words("Wait for parts") }
    struct GoOn: Input { static let name = words("Go on") }
    struct Finish: Input { static let name = words("Finish") }
    struct Contest: Input { static let name = words("Contest") }
    struct Rate: Input {
        static let name = words("Rate")
        @Field(fr: "Score", en: "Score") var score: Int
    }
    struct Close: Input { static let name = words("Close") }
    struct Idle: Input { static let name = words("Do nothing") }
    struct Rest: Input { static let name = words("Go where no line watches the deadline") }

    func headline(_ record: Record) -> Text { Self.name }
    var members: Members { hidden(\.warnings, \.misses, \.step) }

    var lifecycle: Lifecycle {
        opening(Report.self, to: .open) { report, moment in
            var upkeep = Draft(Record(), at: moment)
            if let seasons = report.seasons {
                // An hour before for each day of the term.
                upkeep.promise(.fixed, in: try SeasonalTerm(report.term, in: seasons)) { .hours($0.count) }
                return upkeep
            }
            upkeep.promise(
                .fixed, in: report.term, warning: .hours(2),
                escalation: report.again == true ? [.days(1), .days(3)] : [],
                safety: report.urgent ?? false)
            return upkeep
        }
        on(Assign.self, in: .open) { assign, upkeep in upkeep.oblige(assign.partner, .work, in: .hours(10)) }
        on(Hasten.self, in: .open) { hasten, upkeep in
            let term = try hasten.seasons.map { try SeasonalTerm(hasten.term, in: $0) } ?? SeasonalTerm(hasten.term)
            upkeep.promise(.fixed, in: term, because: hasten.reason.map { words($0) })
        }
        on(Wait.self, in: .open, .resting) { _, upkeep in upkeep.pause(.fixed, because: .parts) }
        on(GoOn.self, in: .open, .resting) { _, upkeep in upkeep.resume(.fixed) }
        on(Finish.self, from: .open, .resting, to: .done) { _, upkeep in
            upkeep.keep(.fixed)
            upkeep.keep(.work)
        }
        on(Contest.self, from: .done, to: .open) { _, upkeep in
            upkeep.reopen(.fixed)
            upkeep.reopen(.work)
        }
        on(Rate.self, in: .done) { rate, upkeep in upkeep.rate(.fixed, rate.score) }
        on(Close.self, from: .open, .resting, .done, to: .closed)
        on(Idle.self, in: .open) { _, _ in }
        on(Rest.self, from: .open, to: .resting)
        on(approaching: .fixed, in: .open) { $0.record.warnings += 1 }
        on(missed: .fixed, in: .open) { upkeep in
            upkeep.record.misses += 1
            upkeep.record.step = upkeep.escalation(.fixed)
        }
        on(missed: .work, in: .open) { _ in }
    }
}

extension StateOf<Upkeep> {
    static var open: Self { open(fr: "open", en: "open", turn: .staff) }
    static var resting: Self { open(fr: "resting", en: "resting", turn: .staff) }
    static var done: Self { open(fr: "done", en: "done", turn: .resident) }
    static var closed: Self { closed(fr: "closed", en: "closed") }
}

extension CommitmentOf<Upkeep> {
    static var fixed: Self { promise(fr: "réparé", en: "fixed") }
    static var work: Self { obligation(fr: "travail fait", en: "work done") }
}

extension PauseOf<Upkeep> {
    static var parts: Self { reason(fr: "pièces en commande", en: "waiting for parts") }
}

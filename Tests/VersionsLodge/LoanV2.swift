import ConciergeKit

/// The second version of the service: the record has a type for the toy, a state and a timer have other names, and one
/// timer no longer exists.
struct LoanV2: LoanVersion {
    static let id = "toy.loan"
    static let name = words("Loan")
    static let summary = words("Loans")
    static let canBring = true

    struct Record: Codable {
        struct Toy: Codable { var name: String }
        var toy: Toy
        var reminders: Int
        var isBrought: Bool
    }

    var upgrades: Upgrades<Self> {
        Upgrade(
            from: 1, LoanV1.Record.self, to: Record.self, states: ["parked": "on-hold"],
            timers: ["nag": "remind", "audit": nil]
        ) { old in
            Record(toy: .init(name: old.toy), reminders: 0, isBrought: false)
        }
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Lend.self, to: .lent) { lend, moment in
            var loan = Draft(Record(toy: .init(name: lend.toy), reminders: 0, isBrought: false), at: moment)
            try loan.claim("toy:\(lend.toy)", otherwise: words("taken"))
            if let remind = lend.remind { loan.start(.remind, at: remind) }
            return loan
        }
        on(Park.self, from: .lent, to: .onHold)
        on(Bring.self, in: .lent) { _, loan in loan.run(bring) }
        on(Return.self, from: .lent, .onHold, to: .returned)
        after(.remind, in: .lent) { $0.record.reminders += 1 }
        ended(bring, in: .lent) { outcome, loan in loan.record.isBrought = outcome.failure == nil }
    }
}

extension StateOf<LoanV2> {
    static var onHold: Self { open(fr: "on-hold", en: "on-hold", turn: .staff) }
}

extension TimerOf<LoanV2> {
    static var remind: Self { timer(fr: "remind", en: "remind") }
}

/// A version with the states and timers of the first and another record, whose author forgot the upgrade.
struct LoanV2WithoutUpgrade: LoanVersion {
    static let id = "toy.loan"
    static let name = words("Loan")
    static let summary = words("Loans")
    static let canBring = true
    typealias Record = LoanV2.Record

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Lend.self, to: .lent) { lend, moment in
            Draft(Record(toy: .init(name: lend.toy), reminders: 0, isBrought: false), at: moment)
        }
        on(Park.self, from: .lent, to: .parked)
        on(Return.self, from: .lent, .parked, to: .returned)
        after(.nag, in: .lent) { _ in }
        after(.audit, from: .lent, .parked, to: .lent)
    }
}

/// A version that takes a toy back into another state, and whose rule for parking one has a mistake that ends the
/// process.
struct LoanV2ThatTraps: LoanVersion {
    static let id = "toy.loan"
    static let name = words("Loan")
    static let summary = words("Loans")
    static let canBring = true
    typealias Record = LoanV1.Record

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Lend.self, to: .lent) { lend, moment in Draft(Record(toy: lend.toy), at: moment) }
        on(Park.self, from: .lent, to: .parked) { _, loan in
            let letters = Array(loan.record.toy)
            loan.record.toy = String(letters[letters.count])
        }
        on(Return.self, from: .lent, .parked, to: .parked, .returned)
        after(.nag, in: .lent) { _ in }
        after(.audit, from: .lent, .parked, to: .lent)
    }
}

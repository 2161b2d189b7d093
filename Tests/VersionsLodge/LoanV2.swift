import ConciergeKit

/// The service as it is now: the record has a shape of its own for the toy, a state and a timer have other names, and
/// one timer is no more.
struct LoanV2: LoanVersion {
    static let id = "toy.loan"
    static let canBring = true

    enum State: String, ServiceState {
        case lent, returned
        case onHold = "on-hold"
        var name: Text { words(rawValue) }
        var isOpen: Bool { self != .returned }
    }

    enum Timer: String, ServiceTimer {
        case remind
        var name: Text { words(rawValue) }
    }

    struct Record: Codable, Sendable {
        struct Toy: Codable, Sendable { var name: String }
        var toy: Toy
        var reminders: Int
        var isBrought: Bool
    }

    static var upgrades: Upgrades<Self> {
        Upgrade(
            from: 1, LoanV1.Record.self, to: Record.self, states: ["parked": "on-hold"],
            timers: ["nag": "remind", "audit": nil]
        ) { old in
            Record(toy: .init(name: old.toy), reminders: 0, isBrought: false)
        }
    }

    let name = words("Loan")
    let summary = words("Loans")

    var lifecycle: [Transition<Self>] {
        opening(Lend.self, to: .lent) { lend, moment in
            var loan = Draft<Self>(
                Record(toy: .init(name: lend.toy), reminders: 0, isBrought: false), at: moment)
            loan.claim("toy:\(lend.toy)", otherwise: words("taken"))
            if let remind = lend.remind { loan.start(.remind, at: remind) }
            return loan
        }
        on(Park.self, from: .lent, to: .onHold) { _, _ in }
        on(Bring.self, from: .lent, to: .lent) { _, loan in loan.run("toy.bring") }
        on(Return.self, from: .lent, .onHold, to: .returned) { _, _ in }
        after(.remind, from: .lent, to: .lent) { $0.record.reminders += 1 }
        ended("toy.bring", from: .lent, to: .lent) { outcome, loan in
            loan.record.isBrought = outcome.failure == nil
        }
    }
}

/// The same states and timers as at first, and another record: its author forgot the upgrade.
struct LoanV2WithoutUpgrade: LoanVersion {
    static let id = "toy.loan"
    static let canBring = true
    typealias State = LoanV1.State
    typealias Timer = LoanV1.Timer
    typealias Record = LoanV2.Record

    let name = words("Loan")
    let summary = words("Loans")

    var lifecycle: [Transition<Self>] {
        opening(Lend.self, to: .lent) { lend, moment in
            Draft(Record(toy: .init(name: lend.toy), reminders: 0, isBrought: false), at: moment)
        }
        on(Park.self, from: .lent, to: .parked) { _, _ in }
        on(Return.self, from: .lent, .parked, to: .returned) { _, _ in }
        after(.nag, from: .lent, to: .lent) { _ in }
        after(.audit, from: .lent, .parked, to: .lent) { _ in }
    }
}

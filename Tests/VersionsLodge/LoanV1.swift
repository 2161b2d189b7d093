import ConciergeKit

/// The service as it was first.
struct LoanV1: LoanVersion {
    static let id = "toy.loan"
    static let canBring = false

    enum State: String, ServiceState {
        case lent, parked, returned
        var name: Text { words(rawValue) }
        var isOpen: Bool { self != .returned }
    }

    enum Timer: String, ServiceTimer {
        case nag, audit
        var name: Text { words(rawValue) }
    }

    struct Record: Codable, Sendable {
        var toy: String
    }

    let name = words("Loan")
    let summary = words("Loans")

    var lifecycle: [Transition<Self>] {
        opening(Lend.self, to: .lent) { lend, moment in
            var loan = Draft<Self>(Record(toy: lend.toy), at: moment)
            loan.claim("toy:\(lend.toy)", otherwise: words("taken"))
            loan.start(.audit, after: .days(9))
            if let remind = lend.remind { loan.start(.nag, at: remind) }
            return loan
        }
        on(Park.self, from: .lent, to: .parked) { _, _ in }
        on(Bring.self, from: .lent, to: .lent) { _, loan in loan.run("toy.bring") }
        on(Return.self, from: .lent, .parked, to: .returned) { _, _ in }
        after(.nag, from: .lent, to: .lent) { _ in }
        after(.audit, from: .lent, .parked, to: .lent) { _ in }
    }
}

/// The first version again, without one of its states.
struct LoanV1WithoutState: LoanVersion {
    static let id = "toy.loan"
    static let canBring = false

    enum State: String, ServiceState {
        case lent, returned
        var name: Text { words(rawValue) }
        var isOpen: Bool { self != .returned }
    }
    typealias Timer = LoanV1.Timer
    typealias Record = LoanV1.Record

    let name = words("Loan")
    let summary = words("Loans")

    var lifecycle: [Transition<Self>] {
        opening(Lend.self, to: .lent) { lend, moment in Draft(Record(toy: lend.toy), at: moment) }
        on(Return.self, from: .lent, to: .returned) { _, _ in }
        after(.nag, from: .lent, to: .lent) { _ in }
        after(.audit, from: .lent, to: .lent) { _ in }
    }
}

import ConciergeKit

/// The first version of the service.
struct LoanV1: LoanVersion {
    static let id = "toy.loan"
    static let name = words("Loan")
    static let summary = words("Loans")
    static let canBring = false

    struct Record: Codable {
        var toy: String
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Lend.self, to: .lent) { lend, moment in
            var loan = Draft(Record(toy: lend.toy), at: moment)
            try loan.claim("toy:\(lend.toy)", otherwise: words("taken"))
            loan.start(.audit, after: .days(9))
            if let remind = lend.remind { loan.start(.nag, at: remind) }
            return loan
        }
        on(Park.self, from: .lent, to: .parked)
        on(Bring.self, in: .lent) { _, loan in loan.run(bring) }
        on(Return.self, from: .lent, .parked, to: .returned)
        after(.nag, in: .lent) { _ in }
        after(.audit, from: .lent, .parked, to: .lent)
    }
}

extension StateOf where S: LoanVersion {
    static var parked: Self { open(fr: "parked", en: "parked", turn: .staff) }
}

extension TimerOf where S: LoanVersion {
    static var nag: Self { timer(fr: "nag", en: "nag") }
    static var audit: Self { timer(fr: "audit", en: "audit") }
}

/// The first version without one of its states.
struct LoanV1WithoutState: LoanVersion {
    static let id = "toy.loan"
    static let name = words("Loan")
    static let summary = words("Loans")
    static let canBring = false
    typealias Record = LoanV1.Record

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Lend.self, to: .lent) { lend, moment in Draft(Record(toy: lend.toy), at: moment) }
        on(Return.self, from: .lent, to: .returned)
        after(.nag, in: .lent) { _ in }
        after(.audit, in: .lent) { _ in }
    }
}

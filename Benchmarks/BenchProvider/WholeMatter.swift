import ConciergeKit

/// A request of a lodge that uses everything: it is offered to some, asks who its resident is, promises, and tells them.
struct WholeMatter: Service {
    static let id = "promises.whole"
    static let name = Text(fr: "Affaire entière", en: "Whole matter")
    static let summary = Text(
        fr: "Une demande dont tout est mesuré.", en: "A request of which everything is measured.")

    typealias Record = Matter.Record

    struct Done: Input { static let name = Text(fr: "Terminer", en: "Finish") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Matter.Open.self, to: .begun) { open, moment in
            var matter = Draft(Record(subject: open.subject, place: open.place), at: moment)
            let due = matter.promise(.done, in: .workingDays(5), warning: .hours(30))
            let name = moment.knownResident?.name ?? ""
            matter.notify(
                .resident, "due",
                Text(
                    fr: "\(name), c'est promis au plus tard le \(due).", en: "\(name), it is promised by \(due)."))
            return matter
        }
        on(Done.self, from: .begun, to: .done) { _, matter in matter.keep(.done) }
        on(approaching: .done, in: .begun) { _ in }
        on(missed: .done, in: .begun) { _ in }
    }
}

extension StateOf<WholeMatter> {
    static var begun: Self { open(fr: "en cours", en: "begun", turn: .staff) }
    static var done: Self { closed(fr: "terminée", en: "done") }
}

extension CommitmentOf<WholeMatter> {
    static var done: Self { promise(fr: "terminée", en: "done") }
}

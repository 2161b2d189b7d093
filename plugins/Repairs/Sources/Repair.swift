import ConciergeKit

/// Something broken that is repaired within a promised time.
struct Repair: Service {
    static let id = "repairs.repair"
    static let name = Text(fr: "Réparation", en: "Repair")
    static let summary = Text(
        fr: "Une panne est qualifiée, confiée, réparée dans le délai promis, et close par le résident.",
        en: "Something broken is triaged, assigned, repaired in the promised time, and closed by the resident.")

    /// The record of a repair. It contains what is broken and where, never whose home it is.
    struct Record: Codable {
        var category: Category
        var location: String
        var description: String

        var urgency: Urgency?
        /// The deadline of the repair: set once, by the triage, and never moved.
        var due: Instant?
        /// When the missed deadline was recorded.
        var missedAt: Instant?
        /// Whether the completed repair kept the promise; nil until it is completed.
        var kept: Bool?

        var contractor: String?
        /// The number of work orders asked for so far, which is the number of the last one.
        var orders = 0
        /// When the last work order was sent.
        var orderSentAt: Instant?
        /// Why a work order could not be sent.
        var orderError: String?

        /// The number of visits that found nobody since the repair was opened or reopened.
        var noAccess = 0
        var completedAt: Instant?
        var workDone: String?
        var reopened = 0
        /// Why staff cancelled it.
        var cancelReason: String?
    }

    let settings: RepairSettings

    func headline(_ repair: Record) -> Text {
        let what = "\(repair.location) · \(repair.description)"
        guard let due = repair.due else { return Text(verbatim: what) }
        return Text(fr: "\(what) · pour le \(due)", en: "\(what) · due \(due)")
    }

    var members: Members {
        shown(\.due, fr: "Promise pour le", en: "Promised by")
        shown(\.missedAt, fr: "Promesse manquée le", en: "Promise missed on")
        shown(\.kept, fr: "Promesse tenue", en: "Promise kept")
        shown(\.orders, fr: "Bons de travaux demandés", en: "Work orders asked for")
        shown(\.orderSentAt, fr: "Dernier bon envoyé le", en: "Last order sent on")
        shown(\.orderError, fr: "Bon non envoyé", en: "Order not sent")
        shown(\.noAccess, fr: "Visites sans accès", en: "Visits that found nobody")
        shown(\.completedAt, fr: "Travaux terminés le", en: "Work completed on")
        shown(\.reopened, fr: "Réouvertures", en: "Times reopened")
        shown(\.cancelReason, as: \Cancel.$reason)
    }

    var lifecycle: Lifecycle {
        opening(Report.self, to: .reported) { report, moment in
            Draft(
                Record(category: report.category, location: report.location, description: report.description),
                at: moment)
        }
        on(Triage.self, from: .reported, to: .triaged) { triage, repair in
            let due = repair.now + settings[triage.urgency].due
            repair.record.urgency = triage.urgency
            repair.record.due = due
            watchDeadline(of: &repair)
            repair.notify(
                .resident, "due",
                Text(
                    fr: "Votre réparation est promise au plus tard le \(due).",
                    en: "Your repair is promised by \(due)."))
        }
        on(Assign.self, from: .triaged, .assigned, to: .assigned) { assign, repair in
            send(orderTo: assign.contractor, for: &repair)
        }
        // The work may be completed before the sending of the order has ended.
        ended(Repairs.dispatch, in: .assigned, .completed) { outcome, repair in note(outcome, on: &repair) }
        on(NoAccess.self, in: .assigned, or: .cancelled) { _, repair in noteNoAccess(on: &repair) }
        on(Complete.self, from: .triaged, .assigned, to: .completed) { complete, repair in
            settlePromise(of: &repair)
            repair.record.completedAt = repair.now
            repair.record.workDone = complete.workDone
            repair.notify(
                .resident, "completed",
                Text(
                    fr: "Les travaux sont terminés. Dites-nous si c'est réparé ; sinon, nous rouvrons la demande.",
                    en: "The work is done. Tell us whether it is fixed; if not, we reopen the request."))
        }
        on(Confirm.self, from: .completed, to: .confirmed)
        on(Reopen.self, from: .completed, to: .triaged, .assigned) { _, repair in
            repair.record.kept = nil
            repair.record.completedAt = nil
            repair.record.workDone = nil
            repair.record.noAccess = 0
            repair.record.reopened += 1
            if repair.record.contractor != nil { repair.go(to: .assigned) }
            watchDeadline(of: &repair)
        }
        on(Cancel.self, from: .reported, .triaged, .assigned, to: .cancelled) { cancel, repair in
            repair.record.cancelReason = cancel.reason
            end(&repair, because: Text(verbatim: cancel.reason))
        }
        after(.warning, in: .triaged, .assigned) { warn(of: &$0) }
        after(.deadline, in: .triaged, .assigned) { miss(&$0) }
        correctable(\.category, as: \Report.$category)
        correctable(\.location, as: \Report.$location)
        correctable(\.description, as: \Report.$description)
    }
}

extension StateOf<Repair> {
    static var reported: Self { open(fr: "signalée", en: "reported", turn: .staff) }
    static var triaged: Self { open(fr: "qualifiée", en: "triaged", turn: .staff) }
    static var assigned: Self { open(fr: "confiée", en: "assigned", turn: .partner) }
    static var completed: Self { open(fr: "terminée", en: "completed", turn: .resident) }
    static var confirmed: Self { closed(fr: "confirmée", en: "confirmed") }
    static var cancelled: Self { closed(fr: "annulée", en: "cancelled") }

    /// Whether the deadline applies: the work is not completed yet.
    var isDue: Bool { self == .triaged || self == .assigned }
}

extension TimerOf<Repair> {
    static var warning: Self { timer(fr: "l'échéance approche", en: "the deadline is near") }
    static var deadline: Self { timer(fr: "l'échéance est passée", en: "the deadline has passed") }
}

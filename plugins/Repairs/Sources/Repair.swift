import ConciergeKit

/// Something broken that is repaired within a promised time.
struct Repair: Service {
    static let id = "repairs.repair"
    static let name = Text(fr: "Réparation", en: "Repair")
    static let summary = Text(
        fr: "Une panne est qualifiée, confiée, réparée dans le délai promis, et close par le résident.",
        en: "Something broken is triaged, assigned, repaired in the promised time, and closed by the resident.")
    /// A lift has no resident, and a tap has.
    static let resident = Need.orPlace
    /// What is broken is the landlord's.
    static let movingOut = MovingOut.stays

    static let notices: [any Notice.Type] = [
        Promised.self, Completed.self, Cancelled.self, Ordered.self, OrderWithdrawn.self, Contested.self,
    ]

    /// The record of a repair. It contains what is broken and where, never whose home it is.
    struct Record: Codable {
        var category: Category
        var location: String
        var description: String

        var urgency: Urgency?
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
        /// What the resident thinks of the repair, from 1 to 10; nil if they have not said it.
        var score: Int?
        /// Whether the resident let the time for their last word pass.
        var confirmedBySilence: Bool?
        var reopened = 0
        /// Why staff cancelled it.
        var cancelReason: String?
    }

    let settings: RepairSettings

    func headline(_ repair: Record) -> Text {
        Text(verbatim: "\(repair.location) · \(repair.description)")
    }

    var members: Members {
        shown(\.orders, fr: "Bons de travaux demandés", en: "Work orders asked for")
        shown(\.orderSentAt, fr: "Dernier bon envoyé le", en: "Last order sent on")
        shown(\.orderError, fr: "Bon non envoyé", en: "Order not sent")
        shown(\.noAccess, fr: "Visites sans accès", en: "Visits that found nobody")
        shown(\.completedAt, fr: "Travaux terminés le", en: "Work completed on")
        shown(\.confirmedBySilence, fr: "Confirmée par silence", en: "Confirmed by silence")
        shown(\.reopened, fr: "Réouvertures", en: "Times reopened")
        shown(\.cancelReason, as: \Cancel.$reason)
    }

    var upgrades: Upgrades<Self> {
        // Version 1 kept its promise in the record and watched it by timers of its own. No ledger of that time can be
        // opened any more, so that no promise is lost with them.
        Upgrade(from: 1, Record.self, to: Record.self, timers: ["warning": nil, "deadline": nil]) { $0 }
    }

    var lifecycle: Lifecycle {
        opening(Report.self, to: .reported) { report, moment in
            Draft(
                Record(category: report.category, location: report.location, description: report.description),
                at: moment)
        }
        on(Triage.self, from: .reported, to: .triaged) { triage, repair in
            let promised = settings[triage.urgency]
            repair.record.urgency = triage.urgency
            let due = repair.promise(
                .repaired, in: promised.term(for: repair.record.category), warningOf: promised.lead(of:),
                escalation: promised.escalation, safety: promised.safety)
            repair.notify(.resident, Promised(due: due))
        }
        on(Assign.self, from: .triaged, .assigned, to: .assigned) { assign, repair in
            send(orderTo: assign.contractor, for: &repair)
        }
        // The work may be completed before the sending of the order has ended.
        ended(Repairs.dispatch, in: .assigned, .completed, .waitingForParts) { outcome, repair in
            note(outcome, on: &repair)
        }
        on(NoAccess.self, in: .assigned, or: .cancelled) { _, repair in noteNoAccess(on: &repair) }
        on(Complete.self, from: .triaged, .assigned, to: .completed) { complete, repair in
            repair.keep(.repaired)
            repair.keep(.workDone)
            repair.record.completedAt = repair.now
            repair.record.workDone = complete.workDone
            let until = repair.now + settings.lastWord
            repair.start(.silence, at: until)
            repair.notify(.resident, Completed(until: until), usefulUntil: until, onlyInState: true)
        }
        on(Confirm.self, from: .completed, to: .confirmed) { confirm, repair in
            repair.record.score = confirm.score
            if let score = confirm.score { repair.rate(.repaired, score) }
        }
        after(.silence, from: .completed, to: .confirmed) { $0.record.confirmedBySilence = true }
        on(Reopen.self, from: .completed, to: .triaged, .assigned) { _, repair in
            repair.reopen(.repaired)
            repair.reopen(.workDone)
            repair.record.completedAt = nil
            repair.record.workDone = nil
            repair.record.noAccess = 0
            repair.record.reopened += 1
            guard let contractor = repair.record.contractor else { return }
            repair.go(to: .assigned)
            repair.notify(.partner(contractor), Contested(due: repair.due(.workDone)), onlyInState: true)
        }
        on(WaitForParts.self, from: .triaged, .assigned, to: .waitingForParts) { _, repair in
            repair.pause(.repaired, because: .parts)
            if repair.isOpen(.workDone) { repair.pause(.workDone, because: .parts) }
            repair.start(.partsReminder, after: settings.partsReminder)
        }
        after(.partsReminder, in: .waitingForParts) { repair in
            repair.start(.partsReminder, after: settings.partsReminder)
            repair.notify(
                .staff, "parts",
                Text(
                    fr: "La réparation \(repair.id) attend toujours des pièces : où en est la commande ?",
                    en: "Repair \(repair.id) still waits for parts: how is the order getting on?"))
        }
        on(PartsArrived.self, from: .waitingForParts, to: .triaged, .assigned) { _, repair in
            repair.resume(.repaired)
            repair.resume(.workDone)
            if repair.record.contractor != nil { repair.go(to: .assigned) }
        }
        on(Cancel.self, from: .reported, .triaged, .assigned, .waitingForParts, to: .cancelled) { cancel, repair in
            repair.record.cancelReason = cancel.reason
            end(&repair, because: Text(verbatim: cancel.reason))
        }
        on(approaching: .repaired, in: .triaged, .assigned) { warn(of: &$0) }
        on(missed: .repaired, in: .triaged, .assigned) { miss(&$0) }
        on(missed: .workDone, in: .assigned) { missWork(of: &$0) }
        correctable(\.category, as: \Report.$category)
        correctable(\.location, as: \Report.$location)
        correctable(\.description, as: \Report.$description)
    }
}

extension StateOf<Repair> {
    static var reported: Self { open(fr: "signalée", en: "reported", turn: .staff) }
    static var triaged: Self { open(fr: "qualifiée", en: "triaged", turn: .staff) }
    static var assigned: Self { open(fr: "confiée", en: "assigned", turn: .partner) }
    static var waitingForParts: Self { open(fr: "en attente de pièces", en: "waiting for parts", turn: .partner) }
    static var completed: Self { open(fr: "terminée", en: "completed", turn: .resident) }
    static var confirmed: Self { closed(fr: "confirmée", en: "confirmed") }
    static var cancelled: Self { closed(fr: "annulée", en: "cancelled") }
}

extension TimerOf<Repair> {
    static var partsReminder: Self { timer(fr: "où en sont les pièces ?", en: "how are the parts?") }
    static var silence: Self { timer(fr: "sans nouvelles, c'est réparé", en: "no news means that it is fixed") }
}

extension CommitmentOf<Repair> {
    /// To the resident, from the triage on.
    static var repaired: Self { promise(fr: "réparée", en: "repaired") }
    /// Of the contractor, from the order on.
    static var workDone: Self { obligation(fr: "travaux faits", en: "work done") }
}

extension PauseOf<Repair> {
    static var parts: Self { reason(fr: "pièces en commande", en: "waiting for parts") }
}

public import ConciergeKit

extension Repair {
    /// The table.
    @LifecycleBuilder<Self> public var lifecycle: [Transition<Self>] {
        opening(Report.self, to: .reported) { report, moment in
            Draft<Self>(
                Record(category: report.category, location: report.location, description: report.description),
                at: moment)
        }
        on(Triage.self, from: .reported, to: .triaged) { triage, repair in
            let due = repair.moment.now + settings[triage.urgency].due
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
        ended("repairs.dispatch", from: .assigned, to: .assigned) { outcome, repair in
            note(outcome, on: &repair)
        }
        // The work may be done before the order's sending has ended.
        ended("repairs.dispatch", from: .completed, to: .completed) { outcome, repair in
            note(outcome, on: &repair)
        }
        on(NoAccess.self, from: .assigned, to: .assigned, .cancelled) { _, repair in
            noteNoAccess(on: &repair)
        }
        on(Complete.self, from: .triaged, .assigned, to: .completed) { complete, repair in
            settlePromise(of: &repair)
            repair.record.completedAt = repair.moment.now
            repair.record.workDone = complete.workDone
            repair.notify(
                .resident, "completed",
                Text(
                    fr: "Les travaux sont terminés. Dites-nous si c'est réparé ; sinon, nous rouvrons la demande.",
                    en: "The work is done. Tell us whether it is fixed; if not, we reopen the request."))
        }
        on(Confirm.self, from: .completed, to: .confirmed) { _, _ in }
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
            end(&repair, because: cancel.reason)
        }
        after(.warning, from: .triaged, to: .triaged) { warn(of: &$0) }
        after(.warning, from: .assigned, to: .assigned) { warn(of: &$0) }
        after(.deadline, from: .triaged, to: .triaged) { miss(&$0) }
        after(.deadline, from: .assigned, to: .assigned) { miss(&$0) }
    }
}

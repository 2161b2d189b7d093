import ConciergeKit

// What comes before the repair: what was found, its summary for the resident, and that the danger is over. Of damp and
// mould that are no emergency each step is promised; of anything else it is noted.
extension Repair {
    @LifecycleBuilder<Repair> var dampLines: Lifecycle {
        on(Investigate.self, in: .triaged, .assigned) { investigation, repair in
            let isPromised = repair.isOpen(.investigated)
            repair.keep(.investigated)
            repair.record.finding = investigation.finding
            guard isPromised else { return }
            repair.promise(.summarised, in: settings.damp.summary, warning: settings.damp.warning)
            repair.promise(.madeSafe, in: settings.damp.madeSafe, warning: settings.damp.warning)
        }
        on(SendSummary.self, in: .triaged, .assigned) { _, repair in
            guard let finding = repair.record.finding else {
                throw Refusal(
                    fr: "Il n'y a pas de bilan à envoyer : notez d'abord ce qui a été constaté.",
                    en: "There is no summary to send: note what was found first.")
            }
            repair.keep(.summarised)
            repair.notify(
                .resident,
                Findings(
                    what: repair.record.what, finding: finding, safeBy: repair.due(.madeSafe),
                    due: repair.due(.repaired), phone: phone(for: repair)))
        }
        on(MakeSafe.self, in: .triaged, .assigned) { work, repair in
            repair.keep(.madeSafe)
            repair.record.note(work: work.workDone)
            repair.notify(
                .resident,
                MadeSafe(what: repair.record.what, due: repair.due(.repaired), phone: phone(for: repair)))
        }
        on(approaching: .investigated, in: .triaged, .assigned) { warn(of: .investigated, &$0) }
        on(missed: .investigated, in: .triaged, .assigned) { miss(.investigated, &$0) }
        on(approaching: .summarised, in: .triaged, .assigned) { warn(of: .summarised, &$0) }
        on(missed: .summarised, in: .triaged, .assigned) { miss(.summarised, &$0) }
        on(approaching: .madeSafe, in: .triaged, .assigned) { warn(of: .madeSafe, &$0) }
        on(missed: .madeSafe, in: .triaged, .assigned) { miss(.madeSafe, &$0) }
    }

    private func warn(of step: Commitment, _ repair: inout Draft) {
        guard let due = repair.due(step) else { return }
        repair.notify(
            .staff, "step-warning",
            Text(
                fr: "\(title(of: repair)) : « \(step.name) » est promis pour le \(due).",
                en: "\(title(of: repair)): \"\(step.name)\" is promised by \(due)."))
    }

    private func miss(_ step: Commitment, _ repair: inout Draft) {
        repair.notify(
            .staff, "step-missed",
            Text(
                fr: "\(title(of: repair)) : « \(step.name) » n'a pas été fait à temps.",
                en: "\(title(of: repair)): \"\(step.name)\" was not done in time."))
    }
}

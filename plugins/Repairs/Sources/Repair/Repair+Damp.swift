import ConciergeKit

// Damp and mould that are no emergency are repaired step by step: the cause is found, the resident reads what it is, and
// the dwelling is made safe before all is repaired.
extension Repair {
    @LifecycleBuilder<Repair> var dampLines: Lifecycle {
        on(Investigate.self, in: .triaged, .assigned) { investigation, repair in
            guard repair.isOpen(.investigated) else {
                throw Refusal(
                    fr: "Aucune recherche de cause n'est promise : elle l'est pour l'humidité d'urgence U3, une fois.",
                    en: "No investigation is promised: it is for damp of urgency U3, once.")
            }
            repair.keep(.investigated)
            repair.record.finding = investigation.finding
            repair.promise(.summarised, in: settings.damp.summary, warning: settings.damp.warning)
            repair.promise(.madeSafe, in: settings.damp.madeSafe, warning: settings.damp.warning)
        }
        on(SendSummary.self, in: .triaged, .assigned) { _, repair in
            guard let finding = repair.record.finding, repair.isOpen(.summarised) else {
                throw Refusal(
                    fr: "Il n'y a pas de bilan à envoyer : notez d'abord la cause de l'humidité.",
                    en: "There is no summary to send: note the cause of the damp first.")
            }
            repair.keep(.summarised)
            repair.notify(
                .resident,
                Findings(
                    what: repair.record.what, finding: finding, safeBy: repair.due(.madeSafe),
                    due: repair.due(.repaired), phone: phone(for: repair)))
        }
        on(MakeSafe.self, in: .triaged, .assigned) { work, repair in
            guard repair.isOpen(.madeSafe) else {
                throw Refusal(
                    fr: "Aucune mise en sécurité n'est promise : notez d'abord la cause de l'humidité.",
                    en: "It is not promised to make it safe: note the cause of the damp first.")
            }
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

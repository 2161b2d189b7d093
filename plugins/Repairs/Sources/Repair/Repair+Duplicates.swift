import ConciergeKit

// Reports of what is reported already: they are closed, and who made them hears of the repair that goes on.
extension Repair {
    @LifecycleBuilder<Repair> var duplicateLines: Lifecycle {
        on(Duplicate.self, from: .reported, .triaged, to: .cancelled) { duplicate, repair in
            let kept = try original(of: repair, named: duplicate.of)
            repair.record.duplicateOf = kept
            repair.notify(
                .resident, AlreadyReported(what: repair.record.what, phone: phone(for: repair)))
            repair.run(Repairs.attach, AttachedReport(duplicate: repair.id, repair: kept))
        }
        on(NoteDuplicate.self, in: .reported, .triaged, .assigned, .waitingForParts) { note, repair in
            guard !repair.record.duplicates.contains(note.duplicate) else { return }
            repair.record.duplicates.append(note.duplicate)
        }
    }
}

extension Repair {
    /// Notes which open repair is probably the same, or that this one is the first of its kind.
    func noteProbablySame(_ repair: inout Draft) {
        let same = Self.key(ofSame: repair.record.category, as: repair.moment)
        repair.record.probablySame = repair.tryClaim(same) ? nil : repair.holder(of: same)
    }

    /// The open repair that goes on in place of a report: the one that staff name, else the one that is probably the same.
    private func original(of repair: Draft, named typed: String?) throws(Refusal) -> String {
        guard let typed = typed ?? repair.record.probablySame else {
            throw Refusal(
                fr: "Aucune réparation ouverte n'est probablement la même : donnez son numéro.",
                en: "No open repair is probably the same: give its number.")
        }
        guard Folding.code(typed) != Folding.code(repair.id) else {
            throw Refusal(fr: "C'est cette réparation même.", en: "That is this repair itself.")
        }
        guard let kept = repair.holder(of: Self.key(of: typed)) else {
            throw Refusal(
                fr: "Aucune réparation ouverte ne porte le numéro « \(typed) ».",
                en: "No open repair has the number \"\(typed)\".")
        }
        return kept
    }
}

/// A report that is attached to the repair that goes on.
struct AttachedReport: Codable {
    let duplicate: String
    let repair: String
}

/// What those learn whose report was attached to a repair.
struct DuplicateNews: Codable {
    enum Kind: String, Codable {
        case promised, missed, completed, cancelled
    }

    /// The reports.
    let repairs: [String]
    let kind: Kind
    let category: Category
    let location: String
    let due: Instant?
    let until: Instant?

    /// What is said; nil if it concerns the repair alone.
    var notice: (name: String, words: Text)? {
        let what = Text(fr: "\(category.words), \(location)", en: "\(category.words), \(location)")
        switch kind {
        case .promised:
            return due.map { due in
                (
                    "attached-due",
                    Text(
                        fr: "La panne que vous aviez signalée (\(what)) sera réparée au plus tard le \(due).",
                        en: "What you had reported (\(what)) will be repaired by \(due).")
                )
            }
        case .missed:
            return (
                "attached-missed",
                Text(
                    fr: "La panne que vous aviez signalée (\(what)) n'est pas encore réparée. Nous vous prions de nous "
                        + "en excuser et continuons de nous en occuper.",
                    en: "What you had reported (\(what)) is not repaired yet. We apologise, and are still working on it.")
            )
        case .completed:
            return (
                "attached-completed",
                Text(
                    fr: "La panne que vous aviez signalée (\(what)) est réparée. Si ce n'est pas le cas, dites-le-nous.",
                    en: "What you had reported (\(what)) is repaired. If it is not, please tell us.")
            )
        case .cancelled:
            return (
                "attached-cancelled",
                Text(
                    fr: "La réparation que vous aviez demandée (\(what)) ne se fera pas dans ce cadre. Appelez-nous si la "
                        + "panne est toujours là.",
                    en: "The repair that you had asked for (\(what)) will not be made this way. Call us if it is still "
                        + "broken.")
            )
        }
    }
}

extension Repairs {
    static let attach = TaskName<AttachedReport, NoAnswer>(
        "repairs.attach", fr: "Rattacher un signalement", en: "Attach a report")
    static let tellDuplicates = TaskName<DuplicateNews, NoAnswer>(
        "repairs.tell-duplicates", fr: "Prévenir les autres locataires", en: "Tell the other residents")

    /// Notes a report with the repair to which it is attached. If that one is closed meanwhile, staff are told.
    func attach(_ report: AttachedReport, in context: TaskContext) async throws -> TaskReport<NoAnswer> {
        let noted = try await context.submit(
            Repair.NoteDuplicate { $0.duplicate = report.duplicate }, on: report.repair, of: Repair.self)
        guard case .refused(let reason) = noted else {
            return TaskReport(
                Text(
                    fr: "\(report.duplicate) est rattachée à \(report.repair).",
                    en: "\(report.duplicate) is attached to \(report.repair)."))
        }
        try await context.notify(
            .staff, about: report.duplicate, of: Repair.self, "not-attached",
            Text(
                fr: "\(report.duplicate) n'a pas pu être rattachée à \(report.repair) : \(reason)",
                en: "\(report.duplicate) could not be attached to \(report.repair): \(reason)"))
        return TaskReport(reason)
    }

    /// Tells those whose report was attached to a repair how it goes on.
    func tell(_ news: DuplicateNews, in context: TaskContext) async throws -> TaskReport<NoAnswer> {
        guard let notice = news.notice else {
            return TaskReport(Text(fr: "Rien à dire.", en: "There is nothing to tell."))
        }
        for repair in news.repairs {
            try await context.notify(.resident, about: repair, of: Repair.self, notice.name, notice.words)
        }
        return TaskReport(
            Text(
                fr: "\(news.repairs.count, "signalement prévenu", "signalements prévenus").",
                en: "\(news.repairs.count, "report", "reports") told."))
    }
}

import ConciergeKit

// Who repairs: which contractor, and what becomes of one who does not any more.
extension Repair {
    @LifecycleBuilder<Repair> var contractorLines: Lifecycle {
        on(Assign.self, from: .triaged, .assigned, to: .assigned) { assign, repair in
            let contractor = try choose(assign, for: &repair)
            send(orderTo: contractor, for: &repair)
            guard let start = assign.start else { return }
            try planVisit(from: start, to: assign.end, isOutsideHours: assign.outsideHours, for: &repair)
        }
        // The work may be completed before the sending of the order has ended.
        ended(Repairs.dispatch, in: .assigned, .completed, .waitingForParts) { outcome, repair in
            note(outcome, on: &repair)
        }
        on(Unassign.self, from: .assigned, .waitingForParts, to: .triaged) { _, repair in
            guard repair.record.contractor != nil else {
                throw Refusal(fr: "Aucune entreprise n'en est chargée.", en: "No contractor is charged with it.")
            }
            release(&repair)
        }
        on(Decline.self, from: .assigned, to: .triaged) { decline, repair in
            guard let contractor = repair.record.contractor else {
                throw Refusal(fr: "Aucune entreprise n'en est chargée.", en: "No contractor is charged with it.")
            }
            repair.record.declined = Array(
                (repair.record.declined.filter { $0 != contractor } + [contractor]).suffix(50))
            repair.record.declinedNames = repair.record.declined.map(contractors.name(of:))
            release(&repair, isTold: false)
            repair.notify(
                .staff, "declined",
                Text(
                    fr:
                        "\(contractorToCall(contractor)) refuse : \(decline.reason). \(title(of: repair)) est à confier.",
                    en:
                        "\(contractorToCall(contractor)) declines: \(decline.reason). \(title(of: repair)) is to be assigned."
                ))
        }
    }

    /// The contractors that fit: trade, place, hours, and not declined, in the order in which they are proposed.
    func fitting(_ repair: Draft) -> [ContractorBook.Entry] {
        let (record, place, now) = (repair.record, repair.moment.place, repair.now)
        return contractors.entries.filter { entry in
            guard entry.terms.repairs(record.category), entry.terms.works(at: place),
                !record.declined.contains(entry.id)
            else { return false }
            // A danger does not wait for somebody's hours.
            guard isDangerous(record), !entry.terms.onCall else { return true }
            return entry.terms.hours.isEmpty
                ? repair.nextOpening(from: now) <= now
                : entry.terms.works(for: now..<(now + .minutes(1)), in: place?.zone ?? zone)
        }
    }

    /// The contractor that staff name, else the first that fits and has room. It has its share from then on.
    private func choose(_ assign: Assign, for repair: inout Draft) throws(Refusal) -> String {
        if let typed = assign.contractor { return try named(typed, isUnlisted: assign.unlisted, for: &repair) }
        for entry in fitting(repair) where take(entry, for: &repair) { return entry.id }
        guard contractors.entries.isEmpty else {
            throw Refusal(
                fr: "Aucune entreprise ne convient et n'a de place pour \(repair.record.what) : nommez-en une.",
                en: "No contractor fits and has room for \(repair.record.what): name one.")
        }
        throw Refusal(
            fr: "Nommez l'entreprise : aucune n'est configurée (contractors).",
            en: "Name the contractor: none is configured (contractors).")
    }

    private func named(
        _ typed: String, isUnlisted: Bool, for repair: inout Draft
    ) throws(Refusal) -> String {
        if let entry = contractors[typed] {
            // Staff know what they ask for: a contractor that they name may have more than its capacity.
            try takeBeyondCapacity(entry, for: &repair)
            return entry.id
        }
        guard contractors.entries.isEmpty || isUnlisted else {
            let names = contractors.entries.map(\.name)
            let hint =
                NearestName.suggestion(for: typed, among: names + contractors.entries.map(\.id))
                ?? Text(
                    fr: "connues : \(verbatim: names.joined(separator: ", "))",
                    en: "known: \(verbatim: names.joined(separator: ", "))")
            throw Refusal(
                fr: "« \(typed) » n'est pas dans la liste des entreprises ; \(hint)",
                en: "\"\(typed)\" is not on the list of contractors; \(hint)")
        }
        return typed
    }

    private func take(_ entry: ContractorBook.Entry, for repair: inout Draft) -> Bool {
        repair.tryClaim(Self.load(of: entry.id), atMost: entry.terms.capacity, until: .latest)
    }

    private func takeBeyondCapacity(_ entry: ContractorBook.Entry, for repair: inout Draft) throws(Refusal) {
        try repair.claim(
            Self.load(of: entry.id), atMost: .max, until: .latest,
            otherwise: Text(
                fr: "\(entry.name) ne peut pas être chargée de plus.", en: "\(entry.name) cannot be charged with more.")
        )
    }

    /// Gives the contractor its share again after a reopening, whatever others have got meanwhile.
    func takeShareAgain(for repair: inout Draft) throws(Refusal) {
        guard let entry = repair.record.contractor.flatMap({ contractors[$0] }) else { return }
        try takeBeyondCapacity(entry, for: &repair)
    }

    /// Gives back what the contractor has of this repair: the visit and the share.
    func giveBack(_ repair: inout Draft) {
        endVisit(&repair)
        if let contractor = repair.record.contractor { repair.release(Self.load(of: contractor)) }
    }

    /// Takes the repair away from its contractor, who is told unless it was their own word. A resident who expected a
    /// visit is told that it is cancelled.
    func release(_ repair: inout Draft, isTold: Bool = true) {
        guard repair.record.contractor != nil else { return }
        if repair.record.visit != nil {
            repair.notify(
                .resident, VisitCancelled(what: repair.record.what, phone: phone(for: repair)),
                urgent: isDangerous(repair.record))
        }
        repair.recall([ContractorComes.self], for: .resident)
        withdrawOrder(&repair, isTold: isTold)
        giveBack(&repair)
        repair.withdraw(.workDone)
        repair.record.contractor = nil
        repair.record.contractorName = nil
        repair.record.contractorPhone = nil
    }
}

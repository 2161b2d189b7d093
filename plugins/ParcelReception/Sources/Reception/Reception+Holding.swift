import ConciergeKit

// How long a parcel is kept, and whom the end of that time concerns.

extension Reception {
    /// The parcel is in a lodge from now on: its holding time begins, and its resident is told.
    func begin(_ parcel: inout Draft) {
        parcel.record.arrivedAt = parcel.record.arrivedAt ?? parcel.now
        parcel.record.returnReason = nil
        let day = lastDay(of: parcel, from: parcel.now, holding: settings.holding(of: parcel.record))
        keep(&parcel, until: day)
        remindLater(&parcel)
    }

    /// Keeps the parcel until the end of a day.
    func keep(_ parcel: inout Draft, until day: LocalDate) {
        parcel.record.lastDay = day
        parcel.start(.retention, at: startOfDay(day.adding(days: 1), of: parcel))
    }

    /// The last day on which a parcel is kept: one on which the lodge is open, and some days after the end of an absence
    /// that begins before.
    func lastDay(of parcel: Draft, from start: Instant, holding: Duration) -> LocalDate {
        let zone = zone(of: parcel)
        var end = start + holding
        for absence in parcel.knownResident?.absences ?? [] {
            guard let until = absence.until, until >= zone.local(start).date, absence.from <= zone.local(end).date
            else {
                continue
            }
            end = max(end, startOfDay(until.adding(days: 1), of: parcel) + settings.afterAbsence)
        }
        return zone.local(parcel.nextOpening(from: end)).date
    }

    /// Reminds the resident on a later opening day, when they are back; not after the last day.
    func remindLater(_ parcel: inout Draft) {
        var next = parcel.now + settings.remindEvery
        let zone = zone(of: parcel)
        for absence in parcel.knownResident?.absences ?? [] where absence.contains(zone.local(next).date) {
            guard let until = absence.until else { continue }
            next = max(next, startOfDay(until.adding(days: 1), of: parcel))
        }
        next = parcel.nextOpening(from: next)
        if let end = parcel.timers[.retention], next < end { parcel.start(.remind, at: next) }
    }

    /// Reminds the resident, unless they are away or the holding time is over.
    func remind(_ parcel: inout Draft) {
        let today = zone(of: parcel).local(parcel.now).date
        guard let last = parcel.record.lastDay, today <= last, let code = parcel.record.code else { return }
        defer { remindLater(&parcel) }
        if parcel.knownResident?.isAway(on: today) ?? false { return }
        parcel.record.remindersSent += 1
        parcel.notify(
            .resident, StillHere(what: parcel.record.what, code: code, until: last, at: lodge(of: parcel)),
            secret: true,
            usefulUntil: parcel.timers[.retention], onlyInState: true)
        seeFragile(&parcel, on: today)
    }

    /// Has somebody see a fragile resident who does not come.
    private func seeFragile(_ parcel: inout Draft, on today: LocalDate) {
        guard parcel.knownResident?.isFragile(on: today) ?? false, !parcel.record.isFragileTold else { return }
        parcel.record.isFragileTold = true
        parcel.raise(FragileUncollected(days: daysKept(parcel)))
        parcel.notify(
            .staff, "fragile",
            fr:
                "Une personne fragile ne vient pas chercher son colis (\(parcel.record.what)) : prenez de ses nouvelles.",
            en: "A fragile resident does not fetch a parcel (\(parcel.record.what)): see how they are.")
    }

    /// The holding time is over: the parcel is put on the list for staff, who decide. As long as its resident is away it
    /// is kept.
    func endHolding(_ parcel: inout Draft) {
        let today = zone(of: parcel).local(parcel.now).date
        let absences = parcel.knownResident?.absences ?? []
        if let absence = absences.first(where: { $0.contains(today.adding(days: -1)) || $0.contains(today) }) {
            // Nobody may know when the absence ends: then the question comes up again later.
            let end = absence.until.map { startOfDay($0.adding(days: 1), of: parcel) } ?? parcel.now
            keep(&parcel, until: zone(of: parcel).local(parcel.nextOpening(from: end + settings.afterAbsence)).date)
            return remindLater(&parcel)
        }
        seeFragile(&parcel, on: today)
        parcel.record.returnReason = .holdingTimeOver
        parcel.raise(Uncollected(days: daysKept(parcel)))
        awaitReturn(&parcel)
        parcel.go(to: .toReturn)
    }

    /// The parcel lies on the shelf until staff return it, hand it over or keep it longer.
    func awaitReturn(_ parcel: inout Draft) {
        followUpLater(&parcel)
        parcel.notify(
            .staff, "to-return", fr: "À retourner : \(headline(parcel.record)).",
            en: "To be returned: \(headline(parcel.record)).")
    }

    /// Reminds staff on a later opening day of what they have to do.
    func followUpLater(_ parcel: inout Draft) {
        parcel.start(.followUp, at: parcel.nextOpening(from: parcel.now + settings.followUpEvery))
    }

    func daysKept(_ parcel: Draft) -> Int {
        Int((parcel.now - (parcel.record.arrivedAt ?? parcel.openedAt)) / .days(1))
    }

    func startOfDay(_ day: LocalDate, of parcel: Draft) -> Instant {
        zone(of: parcel).instant(of: day, at: TimeOfDay(minutes: 0))
    }

    func zone(of parcel: Draft) -> Zone { parcel.moment.place?.zone ?? zone }
}

import ConciergeKit

extension Booking {
    /// Takes a unit for the time, or gets in line; and one of the household's bookings of that week.
    func take(_ book: Book, at moment: Moment) throws(Refusal) -> Draft {
        let room = try room(book.room)
        let time = book.hours.range(on: book.day, in: zone)
        let isAhead = time.lowerBound > moment.now && book.day <= zone.local(moment.now + settings.horizon).date
        try require(
            isAhead,
            fr: "On réserve à l'avance, \(settings.horizon) au plus.",
            en: "Bookings are made ahead, by \(settings.horizon) at most.")
        let open = room.hours[book.day.weekday] ?? []
        guard open.contains(where: { $0.contains(book.hours) }) else { throw Refusal(closed(room, open)) }
        try require(time.length <= room.longest, fr: "\(room.longest) au plus.", en: "\(room.longest) at most.")
        try require(
            book.people <= room.people,
            fr: "\(room.people) personnes au plus.", en: "\(room.people) people at most.")
        let monday = book.day.monday
        let quota = "quota:\(moment.resident ?? ""):\(monday)"
        var booking = Draft(Record(room: book.room, time: time, people: book.people, quota: quota), at: moment)
        try booking.claim(
            quota, atMost: settings.quotaPerWeek,
            until: zone.instant(of: monday.adding(days: 7), at: TimeOfDay(minutes: 0)),
            otherwise: Text(
                fr: "Pas plus de \(settings.quotaPerWeek) réservations par semaine.",
                en: "No more than \(settings.quotaPerWeek) bookings a week."))
        if book.wait {
            guard let unit = booking.claim(time, of: book.room, units: room.units, orWait: .waiting) else {
                booking.start(.tooLate, at: time.lowerBound)
                return booking
            }
            booking.record.unit = unit
        } else {
            booking.record.unit = try booking.claim(time, of: book.room, units: room.units) { free in
                taken(room, free: free.filter { isOpen(room, $0) })
            }
        }
        confirm(&booking)
        return booking
    }

    func offer(_ grant: Claim, to booking: inout Draft) {
        booking.record.unit = grant.unit
        let until = min(booking.now + settings.offerFor, booking.record.time.lowerBound)
        booking.start(.offerEnds, at: until)
        let what = headline(booking.record)
        booking.notify(
            .resident, "offered", fr: "Une place s'est libérée : \(what). Répondez avant le \(until).",
            en: "A place came free: \(what). Answer before \(until).")
    }

    func confirm(_ booking: inout Draft) {
        booking.start(.notBegun, at: booking.record.time.lowerBound + settings.noShowAfter)
        let what = headline(booking.record)
        booking.notify(.resident, "booked", fr: "C'est réservé : \(what).", en: "It is booked: \(what).")
    }

    /// Ends a booking that the household did not get: it does not count among those of the week.
    func giveUp(_ booking: inout Draft, _ notice: String, fr: String, en: String) {
        booking.release(booking.record.quota)
        let what = headline(booking.record)
        booking.notify(.resident, notice, fr: "\(fr) : \(what).", en: "\(en): \(what).")
    }

    func hand(_ handOut: HandOut, out booking: inout Draft) throws(Refusal) {
        let due = try room(booking.record.room).deposit
        try require(
            booking.now >= booking.record.time.lowerBound - settings.keyLead,
            fr: "La clé se remet \(settings.keyLead) avant le début.",
            en: "The key is handed out \(settings.keyLead) before the start.")
        try require(
            handOut.deposit >= due,
            fr: "Il faut une caution de \(due).", en: "A deposit of \(due) is needed.")
        try booking.claim(
            "key:\(handOut.key)",
            otherwise: Text(fr: "La clé \(handOut.key) est déjà sortie.", en: "The key \(handOut.key) is out already."))
        booking.record.key = handOut.key
        booking.record.deposit = handOut.deposit
        booking.start(.ends, at: booking.record.time.upperBound)
    }

    func settle(_ giveBack: GiveBack, of booking: inout Draft) throws(Refusal) {
        let deposit = booking.record.deposit
        try require(
            giveBack.kept <= deposit,
            fr: "On ne retient pas plus que \(deposit).", en: "No more than \(deposit) is kept.")
        try require(
            giveBack.kept == 0 || giveBack.damage != nil,
            fr: "Dites pour quels dégâts.", en: "Say for what damage.")
        booking.record.damage = giveBack.damage
        booking.record.depositKept = giveBack.kept
        booking.record.keyBackAt = booking.now
    }

    private func closed(_ room: RoomsSettings.Room, _ open: [Hours]) -> Text {
        let hours = open.map { Text(verbatim: "\($0)") }
        return open.isEmpty
            ? Text(fr: "\(room.name) : fermée ce jour-là.", en: "\(room.name): closed on that day.")
            : Text(fr: "\(room.name) : ouverte \(hours) ce jour-là.", en: "\(room.name): open \(hours) that day.")
    }

    private func taken(_ room: RoomsSettings.Room, free: [Range<Instant>]) -> Text {
        let times = free.map { Text(fr: "\($0)", en: "\($0)") }
        let next = times.isEmpty ? Text(verbatim: "") : Text(fr: " Libre : \(times).", en: " Free: \(times).")
        return Text(
            fr: "\(room.name) : c'est pris.\(next) wait=true pour la liste d'attente.",
            en: "\(room.name): taken.\(next) wait=true for the waiting list.")
    }

    private func isOpen(_ room: RoomsSettings.Room, _ time: Range<Instant>) -> Bool {
        let day = zone.local(time.lowerBound).date
        return (room.hours[day.weekday] ?? []).contains { hours in
            let open = hours.range(on: day, in: zone)
            return open.lowerBound <= time.lowerBound && time.upperBound <= open.upperBound
        }
    }

    private func room(_ id: String) throws(Refusal) -> RoomsSettings.Room {
        if let room = settings.rooms[id] { return room }
        let known = settings.rooms.keys.sorted().map { Text(verbatim: $0) }
        throw Refusal(
            fr: "« \(id) » n'existe pas. Il y a : \(known).", en: "\"\(id)\" does not exist. There is: \(known).")
    }
}

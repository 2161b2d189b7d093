import ConciergeKit

extension Booking {
    /// Takes a unit for the time, or gets in line; and one of the household's bookings of that week.
    func take(_ book: Book, at moment: Moment) throws(Refusal) -> Draft {
        let room = try room(book.room)
        let time = book.hours.range(on: book.day, in: zone)
        try require(
            time.lowerBound > moment.now && book.day <= zone.local(moment.now + settings.horizon).date,
            fr: "On réserve à l'avance, \(settings.horizon) au plus.",
            en: "Bookings are made ahead, by \(settings.horizon) at most.")
        let open = room.hours[book.day.weekday] ?? []
        guard open.contains(where: { $0.contains(book.hours) }) else { throw Refusal(closed(room, open)) }
        try require(time.length <= room.longest, fr: "\(room.longest) au plus.", en: "\(room.longest) at most.")
        try admit(book.people, to: book.room)
        let (monday, most) = (book.day.monday, settings.quotaPerWeek)
        let quota = "quota:\(household(of: moment)):\(monday)"
        var booking = Draft(Record(room: book.room, time: time, people: book.people, quota: quota), at: moment)
        try booking.claim(
            quota, atMost: most, until: zone.instant(of: monday.adding(days: 7), at: TimeOfDay(minutes: 0)),
            otherwise: Text(
                fr: "Pas plus de \(most) réservations par semaine.", en: "No more than \(most) bookings a week."))
        if book.wait {
            booking.record.unit = booking.claim(time, of: book.room, units: room.units, orWait: .waiting)
        } else {
            booking.record.unit = try booking.claim(time, of: book.room, units: room.units) { free in
                taken(room, free: free.filter { isOpen(room, $0) })
            }
        }
        if booking.record.unit == nil { booking.start(.tooLate, at: time.lowerBound) } else { confirm(&booking) }
        return booking
    }

    /// The dwelling, where the directory knows it: whoever lives there books for the same household. Else the resident.
    private func household(of moment: Moment) -> String {
        guard let place = moment.place, let dwelling = place.dwelling else { return moment.resident ?? "" }
        return "\(place.residence) \(dwelling.label)"
    }

    func admit(_ people: Int, to id: String) throws(Refusal) {
        let most = try room(id).people
        try require(people <= most, fr: "\(most) personnes au plus.", en: "\(most) people at most.")
    }

    func offer(_ grant: Claim, to booking: inout Draft) {
        booking.record.unit = grant.unit
        let what = headline(booking.record)
        let until = min(booking.now + settings.offerFor, booking.record.time.lowerBound)
        booking.start(.offerEnds, at: until)
        booking.notify(.resident, Offered(what: what, until: until), usefulUntil: until, onlyInState: true)
    }

    func confirm(_ booking: inout Draft) {
        booking.start(.notBegun, at: booking.record.time.lowerBound + settings.noShowAfter)
        booking.notify(.resident, Booked(what: headline(booking.record)))
    }

    /// Ends a booking that the household did not get: it does not count among those of the week.
    func end(_ booking: inout Draft, because reason: Text) {
        booking.release(booking.record.quota)
        booking.notify(.resident, NotBooked(reason: reason, what: headline(booking.record)))
    }

    func hand(_ handOut: HandOut, out booking: inout Draft) throws(Refusal) {
        let due = try room(booking.record.room).deposit
        try require(
            booking.now >= booking.record.time.lowerBound - settings.keyLead,
            fr: "La clé se remet \(settings.keyLead) avant le début.",
            en: "The key is handed out \(settings.keyLead) before the start.")
        try require(handOut.deposit >= due, fr: "Il faut une caution de \(due).", en: "A deposit of \(due) is needed.")
        try booking.claim(
            "key:\(handOut.key)",
            otherwise: Text(fr: "La clé \(handOut.key) est déjà sortie.", en: "The key \(handOut.key) is out already."))
        (booking.record.key, booking.record.deposit) = (handOut.key, handOut.deposit)
        booking.start(.ends, at: booking.record.time.upperBound)
    }

    func settle(_ giveBack: GiveBack, of booking: inout Draft) throws(Refusal) {
        let deposit = booking.record.deposit
        let isKept = giveBack.kept != 0
        try require(giveBack.kept <= deposit, fr: "Au plus \(deposit).", en: "At most \(deposit).")
        try require(!isKept || giveBack.damage != nil, fr: "Dites pour quels dégâts.", en: "Say for what damage.")
        (booking.record.damage, booking.record.depositKept) = (giveBack.damage, giveBack.kept)
        booking.record.keyBackAt = booking.now
    }

    private func closed(_ room: RoomsSettings.Room, _ open: [Hours]) -> Text {
        let all = open.map { Text(verbatim: "\($0)") }
        let hours = open.isEmpty ? Text(fr: "fermée", en: "closed") : Text(fr: "ouverte \(all)", en: "open \(all)")
        return Text(fr: "\(room.name) : \(hours) ce jour-là.", en: "\(room.name): \(hours) on that day.")
    }

    private func taken(_ room: RoomsSettings.Room, free: [Range<Instant>]) -> Text {
        let times = free.map { Text(fr: "\($0)", en: "\($0)") }
        let next = times.isEmpty ? Text(verbatim: "") : Text(fr: " Libre : \(times).", en: " Free: \(times).")
        let hint = Text(fr: "Ajoutez attente=oui pour la liste d'attente", en: "wait=true for the waiting list")
        return Text(fr: "\(room.name) : c'est pris.\(next) \(hint).", en: "\(room.name): taken.\(next) \(hint).")
    }

    private func isOpen(_ room: RoomsSettings.Room, _ time: Range<Instant>) -> Bool {
        let day = zone.local(time.lowerBound).date
        return (room.hours[day.weekday] ?? []).contains { $0.range(on: day, in: zone).contains(time) }
    }

    private func room(_ id: String) throws(Refusal) -> RoomsSettings.Room {
        if let room = settings.rooms[id] { return room }
        let all = settings.rooms.keys.sorted().map { Text(verbatim: $0) }
        throw Refusal(fr: "« \(id) » n'existe pas. Il y a : \(all).", en: "\"\(id)\" does not exist. There is: \(all).")
    }
}

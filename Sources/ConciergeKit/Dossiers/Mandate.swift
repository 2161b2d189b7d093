/// That somebody may act for a resident, or might: one that is over is kept as evidence.
public struct Mandate: Sendable, Hashable, Codable {
    /// The person, or the body, to whom it was given.
    public let holder: Holder
    /// The ids of the services for which they may act; empty for all services.
    public let services: [String]
    /// The days for which it was given.
    public let days: Days
    /// The first day on which it does not count because it was ended early; nil if it was not.
    public package(set) var ended: LocalDate?
    /// Who recorded it, and when.
    package let recorded: RecordedBy
    /// Who recorded that it was ended, and when.
    package var ending: RecordedBy?

    /// A person who may act for a resident.
    public struct Holder: Sendable, Hashable, Codable {
        /// First name and surname, or what a body is called.
        public let name: String
        /// Their own address for mails; nil if none was given.
        public let email: String?
        /// Their own telephone number; nil if none was given.
        public let phone: String?
        /// The id that they have in the directory, if they are a resident themselves.
        public let resident: String?

        package init(name: String, email: String? = nil, phone: String? = nil, resident: String? = nil) {
            self.name = name
            self.email = email
            self.phone = phone
            self.resident = resident
        }

        /// Whether somebody typed their name or their id.
        package func isCalled(_ text: String) -> Bool {
            let typed = Folding.text(text)
            return Folding.text(name) == typed || resident.map { Folding.text($0) } == typed
        }

        /// Whether it is the same person, as far as the dossier can say.
        package func isSame(as other: Holder) -> Bool {
            if let resident, let other = other.resident { return Folding.text(resident) == Folding.text(other) }
            return Folding.text(name) == Folding.text(other.name)
        }
    }

    package init(
        holder: Holder, services: [String] = [], days: Days, ended: LocalDate? = nil, recorded: RecordedBy,
        ending: RecordedBy? = nil
    ) {
        self.holder = holder
        self.services = services
        self.days = days
        self.ended = ended
        self.recorded = recorded
        self.ending = ending
    }

    /// Whether it counts on a day: that day is one of its days, and it is not ended by then.
    public func counts(on day: LocalDate) -> Bool { counted?.contains(day) ?? false }

    /// Whether it is for a service, whenever it counts.
    public func covers(_ service: String) -> Bool { services.isEmpty || services.contains(service) }

    /// The days on which it counts; nil if it was ended before its first one.
    package var counted: Days? { ended.map { days.ending(before: $0) } ?? days }

    /// Why it does not count on a day, in a sentence; nil if it does.
    package func obstacle(on day: LocalDate) -> Text? {
        let name = holder.name
        if let ended, ended <= day {
            return Text(
                fr: "Le mandat de \(name) a pris fin le \(ended, .dayAndYear).",
                en: "The mandate of \(name) was ended on \(ended, .dayAndYear).")
        }
        if let until = days.until, until < day {
            return Text(
                fr: "Le mandat de \(name) a expiré : son dernier jour était le \(until, .dayAndYear).",
                en: "The mandate of \(name) has expired: its last day was \(until, .dayAndYear).")
        }
        guard day < days.from else { return nil }
        return Text(
            fr: "Le mandat de \(name) ne commence que le \(days.from, .dayAndYear).",
            en: "The mandate of \(name) only begins on \(days.from, .dayAndYear).")
    }
}

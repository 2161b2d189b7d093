import ConciergeKit

extension Repair {
    /// The record of a repair. It contains what is broken and where, never whose home it is.
    struct Record: Codable {
        var category: Category
        var location: String
        var description: String
        /// How the craftsman gets in, in the resident's words.
        var access: String?
        /// The repair whose work this one continues.
        var follows: String?

        var urgency: Urgency?
        /// Why the urgency was changed last.
        var urgencyReason: String?
        /// How the resident agreed to a later deadline.
        var agreement: String?

        /// Who repairs: the name under which the partners have it, or a text where no contractor is configured.
        var contractor: String?
        /// What people call it, and its number.
        var contractorName: String?
        var contractorPhone: String?
        /// The contractors that have declined; none of them is proposed again.
        var declined: [String] = []
        /// What people call them.
        var declinedNames: [String]?
        /// The number of work orders asked for so far, which is the number of the last one.
        var orders = 0
        /// When the last work order was sent.
        var orderSentAt: Instant?
        /// Why a work order could not be sent.
        var orderError: String?
        /// Residence, address and dwelling, as they were when the last order was written.
        var site: String?

        /// The visit that is planned, or under way.
        var visit: Range<Instant>?
        /// The number of visits planned so far, moved ones included.
        var visits = 0
        /// The number of visits that found nobody since somebody was last let in.
        var noAccess = 0
        /// When the visit began that found nobody last; nil once the resident has said that nobody came.
        var lastNoAccess: Instant?

        var partsExpected: LocalDate?

        /// What the investigation of damp has found.
        var finding: String?
        /// What was done, the oldest first. A reopening takes nothing away.
        var work: [String] = []
        /// What is left to do after work in part.
        var remains: String?
        var completedAt: Instant?
        /// What the resident thinks of the repair, from 1 to 10; nil if they have not said it.
        var score: Int?
        /// Whether the resident let the time for their last word pass.
        var confirmedBySilence: Bool?
        /// What the resident said at each reopening, the oldest first.
        var complaints: [String] = []
        var reopened = 0

        /// Why staff cancelled it.
        var cancelReason: CancelReason?
        /// What staff noted of it for themselves.
        var cancelNote: String?
        /// The open repair that was reported before for the same resident or the same part of a residence, of the same
        /// category.
        var probablySame: String?
        /// The open repair to which staff have attached this report.
        var duplicateOf: String?
        /// The closed reports of the same thing.
        var duplicates: [String] = []
    }

    /// The key that an open repair holds, by which others know that it is open.
    static func key(of repair: String) -> String { "repair:\(Folding.code(repair))" }

    /// The key of what is broken of a category: in the same part of a residence that is not a dwelling, else for the same
    /// resident. The first open repair holds it.
    static func key(ofSame category: Category, as moment: Moment) -> String {
        if let place = moment.place, place.dwelling == nil {
            return "same:\(category.rawValue):\(place.residence):\(place.commonPart ?? "")"
        }
        return "same:\(category.rawValue):\(Folding.text(moment.resident ?? ""))"
    }

    /// The key of the visits of a contractor.
    static func visits(of contractor: String) -> String { "visit:\(contractor)" }

    /// The key of the shares that open repairs have of a contractor.
    static func load(of contractor: String) -> String { "load:\(contractor)" }
}

extension Repair.Record {
    /// What is broken and where, as people are told: `plomberie, Bâtiment B, cuisine`.
    var what: Text { Text(fr: "\(category.words), \(location)", en: "\(category.words), \(location)") }

    /// Whether damp is repaired step by step, because it is no emergency.
    var isOnDampLadder: Bool { category == .damp && urgency == .u3 }

    /// Notes work that was done. A record keeps the last twenty notes.
    mutating func note(work done: String?) { if let done { work = Array((work + [done]).suffix(20)) } }

    /// Notes what the resident says is still wrong. A record keeps the last twenty.
    mutating func note(complaint: String) { complaints = Array((complaints + [complaint]).suffix(20)) }
}

extension Repair {
    /// A repair in messages to staff: `La réparation K7M3P-9QX2D (plomberie, cuisine)`.
    func title(of repair: Draft) -> Text {
        Text(
            fr: "La réparation \(repair.id) (\(repair.record.what))", en: "Repair \(repair.id) (\(repair.record.what))")
    }

    /// The contractor with its number, in messages to staff: `Plomberie Martin (01 23 45 67 01)`.
    func contractorToCall(_ contractor: String) -> Text {
        let name = contractors.name(of: contractor)
        guard let phone = contractors[contractor]?.terms.phone else { return Text(verbatim: name) }
        return Text(verbatim: "\(name) (\(phone))")
    }

    /// The number that the resident calls: that of their residence's lodge, else that of the settings; where safety is
    /// at stake that of the emergency line.
    func phone(for repair: Draft) -> String? {
        if isDangerous(repair.record), let line = settings.emergency.phone { return line }
        if let phone = repair.moment.place?.phone, !phone.isEmpty { return phone }
        return settings.phone
    }

    /// Whether safety is at stake by the urgency.
    func isDangerous(_ record: Record) -> Bool { record.urgency.map { settings[$0].safety } ?? false }

    /// Whether the repair goes on although nobody opens: damp, leaks that reach others, safety, and heating in its
    /// season never wait for a resident who is out (London Borough of Hammersmith & Fulham, repairs policy).
    func needsAccess(_ repair: Draft) -> Bool {
        let record = repair.record
        switch record.category {
        case .leak, .electricity, .gas, .lift, .damp: return true
        case .heating:
            // The season is that of the dwelling, whatever urgency's term depends on it.
            let today = repair.moment.today
            return isDangerous(record)
                || Urgency.allCases.contains { settings[$0].hasSeason(.heating, on: today) }
        case .plumbing, .locks, .doors, .pests, .other: return isDangerous(record)
        }
    }

    /// Tells the resident, and those whose report of the same thing was attached.
    func tell(_ repair: inout Draft, _ news: DuplicateNews.Kind, _ notice: some Notice, until: Instant? = nil) {
        repair.notify(
            .resident, notice, usefulUntil: until, onlyInState: news == .completed, urgent: isDangerous(repair.record))
        guard !repair.record.duplicates.isEmpty else { return }
        repair.run(
            Repairs.tellDuplicates,
            DuplicateNews(
                repairs: repair.record.duplicates, kind: news, category: repair.record.category,
                location: repair.record.location, due: repair.due(.repaired), until: until))
    }
}

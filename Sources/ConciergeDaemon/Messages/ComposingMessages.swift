import ConciergeEngine
import ConciergeKit
import JSON
import Synchronization

/// Composes what residents and partners are told, from the notices in the ledger.
final class ComposingMessages: Sendable {
    private let ledger: any Ledger
    private let served: ServedRegistry
    private let clock: @Sendable () -> Instant
    private let book: Mutex<MessageBook>

    init(_ book: MessageBook, ledger: any Ledger, served: ServedRegistry, clock: @escaping @Sendable () -> Instant) {
        self.book = Mutex(book)
        self.ledger = ledger
        self.served = served
        self.clock = clock
    }

    /// Replaces the book by that of another configuration.
    func adopt(_ book: MessageBook) { self.book.withLock { $0 = book } }

    /// Whether notices leave by mail.
    var sendsMail: Bool { book.withLock { $0.plan != nil } }

    /// What the worker of a run of ``SendMail`` is given, or how the run ends without one.
    func composition(for run: StoredRun) async -> Workers.Composition {
        do throws(LedgerError) {
            return try await mail(of: run)
        } catch {
            return .ended(.failed(reason: "the ledger cannot be read: \(error)", retryAfter: nil))
        }
    }

    private func mail(of run: StoredRun) async throws(LedgerError) -> Workers.Composition {
        guard let recipient = try? SendMail.name.decode(run.input) else {
            return .ended(.failedForGood(reason: "the run does not say whom it writes to"))
        }
        let notices = SendMail.said(try await ledger.notices(sentBy: run.id), in: run)
        guard let last = notices.last else {
            return .ended(
                SendMail.result(.nothing, Text(fr: "Il n'y a plus rien à dire.", en: "There is nothing left to say.")))
        }
        guard let (address, addressee) = try await addressee(of: recipient, told: notices) else {
            return .ended(
                SendMail.result(
                    .unreachable,
                    Text(fr: "Il n'y a plus d'adresse.", en: "There is no address any more.")))
        }
        let message = try await message(of: notices, to: addressee)
        var input: JSONObject = [
            "to": .string(address), "name": .string(addressee.name),
            "subject": .string(message.subject),
            "text": .string(message.mail), "at": .string(last.line.entry.at.description),
        ]
        // Whoever sends it must know, because a mail that is twice uncertain is not sent a third time.
        if run.error?.hasPrefix(SendMail.uncertainly) ?? false { input["uncertain"] = true }
        return .input(input)
    }

    /// Whom a run writes to, and where; nil if there is no address any more.
    private func addressee(
        of recipient: SendMail.Recipient, told notices: [StoredNotice]
    ) async throws(LedgerError) -> (address: String, addressee: MessageBook.Addressee)? {
        if let name = recipient.partner {
            guard let partner = served.registry.partners.correspondent(named: name) else { return nil }
            return (partner.email, try await addressee(of: partner, told: notices))
        }
        guard let key = recipient.resident.map(Resident.key), let known = try await ledger.known([key])[key],
            let correspondent = known.correspondent(of: recipient, on: today)
        else { return nil }
        return (correspondent.address, MessageBook.Addressee(known, writtenTo: correspondent))
    }

    private var today: LocalDate { served.registry.zone.local(clock()).date }

    /// A partner, whom the lodge writes to that the first of the notices comes from.
    private func addressee(
        of partner: Partner, told notices: [StoredNotice]
    ) async throws(LedgerError) -> MessageBook.Addressee {
        var place: Place?
        if let request = notices.first?.line.entry.request {
            place = try await whereabouts(of: try await ledger.request(request)?.request)?.place
        }
        return MessageBook.Addressee(name: partner.name, language: partner.language, place: place)
    }

    /// Where a request is: at the place that it is about, else at home with its resident. Nil if the directory has neither.
    private func whereabouts(of request: StoredRequest?) async throws(LedgerError) -> (place: Place, words: String)? {
        if let about = request?.about {
            guard let residence = try await ledger.entry(of: Residence.self, named: Folding.text(about.residence))
            else {
                return nil
            }
            return (Place(residence, nil), about.inWords(residence: residence.name))
        }
        guard let key = request?.resident.map(Resident.key), let known = try await ledger.known([key])[key],
            let place = KnownResident(known).place
        else { return nil }
        let words = [place.name, known.resident.dwelling].filter { !$0.isEmpty }.joined(separator: ", ")
        return (place, words)
    }

    /// The message that one notice makes alone.
    func message(of notice: StoredNotice) async throws(LedgerError) -> MessageBook.Message {
        if let name = notice.partner {
            let partner = served.registry.partners.partner(named: name) ?? Partner(name)
            return try await message(of: [notice], to: try await addressee(of: partner, told: [notice]))
        }
        var addressee = MessageBook.Addressee(name: notice.resident ?? "")
        if let key = notice.resident.map(Resident.key), let known = try await ledger.known([key])[key] {
            let correspondent = known.correspondent(for: notice.line.entry.service, on: today)
            addressee = MessageBook.Addressee(known, writtenTo: correspondent)
        }
        return try await message(of: [notice], to: addressee)
    }

    private func message(
        of notices: [StoredNotice], to addressee: MessageBook.Addressee
    ) async throws(LedgerError) -> MessageBook.Message {
        let registry = served.registry
        var items: [MessageBook.Item] = []
        for notice in notices {
            let entry = notice.line.entry
            let table = registry.service(entry.service)?.table
            let request = try await ledger.request(entry.request)?.request
            items.append(
                MessageBook.Item(
                    words: entry.note ?? Text(verbatim: ""), name: entry.noticeName ?? "", values: notice.values,
                    about: request.flatMap { table?.headline(of: $0, in: registry.zone) },
                    place: notice.partner == nil ? nil : try await whereabouts(of: request)?.words,
                    service: table?.name ?? Text(verbatim: entry.service.rawValue), serviceID: entry.service,
                    request: entry.request.description, at: entry.at, usefulUntil: notice.delivery.usefulUntil))
        }
        return book.withLock(\.self).message(items, to: addressee, at: clock())
    }
}

extension MessageBook.Addressee {
    /// A resident, or who holds a mandate for them.
    fileprivate init(_ known: ResidentAtPlace, writtenTo correspondent: Correspondent?) {
        self.init(
            name: correspondent?.name ?? known.resident.name,
            actsFor: correspondent?.holder == nil ? nil : known.resident.name, dwelling: known.resident.dwelling,
            language: known.resident.language, place: KnownResident(known).place)
    }
}

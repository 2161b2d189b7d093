import ConciergeEngine
import ConciergeKit
import JSON
import Synchronization

/// Composes what residents are told, from the notices in the ledger.
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
        let key = Resident.key(of: recipient.resident)
        let today = served.registry.zone.local(clock()).date
        guard let known = try await ledger.known([key])[key],
            let correspondent = known.correspondent(of: recipient, on: today)
        else {
            return .ended(
                SendMail.result(
                    .unreachable,
                    Text(fr: "L'annuaire n'a plus d'adresse.", en: "The directory has no address any more.")))
        }
        let message = try await message(of: notices, to: known, recipient.resident, writtenTo: correspondent)
        var input: JSONObject = [
            "to": .string(correspondent.address), "name": .string(correspondent.name),
            "subject": .string(message.subject),
            "text": .string(message.mail), "at": .string(last.line.entry.at.description),
        ]
        // Whoever sends it must know, because a mail that is twice uncertain is not sent a third time.
        if run.error?.hasPrefix(SendMail.uncertainly) ?? false { input["uncertain"] = true }
        return .input(input)
    }

    /// A message of notices to one resident, or to who holds a mandate for them.
    func message(
        of notices: [StoredNotice], to known: ResidentAtPlace?, _ resident: String?,
        writtenTo correspondent: Correspondent? = nil
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
                    service: table?.name ?? Text(verbatim: entry.service.rawValue), serviceID: entry.service,
                    request: entry.request.description, at: entry.at, usefulUntil: notice.delivery.usefulUntil))
        }
        let addressee = known.map {
            MessageBook.Addressee(
                name: correspondent?.name ?? $0.resident.name,
                actsFor: correspondent?.holder == nil ? nil : $0.resident.name, dwelling: $0.resident.dwelling,
                language: $0.resident.language,
                place: KnownResident($0).place)
        }
        return book.withLock(\.self).message(
            items, to: addressee ?? MessageBook.Addressee(name: resident ?? ""), at: clock())
    }
}

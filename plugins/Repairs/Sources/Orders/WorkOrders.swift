import ConciergeKit
import Foundation

/// The content of a work order. It names the place, and nobody who lives there.
struct WorkOrder: Encodable {
    let run: String
    let repair: String
    let order: Int
    let contractor: String
    let category: Category
    let location: String
    let site: String?
    let access: String?
    let description: String
    let urgency: Urgency?
    let due: Instant?
    let visitStart: Instant?
    let visitEnd: Instant?
    let work: [String]
    let remains: String?
    let complaint: String?
    let follows: String?
    let phone: String?
}

/// An order that holds no more.
struct RecalledOrder: Codable {
    let repair: String
    let order: Int
}

extension Repairs {
    struct OrderInput: Input {
        static let name = Text(fr: "Bon de travaux", en: "Work order")
        @Field(fr: "Réparation", en: "Repair", example: "K7M3P-9QX2D") var repair: String
        @Field(fr: "Numéro du bon pour cette réparation", en: "Number of the order for this repair", example: 1)
        var order: Int
        @Field(fr: "Entreprise", en: "Contractor", example: "plomberie-martin") var contractor: String
    }

    static let dispatch = TaskName<OrderInput, NoAnswer>(
        "repairs.dispatch", fr: "Envoyer un bon de travaux", en: "Send a work order")
    static let recall = TaskName<RecalledOrder, NoAnswer>(
        "repairs.recall", fr: "Retirer un bon de travaux", en: "Take a work order back")

    /// Writes a work order into the outbox, as a page to print and as data. A repeated attempt of a run writes the same
    /// files again.
    ///
    /// The repair determines who gets its order. A run that somebody triggers by hand sends only what the repair asked
    /// for and could not be sent.
    func send(_ input: OrderInput, in context: TaskContext) async throws -> TaskReport<NoAnswer> {
        guard let repair = try await context.request(input.repair, of: Repair.self) else {
            throw TaskFailure.final(reason: "there is no repair \(input.repair)")
        }
        guard input.order >= 1, input.order <= repair.record.orders else {
            throw TaskFailure.final(reason: "repair \(repair.id) has no work order \(input.order)")
        }
        let record = repair.record
        guard input.order == record.orders, input.contractor == record.contractor,
            [.assigned, .waitingForParts, .completed].contains(repair.state)
        else {
            // The repair changed while its own run waited: it has another contractor now, or is closed.
            if context.request == repair.id {
                return TaskReport(
                    Text(
                        fr: "Bon de travaux \(input.order) de \(repair.id) non envoyé : il n'a plus cours.",
                        en: "Work order \(input.order) of \(repair.id) was not sent: it holds no more."))
            }
            throw TaskFailure.final(
                reason: "work order \(input.order) of repair \(repair.id) is not for \(input.contractor); "
                    + "assign the repair to send another")
        }
        if context.request != repair.id, let sent = record.orderSentAt {
            throw TaskFailure.final(reason: "work order \(input.order) of repair \(repair.id) was sent at \(sent)")
        }
        let order = WorkOrder(
            run: context.run, repair: repair.id, order: input.order, contractor: input.contractor,
            category: record.category, location: record.location, site: record.site, access: record.access,
            description: record.description, urgency: record.urgency, due: repair.due(.workDone),
            visitStart: record.visit?.lowerBound, visitEnd: record.visit?.upperBound, work: record.work,
            remains: record.remains, complaint: record.complaints.last, follows: record.follows,
            phone: settings.phone)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let name = "\(repair.id)-\(input.order)"
        let page = WorkOrderPage(
            order: order, contractor: contractors.name(of: input.contractor), language: settings.orderLanguage,
            zone: context.zone)
        // Whoever waits for the data finds the page when they have it.
        try await context.folder.put("outbox/\(name).html", page.html)
        try await context.folder.put("outbox/\(name).json", try encoder.encode(order) + Data("\n".utf8))
        return TaskReport(
            Text(fr: "Bon de travaux \(name) déposé.", en: "Work order \(name) was put into the outbox."))
    }

    /// Takes an order that holds no more out of the outbox. What was fetched already is with the contractor, who is told
    /// by a notice.
    func takeBack(_ order: RecalledOrder, in context: TaskContext) async throws -> TaskReport<NoAnswer> {
        let name = "\(order.repair)-\(order.order)"
        try await context.folder.remove("outbox/\(name).json")
        try await context.folder.remove("outbox/\(name).html")
        return TaskReport(
            Text(fr: "Bon de travaux \(name) retiré.", en: "Work order \(name) was taken out of the outbox."))
    }
}

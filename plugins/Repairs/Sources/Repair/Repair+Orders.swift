import ConciergeKit

// Work orders: what the contractor is told, and what the task that writes them needs.
extension Repair {
    /// Assigns the repair to a contractor and asks for the work order to be sent. Who had it before is told, and the
    /// resident learns who comes.
    func send(orderTo contractor: String, for repair: inout Draft) {
        let isNew = repair.record.contractor != contractor
        if isNew { release(&repair) }
        repair.record.contractor = contractor
        repair.record.contractorName = contractors.name(of: contractor)
        repair.record.contractorPhone = contractors[contractor]?.terms.phone
        oblige(contractor, to: &repair)
        dispatchOrder(for: &repair)
        repair.notify(
            .partner(contractor),
            Ordered(
                order: order(of: repair), what: repair.record.what, urgency: repair.record.urgency?.words,
                due: repair.due(.workDone)),
            urgent: isDangerous(repair.record))
        guard isNew else { return }
        repair.notify(
            .resident,
            ContractorComes(
                what: repair.record.what, who: contractors.name(of: contractor), phone: phone(for: repair)),
            urgent: isDangerous(repair.record))
    }

    /// Asks for a new work order to the contractor.
    func dispatchOrder(for repair: inout Draft) {
        guard let contractor = repair.record.contractor else { return }
        repair.record.orders += 1
        repair.record.orderSentAt = nil
        repair.record.orderError = nil
        repair.record.site = repair.moment.place.map(Self.site)
        repair.run(
            Repairs.dispatch,
            .init { order in
                (order.repair, order.order, order.contractor) = (repair.id, repair.record.orders, contractor)
            })
    }

    /// How a contractor and the lodge name an order: as its files are named.
    func order(of repair: Draft) -> String { "\(repair.id)-\(repair.record.orders)" }

    /// Residence, address, dwelling or common part, in one line.
    static func site(_ place: Place) -> String {
        let address = place.address.split(separator: "\n").joined(separator: ", ")
        let floor = place.dwelling?.floor ?? ""
        return [place.name, address, place.dwelling?.label ?? place.commonPart ?? "", floor].filter { !$0.isEmpty }
            .joined(separator: ", ")
    }

    /// Records how the sending of an order ended. The end of an earlier order does not concern the current contractor
    /// and is ignored.
    func note(_ outcome: RunOutcome<Repairs.OrderInput, NoAnswer>, on repair: inout Draft) {
        guard outcome.given.order == repair.record.orders else { return }
        repair.record.orderError = outcome.failure
        guard let reason = outcome.failure else {
            repair.record.orderSentAt = repair.now
            return
        }
        repair.notify(
            .staff, "order-failed",
            Text(
                fr: "\(title(of: repair)) : le bon de travaux n'a pas pu être envoyé : \(reason)",
                en: "\(title(of: repair)): the work order could not be sent: \(reason)"))
    }

    /// Withdraws what the contractor was not told yet of their order: they declined it, or the work is done.
    func recallOrderNews(_ repair: inout Draft) {
        guard let contractor = repair.record.contractor else { return }
        repair.recall(Self.orderNews, for: .partner(contractor))
    }

    /// Tells the contractor, if there is one, that the order holds no more, and takes what was not fetched of it out of
    /// the outbox.
    func withdrawOrder(_ repair: inout Draft, isTold: Bool = true) {
        guard let contractor = repair.record.contractor, repair.record.orders > 0 else { return }
        if isTold {
            repair.notify(
                .partner(contractor), OrderWithdrawn(order: order(of: repair), what: repair.record.what),
                urgent: isDangerous(repair.record))
        } else {
            recallOrderNews(&repair)
        }
        repair.run(Repairs.recall, RecalledOrder(repair: repair.id, order: repair.record.orders))
    }
}

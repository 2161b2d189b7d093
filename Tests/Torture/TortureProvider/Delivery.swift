package import ConciergeKit

/// A request that a worker's run closes.
package struct Delivery: Service {
    package static let id = "torture.delivery"
    package static let name = Text(fr: "Livraison", en: "Delivery")
    package static let summary = Text(fr: "Portée par un exécutant.", en: "Carried by a worker.")
    /// The task that workers execute. It has so many attempts that kills do not use them up.
    package static let carry = TaskName<Load, Carried>("torture.carry", fr: "Porter", en: "Carry")

    package struct Record: Codable, Sendable { var number: Int }

    package struct Load: Codable, Sendable {
        package let number: Int
        package let millis: Int
    }

    package struct Carried: Codable, Sendable { package let number: Int }

    struct Order: Input {
        static let name = Text(fr: "Commander", en: "Order")
        @Field(fr: "Numéro", en: "Number") var number: Int
        @Field(fr: "Millisecondes", en: "Milliseconds") var millis: Int
    }

    package func headline(_ record: Record) -> Text { Self.name }

    package var lifecycle: Lifecycle {
        opening(Order.self, to: .underWay) { order, moment in
            var delivery = Draft(Record(number: order.number), at: moment)
            delivery.run(Self.carry, .init(number: order.number, millis: order.millis))
            return delivery
        }
        ended(Self.carry, from: .underWay, to: .delivered, .lost) { carry, delivery in
            if case .failed = carry.result { delivery.go(to: .lost) }
        }
    }
}

extension StateOf<Delivery> {
    static var underWay: Self { open(fr: "en route", en: "under way", turn: .clock) }
    static var delivered: Self { closed(fr: "livrée", en: "delivered") }
    static var lost: Self { closed(fr: "perdue", en: "lost") }
}

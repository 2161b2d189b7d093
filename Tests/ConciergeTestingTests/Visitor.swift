import ConciergeKit

/// Writes down what its rule sees of a resident.
struct Visitor: ToyProvider {
    static let manifest = ProviderManifest(toy: "visitor")

    init(in context: ProviderContext) {}

    var services: [any Service] { [Visit()] }

    struct Visit: ToyService {
        static let id = "visitor.visit"
        typealias Record = Thing

        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { _, moment in
                let (resident, today) = (moment.knownResident, moment.today)
                let seen = [
                    resident?.channels.map(\.rawValue).joined(separator: ",") ?? "-",
                    "\(resident?.consents(to: "calls", on: today) ?? false)",
                    "\(resident?.isAway(on: today) ?? false)",
                    resident?.mandate(for: Self.id, on: today)?.holder.name ?? "-",
                ]
                return Draft(Thing(thing: seen.joined(separator: " ")), at: moment)
            }
            on(Go.self, from: .pending, to: .done)
        }
    }
}

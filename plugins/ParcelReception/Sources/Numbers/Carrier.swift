import ConciergeKit

/// The names of carriers, as their labels and people write them.
enum Carrier {
    static let laPoste = "La Poste"
    static let colissimo = "Colissimo"
    static let chronopost = "Chronopost"
    static let ups = "UPS"
    static let fedEx = "FedEx"
    static let dhl = "DHL"
    static let dpd = "DPD"
    static let amazon = "Amazon"

    private static let names = [
        laPoste, colissimo, chronopost, ups, fedEx, dhl, dpd, amazon, "GLS", "Mondial Relay", "Relais Colis",
        "Colis Privé", "TNT", "Geodis", "Yodel", "YunExpress",
    ]
    private static let otherNames = [
        "amazon logistics": amazon, "dhl express": dhl, "dhl ecommerce": dhl, "dpd france": dpd, "fedex express": fedEx,
        "fedex ground": fedEx, "poste": laPoste, "laposte": laPoste, "mondialrelay": "Mondial Relay",
        "colisprive": "Colis Privé",
    ]
    private static let byKey: [String: String] = Dictionary(
        names.map { (Folding.text($0), $0) } + otherNames.map { ($0.key, $0.value) }
    ) { first, _ in first }

    /// A carrier's usual name for what somebody typed; a name that is not known stays as it was typed.
    static func named(_ typed: String) -> String { byKey[Folding.text(typed)] ?? typed }

    /// What the names of one carrier have in common, for comparison.
    static func key(_ name: String) -> String { Folding.text(named(name)) }
}

import ConciergeKit

/// A partner of the office, as the configuration has it: a contractor, a practice, an association.
package struct Partner: Sendable, Hashable {
    /// How the office calls it.
    package let name: String
    /// Where it is written to; empty if staff tell it.
    package var email = ""
    package var phone = ""
    /// In which language, such as `fr`; empty for that of the lodge.
    package var language = ""

    package init(_ name: String) { self.name = name }
}

/// The partners of the configuration.
package struct PartnerBook: Sendable, Hashable {
    private var partners: [String: Partner] = [:]

    /// - Parameter partners: By the names under which the configuration has them. A partner is found by that name and by its
    ///   own.
    package init(_ partners: [String: Partner] = [:]) {
        // The names of the configuration win over those of others.
        for partner in partners.values { self.partners[Self.key(of: partner.name)] = partner }
        for (id, partner) in partners { self.partners[Self.key(of: id)] = partner }
    }

    /// Whether the configuration has none.
    package var isEmpty: Bool { partners.isEmpty }

    /// The partner of a name, as staff or a provider write it: without accents, case and hyphens.
    package func partner(named name: String) -> Partner? { partners[Self.key(of: name)] }

    /// What the office calls a partner; one that the configuration does not have, as it is called here.
    package func name(of partner: String) -> String { self.partner(named: partner)?.name ?? partner }

    /// The partner of a name who can be written to; nil if staff tell it.
    package func correspondent(named name: String) -> Partner? {
        partner(named: name).flatMap { $0.email.isEmpty ? nil : $0 }
    }

    /// Names with the same key mean the same partner.
    package static func key(of name: String) -> String {
        Folding.text(name).replacing("-", with: " ")
    }
}

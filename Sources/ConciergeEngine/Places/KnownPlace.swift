package import ConciergeKit
package import JSON

/// What the directory knows of the place that a request is about.
package struct KnownPlace: Sendable, Hashable {
    package let residence: Residence
    /// Nil for another place than a dwelling, and if the directory does not have it.
    package let dwelling: Dwelling?
    /// Nil for another place than a common part.
    package let commonPart: String?
}

extension DirectoryEntries {
    /// The place that a key names; nil if the directory does not have its residence.
    package func known(_ place: PlaceKey) throws -> KnownPlace? {
        guard let residence = try entry(of: Residence.self, named: Folding.text(place.residence)) else { return nil }
        let dwelling = try place.dwelling.flatMap {
            try entry(of: Dwelling.self, named: Dwelling.key(of: $0, residence: residence.key))
        }
        return KnownPlace(residence: residence, dwelling: dwelling, commonPart: place.commonPart)
    }
}

extension Place {
    /// What a rule sees.
    package init(_ residence: Residence, _ dwelling: ConciergeEngine.Dwelling?, commonPart: String? = nil) {
        self.init(
            residence: residence.id, name: residence.name, address: residence.address,
            territory: residence.territory, zone: Zone(residence.zone), holidayRegion: residence.region,
            workingCalendar: residence.calendar, phone: residence.phone, commonParts: residence.commonParts,
            dwelling: dwelling.map {
                Place.Dwelling(label: $0.label, floor: $0.floor, isAdapted: $0.isAdapted, isConnected: $0.isConnected)
            },
            commonPart: commonPart)
    }

    package init(_ known: KnownPlace) { self.init(known.residence, known.dwelling, commonPart: known.commonPart) }
}

extension PlaceKey {
    /// The place as people say it: `Les Tilleuls, B 204`.
    ///
    /// - Parameter residence: The residence's name; nil if the directory does not have it.
    package func inWords(residence name: String?) -> String {
        [name ?? residence, part?.name].compactMap(\.self).joined(separator: ", ")
    }
}

extension PlaceKey {
    /// The place as a history line keeps it.
    var json: JSON {
        var members: JSONObject = ["residence": .string(residence)]
        if let dwelling { members["dwelling"] = .string(dwelling) }
        if let commonPart { members["common_part"] = .string(commonPart) }
        return .object(members)
    }

    /// Reads what ``json`` wrote.
    package init?(_ json: JSON?) {
        guard let json, let residence = json["residence"]?.stringValue else { return nil }
        self.init(
            residence: residence, dwelling: json["dwelling"]?.stringValue,
            commonPart: json["common_part"]?.stringValue)
    }

    /// By what two calls are about the same place.
    var canonicalTexts: [String] { [residence, dwelling.given, commonPart.given] }
}

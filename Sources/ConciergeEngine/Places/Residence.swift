package import ConciergeKit
import WorkingCalendar

/// A residence of the directory: a group of buildings with an address, a lodge and its opening hours.
package struct Residence: Sendable, Hashable {
    /// The key of the landlord's own system, as it was written.
    package var id = ""
    package var name = ""
    package var address = ""
    package var territory = ""
    /// A zone of the IANA database; empty for that of the calendar.
    package var zone = ""
    /// Whose public holidays it has: `FR`, `FR-57`; empty for those of the calendar.
    package var region = ""
    /// The name of a configured working calendar, which says when its lodge is open.
    package var calendar = ""
    package var phone = ""
    /// What is neither a dwelling nor the outside, such as the laundry.
    package var commonParts: [String] = []

    package init() {}
}

/// A column of the residences' file.
package enum ResidenceColumn: String, DirectoryColumn {
    case id, name, address, territory, zone, region, calendar, phone
    case commonParts = "common_parts"

    package var words: Text {
        switch self {
        case .id: Text(fr: "identifiant", en: "id")
        case .name: Text(fr: "nom", en: "name")
        case .address: Text(fr: "adresse", en: "address")
        case .territory: Text(fr: "territoire", en: "territory")
        case .zone: Text(fr: "fuseau", en: "zone")
        case .region: Text(fr: "région", en: "region")
        case .calendar: Text(fr: "calendrier", en: "calendar")
        case .phone: Text(fr: "téléphone", en: "phone")
        case .commonParts: Text(fr: "parties_communes", en: "common_parts")
        }
    }

    package var otherNames: [String] {
        switch self {
        case .zone: ["fuseau_horaire", "time_zone"]
        case .region: ["holiday_region"]
        case .calendar: ["calendrier_d'ouverture", "working_calendar"]
        default: []
        }
    }

    package var isRequired: Bool { self == .id || self == .name }
    package var isOneLine: Bool { self == .id || self == .name }
}

extension Residence: DirectoryNoun {
    package typealias Column = ResidenceColumn

    package static var kind: DirectoryKind { .residences }
    package static var word: Text { Text(fr: "résidence", en: "residence") }
    package var key: String { Folding.text(id) }
    package static var keyColumn: ResidenceColumn { .id }
    package var alias: String? { name.isEmpty ? nil : Folding.text(name) }
    package static var aliasColumn: ResidenceColumn { .name }

    package subscript(column: ResidenceColumn) -> String {
        get {
            switch column {
            case .id: id
            case .name: name
            case .address: address
            case .territory: territory
            case .zone: zone
            case .region: region
            case .calendar: calendar
            case .phone: phone
            case .commonParts: commonParts.joined(separator: "\n")
            }
        }
        set {
            switch column {
            case .id: id = newValue
            case .name: name = newValue
            case .address: address = newValue
            case .territory: territory = newValue
            case .zone: zone = newValue
            case .region: region = newValue
            case .calendar: calendar = newValue
            case .phone: phone = newValue
            case .commonParts: commonParts = newValue.split(separator: "\n").map(String.init)
            }
        }
    }

    package var cells: [String] { Column.allCases.map { self[$0] } }

    package init(cells: [String]) {
        self.init()
        for (column, cell) in zip(Column.allCases, cells) { self[column] = cell }
    }

    package mutating func read(_ text: String, as column: ResidenceColumn) -> CellMistake? {
        switch column {
        case .zone:
            // Also if it is unknown, so that it is not missing besides.
            zone = text
            guard Zone(text) != nil else {
                return CellMistake(
                    unknown: Text(
                        fr: "« \(text) » n'est pas un fuseau horaire", en: "\"\(text)\" is no time zone"), text,
                    among: Zone.names)
            }
        case .region:
            guard let known = HolidayRegion(text) else {
                return CellMistake(
                    unknown: Text(
                        fr: "« \(text) » n'est pas une région de jours fériés (FR, ou un département comme FR-57)",
                        en: "\"\(text)\" is no region of public holidays (FR, or a department like FR-57)"
                    ), text, among: HolidayRegion.names)
            }
            region = known.description
        case .commonParts: commonParts = CellText.list(text)
        case .id, .name, .address, .territory, .calendar, .phone: self[column] = text
        }
        return nil
    }

    /// A residence's opening hours and zone are needed for every promise, so both must be known.
    package mutating func complete(in context: DirectoryContext) -> [(column: ResidenceColumn, mistake: CellMistake)] {
        guard !calendar.isEmpty else {
            guard zone.isEmpty else { return [] }
            return [
                (
                    .zone,
                    CellMistake(
                        .missingZone,
                        fr: "la résidence n'a ni fuseau horaire ni calendrier d'ouverture, qui en aurait un",
                        en: "the residence has neither a time zone nor a working calendar, which would have one")
                )
            ]
        }
        // A name in a configuration is compared as it is written, except for its case.
        if let known = context.calendars.first(where: { Folding.text($0) == Folding.text(calendar) }) {
            calendar = known
            return []
        }
        let name = calendar
        let known = context.calendars.joined(separator: ", ")
        let unknown =
            known.isEmpty
            ? Text(
                fr: "il n'y a pas de calendrier d'ouverture « \(name) » (working_calendars est vide)",
                en: "there is no working calendar \"\(name)\" (working_calendars is empty)")
            : Text(
                fr: "il n'y a pas de calendrier d'ouverture « \(name) » (working_calendars : \(known))",
                en: "there is no working calendar \"\(name)\" (working_calendars: \(known))")
        return [(.calendar, CellMistake(unknown: unknown, name, among: context.calendars))]
    }

    package static func file(
        _ bytes: [UInt8], in context: DirectoryContext, progress: (Int, Int) -> Bool
    ) -> DirectoryFile<Residence> {
        DirectoryFile(bytes, in: context, progress: progress)
    }
}

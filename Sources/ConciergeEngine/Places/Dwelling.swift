package import ConciergeKit

/// A dwelling of the directory. Residence and label say which one it is.
package struct Dwelling: Sendable, Hashable {
    /// The key of the landlord's own system, as it was written; empty if there is none.
    package var id = ""
    /// As on the door.
    package var label = ""
    /// The id of its residence, as the directory has it.
    package var residence = ""
    package var floor = ""
    /// Whether it is adapted to reduced mobility; nil if the file does not say.
    package var isAdapted: Bool?
    /// Whether it has connected equipment; nil if the file does not say.
    package var isConnected: Bool?

    package init() {}

    /// The key of a dwelling. The folding makes other quotation marks of `›`, so that it stands in no key of a residence.
    ///
    /// - Parameter residence: The residence's key.
    package static func key(of label: String, residence: String) -> String {
        "\(residence)›\(Folding.text(label))"
    }

    /// A text that is before the keys of a residence's dwellings, and one that is after them.
    package static func keys(ofResidence residence: String) -> (after: String, before: String) {
        ("\(residence)›", "\(residence)›\u{10FFFF}")
    }
}

/// A column of the dwellings' file.
package enum DwellingColumn: String, DirectoryColumn {
    case id, label, residence, floor, adapted, connected

    package var words: Text {
        switch self {
        case .id: Text(fr: "identifiant", en: "id")
        case .label: Text(fr: "logement", en: "label")
        case .residence: Text(fr: "résidence", en: "residence")
        case .floor: Text(fr: "étage", en: "floor")
        case .adapted: Text(fr: "adapté", en: "adapted")
        case .connected: Text(fr: "connecté", en: "connected")
        }
    }

    package var otherNames: [String] { self == .label ? ["dwelling", "libellé"] : [] }
    package var isRequired: Bool { self == .label || self == .residence }
    package var isOneLine: Bool { self == .id || self == .label }
}

extension Dwelling: DirectoryNoun {
    package typealias Column = DwellingColumn

    package static var kind: DirectoryKind { .dwellings }
    package static var word: Text { Text(fr: "logement", en: "dwelling") }
    package var key: String {
        label.isEmpty || residence.isEmpty ? "" : Self.key(of: label, residence: Folding.text(residence))
    }
    package static var keyColumn: DwellingColumn { .label }
    package var alias: String? { id.isEmpty ? nil : Folding.text(id) }
    package static var aliasColumn: DwellingColumn { .id }

    package subscript(column: DwellingColumn) -> String {
        get {
            switch column {
            case .id: id
            case .label: label
            case .residence: residence
            case .floor: floor
            case .adapted: Self.stored(isAdapted)
            case .connected: Self.stored(isConnected)
            }
        }
        set {
            switch column {
            case .id: id = newValue
            case .label: label = newValue
            case .residence: residence = newValue
            case .floor: floor = newValue
            case .adapted: isAdapted = CellText.yesOrNo(newValue)
            case .connected: isConnected = CellText.yesOrNo(newValue)
            }
        }
    }

    private static func stored(_ value: Bool?) -> String { value.map { $0 ? "yes" : "no" } ?? "" }

    package var cells: [String] { Column.allCases.map { self[$0] } }

    package init(cells: [String]) {
        self.init()
        for (column, cell) in zip(Column.allCases, cells) { self[column] = cell }
    }

    package mutating func read(_ text: String, as column: DwellingColumn) -> CellMistake? {
        switch column {
        case .adapted, .connected:
            guard CellText.yesOrNo(text) != nil else {
                return CellMistake(
                    .yesOrNo, fr: "« \(text) » : attendu oui ou non", en: "\"\(text)\": expected yes or no")
            }
            self[column] = text
        case .id, .label, .residence, .floor: self[column] = text
        }
        return nil
    }

    /// Its residence may be written by id or by name, and is kept by id.
    package mutating func complete(in context: DirectoryContext) -> [(column: DwellingColumn, mistake: CellMistake)] {
        guard !residence.isEmpty else { return [] }
        if let known = context.residence(residence) {
            residence = known.id
            return []
        }
        let name = residence
        return [
            (
                .residence,
                CellMistake(
                    unknown: Text(
                        fr: "la résidence « \(name) » n'est pas dans l'annuaire",
                        en: "the directory has no residence \"\(name)\""), name, among: context.residenceNames)
            )
        ]
    }

    package static func file(
        _ bytes: [UInt8], in context: DirectoryContext, progress: (Int, Int) -> Bool
    ) -> DirectoryFile<Dwelling> {
        DirectoryFile(bytes, in: context, progress: progress)
    }
}

package import ConciergeKit

/// Somebody who has moved out and is no longer in the directory. An import whose file still has them does not bring them
/// back. Nothing of them is kept but the id and the day.
package struct Departure: Sendable, Hashable {
    /// The key of the landlord's own system, as it was written.
    package var id = ""
    /// The day on which they moved out.
    package var day: LocalDate?

    package init() {}

    package init(id: String, day: LocalDate) {
        self.id = id
        self.day = day
    }
}

/// What is kept of somebody who has moved out.
package enum DepartureColumn: String, DirectoryColumn {
    case id
    case day = "moved_out"

    package var words: Text {
        switch self {
        case .id: Text(fr: "identifiant", en: "id")
        case .day: Text(fr: "sortie", en: "moved_out")
        }
    }

    package var isRequired: Bool { true }
    package var isOneLine: Bool { true }
}

extension Departure: DirectoryNoun {
    package typealias Column = DepartureColumn

    package static var kind: DirectoryKind { .departures }
    package static var word: Text { Text(fr: "départ", en: "departure") }
    package var key: String { Resident.key(of: id) }
    package static var keyColumn: DepartureColumn { .id }

    package subscript(column: DepartureColumn) -> String {
        get {
            switch column {
            case .id: id
            case .day: day?.description ?? ""
            }
        }
        set {
            switch column {
            case .id: id = newValue
            case .day: day = LocalDate(newValue)
            }
        }
    }

    package var cells: [String] { Column.allCases.map { self[$0] } }

    package init(cells: [String]) {
        for (column, cell) in zip(Column.allCases, cells) { self[column] = cell }
    }

    package mutating func read(_ text: String, as column: DepartureColumn) -> CellMistake? {
        self[column] = text
        return nil
    }

    package static func file(
        _ bytes: [UInt8], in context: DirectoryContext, progress: (Int, Int) -> Bool
    ) -> DirectoryFile<Departure> {
        DirectoryFile(bytes, in: context, progress: progress)
    }
}

import ConciergeKit
import Tables

/// A carrier's list of parcels to come: a table with the columns number, resident and carrier, in any order.
///
/// All lines are read, or none: a list with a mistake is refused with the lines and what is wrong in each.
struct AnnouncedParcels: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        let number: TrackingNumber
        let resident: String
        let carrier: String?
    }

    let text: String
    let lines: [Line]

    /// More mistakes are counted, not listed.
    private static let listedMistakes = 5

    private init(text: String, lines: [Line]) { (self.text, self.lines) = (text, lines) }

    static let example = AnnouncedParcels(written: "numéro;locataire;transporteur\n6A12345678901;apt-12;Colissimo\n")
}

extension AnnouncedParcels: WrittenValue {
    /// A text of several lines, so that its length is limited in characters.
    static var kind: FieldKind { .string }

    static var form: Text {
        Text(
            fr: "un tableau avec les colonnes numéro, locataire et transporteur",
            en: "a table with the columns number, resident and carrier")
    }

    var measure: Int? { text.count }
    var writtenText: String { text }

    init?(written text: String) {
        let reading = AnnouncementReading(text)
        guard reading.mistakes.isEmpty else { return nil }
        self.init(text: text, lines: reading.lines)
    }

    static func mistake(in text: String) -> Text? {
        let mistakes = AnnouncementReading(text).mistakes
        guard !mistakes.isEmpty else { return nil }
        let listed = Text(verbatim: "; ", joining: Array(mistakes.prefix(listedMistakes)))
        let rest = mistakes.count - listedMistakes
        guard rest > 0 else { return listed }
        return Text(
            fr: "\(listed) ; et \(rest, "autre erreur", "autres erreurs")",
            en: "\(listed); and \(rest, "more mistake", "more mistakes")")
    }
}

/// Reads a carrier's list line by line, and notes what is wrong.
private struct AnnouncementReading {
    private enum Column: CaseIterable {
        case number, resident, carrier

        var names: [String] {
            switch self {
            case .number: ["number", "numero", "tracking", "numero de suivi", "n°"]
            case .resident: ["resident", "locataire", "destinataire"]
            case .carrier: ["carrier", "transporteur"]
            }
        }

        var words: Text {
            switch self {
            case .number: Text(fr: "numéro", en: "number")
            case .resident: Text(fr: "locataire", en: "resident")
            case .carrier: Text(fr: "transporteur", en: "carrier")
            }
        }

        var isRequired: Bool { self != .carrier }

        static func named(_ text: String) -> Column? {
            let name = Folding.text(text)
            return allCases.first { $0.names.contains(name) }
        }
    }

    private(set) var lines: [AnnouncedParcels.Line] = []
    private(set) var mistakes: [Text] = []

    init(_ text: String) {
        var reader = TableReader(Array(text.utf8)) { Column.named($0) != nil }
        guard let head = reader.nextWithText(), let places = places(in: head) else { return }
        var seen: [TrackingNumber: Int] = [:]
        while let record = reader.nextWithText() {
            guard let line = read(record, places) else { continue }
            if let first = seen.updateValue(record.line, forKey: line.number) {
                note(
                    record.line,
                    Text(
                        fr: "\(line.number.text) est déjà à la ligne \(first)",
                        en: "\(line.number.text) is on line \(first) already"))
            }
            lines.append(line)
        }
        if lines.isEmpty, mistakes.isEmpty {
            note(head.line, Text(fr: "aucun colis ne suit", en: "no parcel follows"))
        }
    }

    /// The places of the columns; nil if a required one is missing.
    private mutating func places(in head: TableRecord) -> [Column: Int]? {
        var places: [Column: Int] = [:]
        for (place, cell) in head.cells.enumerated() {
            guard let column = Column.named(cell.text) else { continue }
            places[column] = places[column] ?? place
        }
        for column in Column.allCases where column.isRequired && places[column] == nil {
            note(
                head.line,
                Text(fr: "il manque la colonne « \(column.words) »", en: "the column \"\(column.words)\" is missing"))
        }
        return mistakes.isEmpty ? places : nil
    }

    private mutating func read(_ record: TableRecord, _ places: [Column: Int]) -> AnnouncedParcels.Line? {
        guard !record.cells.contains(where: { $0.mistake != nil }) else {
            note(record.line, Text(fr: "une cellule est illisible", en: "a cell cannot be read"))
            return nil
        }
        func text(_ column: Column) -> String? {
            guard let place = places[column], place < record.cells.count else { return nil }
            let text = record.cells[place].text
            return text.isEmpty ? nil : text
        }
        guard let written = text(.number), let resident = text(.resident) else {
            for column in Column.allCases where column.isRequired && text(column) == nil {
                note(
                    record.line,
                    Text(fr: "« \(column.words) » est vide", en: "\"\(column.words)\" is empty"))
            }
            return nil
        }
        guard let number = TrackingNumber(written) else {
            let reason = TrackingNumber.mistake(in: written)
            note(
                record.line,
                reason ?? Text(fr: "« \(written) » n'est pas un numéro", en: "\"\(written)\" is not a number"))
            return nil
        }
        return AnnouncedParcels.Line(number: number, resident: resident, carrier: text(.carrier))
    }

    private mutating func note(_ line: Int, _ reason: Text) {
        mistakes.append(Text(fr: "ligne \(line) : \(reason)", en: "line \(line): \(reason)"))
    }
}

extension TableReader {
    /// The next record that has any text.
    fileprivate mutating func nextWithText() -> TableRecord? {
        while let record = next() {
            if !record.isBlank { return record }
        }
        return nil
    }
}

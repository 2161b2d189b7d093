package import ConciergeKit
package import Tables

/// What a file of residents says: either its residents, or every mistake in it.
package struct ResidentsFile: Sendable {
    /// Nil for a file without a byte.
    package private(set) var encoding: TableEncoding?
    /// Nil for a file without a line.
    package private(set) var separator: Character?
    /// The columns that the file has. It says nothing about what the others hold.
    package private(set) var columns: Set<ResidentColumn> = []
    /// Columns that are not read, as they are written.
    package private(set) var unknownColumns: [String] = []
    /// Empty if there are mistakes.
    package private(set) var residents: [Resident] = []
    /// In the order of their lines.
    package private(set) var mistakes: [Finding] = []
    /// What was changed in reading; none of it prevents the import.
    package private(set) var notices: [Finding] = []

    /// Something that was found in a line.
    package struct Finding: Sendable, Hashable {
        /// The physical line on which the record begins, counted from 1.
        package let line: Int
        package let column: ResidentColumn?
        package let kind: Kind
        /// In words that need no subject: line and column are said beside it.
        package let reason: Text

        /// A word for programs.
        package enum Kind: String, Sendable {
            case encoding, empty, quote
            case missingColumn = "missing-column"
            case duplicateColumn = "duplicate-column"
            case missingValue = "missing-value"
            case extraCell = "extra-cell"
            case duplicateKey = "duplicate-key"
            case date
            case shortenedNumber = "shortened-number"
            case controlCharacter = "control-character"
            case unclosedQuote = "unclosed-quote"
            case tooLong = "too-long"
            case directionMarks = "direction-marks"
        }
    }

    /// Reads a file. It takes about a second for 100,000 residents.
    ///
    /// - Parameter progress: Told now and then how many bytes of how many are read; false ends the reading early.
    package init(_ file: [UInt8], progress: (Int, Int) -> Bool = { _, _ in true }) {
        guard !file.isEmpty else {
            mistakes = [Finding(line: 1, column: nil, kind: .empty, reason: Self.empty)]
            return
        }
        var reader = TableReader(file) { ResidentColumn.named($0) != nil }
        encoding = reader.encoding
        guard let header = reader.nextWithText() else {
            mistakes = [Finding(line: 1, column: nil, kind: .empty, reason: Self.empty)]
            return
        }
        separator = reader.separator
        guard let places = places(in: header, isMacRoman: reader.isMacRoman) else { return }
        read(&reader, places, width: header.cells.count, after: header.line, progress)
    }

    // MARK: The first line

    /// The position of each column; nil if the rest cannot be read for mistakes in the first line.
    private mutating func places(in header: TableRecord, isMacRoman: Bool) -> [ResidentColumn: Int]? {
        var places: [ResidentColumn: Int] = [:]
        for (index, cell) in header.cells.enumerated() {
            let column = ResidentColumn.named(cell.text)
            if let mistake = cell.mistake { note(mistake, header.line, column, isMacRoman: isMacRoman) }
            guard let column else {
                if !cell.text.isEmpty { unknownColumns.append(cell.text) }
                continue
            }
            guard places[column] == nil else {
                mistakes.append(
                    Finding(
                        line: header.line, column: column, kind: .duplicateColumn,
                        reason: Text(fr: "la colonne existe deux fois", en: "the column is there twice")))
                continue
            }
            places[column] = index
        }
        guard header.unclosed == nil else { return nil }
        for column in ResidentColumn.allCases where column.isRequired && places[column] == nil {
            mistakes.append(
                Finding(
                    line: header.line, column: column, kind: .missingColumn,
                    reason: Text(
                        fr: "la colonne « \(column.words) » manque", en: "there is no column \"\(column.words)\"")))
        }
        columns = Set(places.keys)
        return mistakes.contains { $0.kind == .missingColumn || $0.kind == .duplicateColumn } ? nil : places
    }

    // MARK: The records

    private mutating func read(
        _ reader: inout TableReader, _ places: [ResidentColumn: Int], width: Int, after headerLine: Int,
        _ progress: (Int, Int) -> Bool
    ) {
        var lines: [String: Int] = [:]
        var count = 0
        let columns = places.sorted { $0.value < $1.value }
        let names = Dictionary(uniqueKeysWithValues: places.map { ($0.value, $0.key) })
        while let record = reader.nextWithText() {
            count += 1
            if count.isMultiple(of: 2_000), !progress(reader.position, reader.size) { break }
            if let place = record.unclosed {
                note(.unclosedQuote, record.line, names[place], isMacRoman: false)
                break
            }
            check(record, names, width: width, isMacRoman: reader.isMacRoman)
            var resident = Resident(id: "", name: "", dwelling: "")
            for (column, place) in columns {
                // Programs leave out empty cells at the end of a line.
                let cell = place < record.cells.count ? record.cells[place] : .empty
                set(column, of: &resident, to: cell, record.line)
            }
            if !resident.id.isEmpty {
                let key = resident.key
                if let first = lines[key] {
                    let id = resident.id
                    mistakes.append(
                        Finding(
                            line: record.line, column: .id, kind: .duplicateKey,
                            reason: Text(
                                fr: "« \(id) » est déjà à la ligne \(first)",
                                en: "\"\(id)\" is on line \(first) already")))
                } else {
                    lines[key] = record.line
                }
            }
            if mistakes.isEmpty { residents.append(resident) }
        }
        if count == 0, mistakes.isEmpty {
            mistakes.append(
                Finding(
                    line: headerLine, column: nil, kind: .empty,
                    reason: Text(
                        fr: "le fichier n'a que les noms des colonnes, et aucun locataire",
                        en: "the file has the names of its columns alone, and no resident")))
        }
        if !mistakes.isEmpty { residents = [] }
    }

    /// Notes what is wrong with a record's cells, whatever they mean.
    private mutating func check(
        _ record: TableRecord, _ names: [Int: ResidentColumn], width: Int, isMacRoman: Bool
    ) {
        for (place, cell) in record.cells.enumerated() {
            if let mistake = cell.mistake { note(mistake, record.line, names[place], isMacRoman: isMacRoman) }
            if cell.hadDirectionMarks, let column = names[place] {
                notices.append(
                    Finding(
                        line: record.line, column: column, kind: .directionMarks,
                        reason: Text(
                            fr: "des marques invisibles de sens d'écriture ont été retirées",
                            en: "invisible marks of the direction of writing were removed")))
            }
            if place >= width, cell.mistake == nil, !cell.text.isEmpty {
                let count = record.cells.count
                mistakes.append(
                    Finding(
                        line: record.line, column: nil, kind: .extraCell,
                        reason: Text(
                            fr: "la ligne a \(count) cellules, la première ligne en a \(width)",
                            en: "the line has \(count) cells, the first line has \(width)")))
                break
            }
        }
    }

    private mutating func set(
        _ column: ResidentColumn, of resident: inout Resident, to cell: TableCell, _ line: Int
    ) {
        guard cell.mistake == nil else { return }
        let text = cell.text
        guard !text.isEmpty else {
            if column.isRequired {
                mistakes.append(
                    Finding(
                        line: line, column: column, kind: .missingValue,
                        reason: Text(fr: "la cellule est vide", en: "the cell is empty")))
            }
            return
        }
        if Self.isShortened(text) {
            mistakes.append(
                Finding(
                    line: line, column: column, kind: .shortenedNumber,
                    reason: Text(
                        fr:
                            "Excel a abrégé ce nombre (\(text)), et ses chiffres sont perdus ; donnez à la colonne le format Texte et exportez de nouveau",
                        en:
                            "Excel has shortened this number (\(text)), and its digits are lost; give the column the format Text and export again"
                    )))
            return
        }
        switch column {
        case .id:
            if text.utf8.contains(0x0A) { return note(.control(0x0A), line, column, isMacRoman: false) }
            resident.id = text
        case .name: resident.name = text
        case .dwelling: resident.dwelling = text
        case .residence: resident.residence = text
        case .language: resident.language = text
        case .publics: resident.publics = Self.list(text)
        case .email: resident.email = text
        case .phone: resident.phone = text
        case .movedIn:
            resident.movedIn = Self.day(text)
            if resident.movedIn == nil {
                mistakes.append(
                    Finding(
                        line: line, column: column, kind: .date,
                        reason: Text(
                            fr:
                                "« \(text) » n'est pas un jour : attendu jour/mois/année, comme 31/12/2026, ou 2026-12-31",
                            en: "\"\(text)\" is no day: expected day/month/year, like 31/12/2026, or 2026-12-31")))
            }
        }
    }

    private mutating func note(
        _ mistake: TableCell.Mistake, _ line: Int, _ column: ResidentColumn?, isMacRoman: Bool
    ) {
        let (kind, reason): (Finding.Kind, Text) =
            switch mistake {
            case .encoding(let bytes) where isMacRoman:
                (
                    .encoding,
                    Text(
                        fr:
                            "le fichier est dans l'ancien codage des Macintosh (octets \(bytes)), qui n'est pas lu ; exportez en « CSV UTF-8 »",
                        en:
                            "the file is in the old encoding of Macintosh (bytes \(bytes)), which is not read; export as \"CSV UTF-8\""
                    )
                )
            case .encoding(let bytes):
                (
                    .encoding,
                    Text(
                        fr: "la ligne n'est pas dans le codage du reste du fichier (octets \(bytes))",
                        en: "the line is not in the encoding of the rest of the file (bytes \(bytes))")
                )
            case .unclosedQuote:
                (
                    .unclosedQuote,
                    Text(
                        fr: "un guillemet est ouvert ici et n'est jamais refermé",
                        en: "a quote opens here and is never closed")
                )
            case .textAfterQuote:
                (
                    .quote,
                    Text(
                        fr: "du texte suit le guillemet qui ferme la cellule",
                        en: "text follows the quote that closes the cell")
                )
            case .control(let number):
                (.controlCharacter, TextLimits.mistake(ofControl: number))
            case .tooLong:
                (
                    .tooLong,
                    Text(
                        fr: "la cellule a plus de \(TableCell.limit) caractères",
                        en: "the cell has more than \(TableCell.limit) characters")
                )
            }
        mistakes.append(Finding(line: line, column: column, kind: kind, reason: reason))
    }

    private static let empty = Text(fr: "le fichier est vide", en: "the file is empty")

    // MARK: Values

    /// Several publics in a cell are separated by commas or bars.
    private static func list(_ text: String) -> [String] {
        text.split { $0 == "," || $0 == "|" }.map { $0.trimmingSpaces }.filter { !$0.isEmpty }
    }

    /// Whether it is a number as Excel writes one that is too long for its cell: `4,68769E+17`.
    static func isShortened(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func digits(_ rest: inout Substring.UTF8View) -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard digits(&rest) > 0 else { return false }
        if rest.first == UInt8(ascii: ",") || rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits(&rest) > 0 else { return false }
        }
        guard let exponent = rest.popFirst(), exponent | 0x20 == UInt8(ascii: "e") else { return false }
        guard let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        return digits(&rest) > 0 && rest.isEmpty
    }

    /// A day: `2026-12-31`, or day first with slashes, full stops or hyphens; at midnight if an hour follows.
    static func day(_ text: String) -> LocalDate? {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == " " || $0 == "T" }
        guard parts.count == 1 || parts.count == 2 && isMidnight(parts[1]) else { return nil }
        let day = String(parts[0])
        if let date = LocalDate(day) { return date }
        guard let mark = day.first(where: { $0 == "/" || $0 == "." || $0 == "-" }) else { return nil }
        let numbers = day.split(separator: mark, omittingEmptySubsequences: false)
        guard numbers.count == 3, (1...2).contains(numbers[0].utf8.count), (1...2).contains(numbers[1].utf8.count),
            numbers[2].utf8.count == 4,
            numbers.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let first = Int(numbers[0]), let second = Int(numbers[1]), let third = Int(numbers[2])
        else { return nil }
        return LocalDate(year: third, month: second, day: first)
    }

    private static func isMidnight(_ text: Substring) -> Bool {
        ["00:00", "0:00", "00:00:00", "0:00:00", "00:00:00.000"].contains(text)
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

extension Substring {
    fileprivate var trimmingSpaces: String {
        var text = self
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}

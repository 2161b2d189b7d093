import ConciergeKit
package import Tables

/// What a file of the directory says: either what its lines hold, or every mistake in it.
package struct DirectoryFile<Noun: DirectoryNoun>: Sendable {
    package typealias Column = Noun.Column
    package typealias Finding = DirectoryFinding

    /// Nil for a file without a byte.
    package private(set) var encoding: TableEncoding?
    /// Nil for a file without a line.
    package private(set) var separator: Character?
    /// The columns that the file has. It says nothing about what the others hold.
    package private(set) var columns: Set<Column> = []
    /// Columns that are not read, as they are written.
    package private(set) var unknownColumns: [String] = []
    /// Empty if there are mistakes.
    package private(set) var entries: [Noun] = []
    /// In the order of their lines.
    package private(set) var mistakes: [Finding] = []
    /// What was changed in reading, or is not known; none of it prevents the import.
    package private(set) var notices: [Finding] = []

    /// Reads a file. It takes about a second for 100,000 residents.
    ///
    /// - Parameters:
    ///   - context: What its lines are checked against.
    ///   - progress: Told now and then how many bytes of how many are read; false ends the reading early.
    package init(
        _ file: [UInt8], in context: DirectoryContext = DirectoryContext(),
        progress: (Int, Int) -> Bool = { _, _ in true }
    ) {
        guard !file.isEmpty else {
            mistakes = [Finding(line: 1, column: Column?.none, kind: .empty, reason: Self.empty)]
            return
        }
        var reader = TableReader(file) { Column.named($0) != nil }
        encoding = reader.encoding
        guard let header = reader.nextWithText() else {
            mistakes = [Finding(line: 1, column: Column?.none, kind: .empty, reason: Self.empty)]
            return
        }
        separator = reader.separator
        guard let places = places(in: header, isMacRoman: reader.isMacRoman) else { return }
        read(&reader, places, width: header.cells.count, after: header.line, context, progress)
    }

    // MARK: The first line

    /// The position of each column; nil if the rest cannot be read for mistakes in the first line.
    private mutating func places(in header: TableRecord, isMacRoman: Bool) -> [Column: Int]? {
        var places: [Column: Int] = [:]
        for (index, cell) in header.cells.enumerated() {
            let column = Column.named(cell.text)
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
        for column in Column.allCases where column.isRequired && places[column] == nil {
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
        _ reader: inout TableReader, _ places: [Column: Int], width: Int, after headerLine: Int,
        _ context: DirectoryContext, _ progress: (Int, Int) -> Bool
    ) {
        // By key and by what may be written instead of it.
        var lines: [String: Int] = [:]
        var unknown = UnknownThings<Column>()
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
            var entry = Noun()
            for (column, place) in columns {
                // Programs leave out empty cells at the end of a line.
                let cell = place < record.cells.count ? record.cells[place] : .empty
                set(column, of: &entry, to: cell, record.line)
            }
            for (column, mistake) in entry.complete(in: context) { note(mistake, record.line, column) }
            refuseDuplicate(of: entry, record.line, &lines)
            guard mistakes.isEmpty else { continue }
            if let passed = entry.reasonToPass(in: context) {
                notices.append(
                    Finding(line: record.line, column: passed.column, kind: .movedOut, reason: passed.reason))
                continue
            }
            if let remark = entry.remark(in: context) { unknown.add(remark, line: record.line) }
            entries.append(entry)
        }
        notices += unknown.findings
        if count == 0, mistakes.isEmpty {
            mistakes.append(
                Finding(
                    line: headerLine, column: Column?.none, kind: .empty,
                    reason: Text(
                        fr: "le fichier n'a que les noms des colonnes, et aucun \(Noun.word.fr)",
                        en: "the file has the names of its columns alone, and no \(Noun.word.en)")))
        }
        if !mistakes.isEmpty { entries = [] }
    }

    /// Takes note of the names by which a thing is found, each of which is that of one thing alone.
    private mutating func refuseDuplicate(of entry: Noun, _ line: Int, _ lines: inout [String: Int]) {
        let key = entry.key
        guard !key.isEmpty else { return }
        if let first = lines.updateValue(lines[key] ?? line, forKey: key) {
            let text = entry[Noun.keyColumn]
            return note(
                CellMistake(
                    .duplicateKey, fr: "« \(text) » est déjà à la ligne \(first)",
                    en: "\"\(text)\" is on line \(first) already"),
                line, Noun.keyColumn)
        }
        guard let alias = entry.alias, alias != key,
            let first = lines.updateValue(lines[alias] ?? line, forKey: alias)
        else { return }
        let text = entry[Noun.aliasColumn]
        note(
            CellMistake(
                .duplicateName, fr: "« \(text) » désigne déjà la ligne \(first)",
                en: "\"\(text)\" names line \(first) already"),
            line, Noun.aliasColumn)
    }

    /// Notes what is wrong with a record's cells, whatever they mean.
    private mutating func check(
        _ record: TableRecord, _ names: [Int: Column], width: Int, isMacRoman: Bool
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
                        line: record.line, column: Column?.none, kind: .extraCell,
                        reason: Text(
                            fr: "la ligne a \(count) cellules, la première ligne en a \(width)",
                            en: "the line has \(count) cells, the first line has \(width)")))
                break
            }
        }
    }

    private mutating func set(_ column: Column, of entry: inout Noun, to cell: TableCell, _ line: Int) {
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
        if CellText.isShortened(text) {
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
        if column.isOneLine, text.utf8.contains(0x0A) {
            return note(.control(0x0A), line, column, isMacRoman: false)
        }
        if let mistake = entry.read(text, as: column) { note(mistake, line, column) }
    }

    private mutating func note(_ mistake: CellMistake, _ line: Int, _ column: Column) {
        mistakes.append(Finding(line: line, column: column, kind: mistake.kind, reason: mistake.reason))
    }

    private mutating func note(
        _ mistake: TableCell.Mistake, _ line: Int, _ column: Column?, isMacRoman: Bool
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

    private static var empty: Text { Text(fr: "le fichier est vide", en: "the file is empty") }
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

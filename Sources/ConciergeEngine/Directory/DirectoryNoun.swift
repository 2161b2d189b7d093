package import ConciergeKit

/// A kind of things in the directory. The raw value is the name of the kind's table in a ledger.
package enum DirectoryKind: String, Sendable, CaseIterable {
    case residents, residences, dwellings, departures
}

/// A thing of the directory, as a line of the landlord's own file has it.
///
/// What it holds is the texts of its columns: a file is read, compared and stored by them, whatever the noun is.
package protocol DirectoryNoun: Sendable, Hashable {
    associatedtype Column: DirectoryColumn

    static var kind: DirectoryKind { get }
    /// One of them, after « aucun » and "no".
    static var word: Text { get }

    /// One whose columns are all empty.
    init()

    /// A column's text as it is stored. A text that is read back gives the same value.
    subscript(column: Column) -> String { get set }

    /// The texts of all columns, in their order. This and ``init(cells:)`` are requirements, so that they are compiled for
    /// each noun: a ledger writes and reads a hundred thousand of them.
    var cells: [String] { get }
    init(cells: [String])

    /// Takes the text of a cell, which is not empty. Returns what is wrong with it.
    mutating func read(_ text: String, as column: Column) -> CellMistake?

    /// Checks what the cells mean together and beside the rest of the directory, once all of them are read.
    mutating func complete(in context: DirectoryContext) -> [(column: Column, mistake: CellMistake)]

    /// What it names and the rest of the directory does not have, without which it can be imported all the same.
    func remark(in context: DirectoryContext) -> CellRemark<Column>?

    /// Why its line is passed over, although nothing is wrong with it; nil if it is taken.
    func reasonToPass(in context: DirectoryContext) -> CellRemark<Column>?

    /// By what two lines are of the same thing, in whatever form they were typed; empty if it cannot be known.
    var key: String { get }
    /// The column to which a key that is there twice is attributed.
    static var keyColumn: Column { get }
    /// What people may write instead of the key, folded; nil if there is nothing else.
    var alias: String? { get }
    static var aliasColumn: Column { get }
    /// The words by which a search finds it, each once, in their order.
    var searchWords: [String] { get }

    /// Reads a file: ``DirectoryFile``. It is a requirement, so that the reading of each noun is compiled for it alone.
    static func file(
        _ bytes: [UInt8], in context: DirectoryContext, progress: (Int, Int) -> Bool
    ) -> DirectoryFile<Self>
}

extension DirectoryNoun {
    package mutating func complete(in context: DirectoryContext) -> [(column: Column, mistake: CellMistake)] { [] }
    package func remark(in context: DirectoryContext) -> CellRemark<Column>? { nil }
    package func reasonToPass(in context: DirectoryContext) -> CellRemark<Column>? { nil }
    package var alias: String? { nil }
    package static var aliasColumn: Column { keyColumn }
    package var searchWords: [String] { [] }
}

/// A column of a file of the directory. The raw value is its name in English, for programs and in a ledger.
package protocol DirectoryColumn: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// Its name as people read it; the first line of a file may have either.
    var words: Text { get }
    /// Other names that the first line may have.
    var otherNames: [String] { get }
    /// Whether a file must have it, with a value in each line.
    var isRequired: Bool { get }
    /// Whether its cells have one line.
    var isOneLine: Bool { get }
}

extension DirectoryColumn {
    package var otherNames: [String] { [] }
    package var isOneLine: Bool { false }

    /// The column that has this name in French or English, in any case, with or without accents; nil if none has.
    package static func named(_ name: String) -> Self? {
        let name = folded(name)
        return allCases.first { column in
            ([column.words.fr, column.words.en] + column.otherNames).contains { folded($0) == name }
        }
    }

    private static func folded(_ name: String) -> String {
        Folding.text(name).filter { $0 != "_" && $0 != "-" && $0 != " " }
    }
}

/// What is wrong with the text of a cell.
package struct CellMistake: Sendable, Hashable {
    package let kind: DirectoryFinding.Kind
    /// In words that need no subject.
    package let reason: Text

    package init(_ kind: DirectoryFinding.Kind, fr: Phrase, en: Phrase) {
        self.kind = kind
        reason = Text(fr: fr, en: en)
    }

    /// A name that nothing has, with the nearest one that something has.
    init(unknown: Text, _ name: String, among known: some Sequence<String>) {
        kind = .unknownName
        reason = unknown.adding(NearestName.suggestion(for: name, among: known))
    }
}

/// Something that was found in a line of a file.
package struct DirectoryFinding: Sendable, Hashable {
    /// The physical line on which the record begins, counted from 1.
    package let line: Int
    /// The English name of the column; nil if the whole line is concerned.
    package let column: String?
    /// The column's name for people.
    package let title: Text?
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
        case duplicateName = "duplicate-name"
        case date
        case shortenedNumber = "shortened-number"
        case controlCharacter = "control-character"
        case unclosedQuote = "unclosed-quote"
        case tooLong = "too-long"
        case directionMarks = "direction-marks"
        case unknownName = "unknown-name"
        case missingZone = "missing-zone"
        case yesOrNo = "yes-or-no"
        case unknownPlace = "unknown-place"
        case movedOut = "moved-out"
    }

    init(line: Int, column: (some DirectoryColumn)?, kind: Kind, reason: Text) {
        self.line = line
        self.column = column?.rawValue
        title = column?.words
        self.kind = kind
        self.reason = reason
    }
}

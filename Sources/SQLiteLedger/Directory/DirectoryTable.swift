package import ConciergeEngine
import ConciergeKit

/// The table of one kind of things in the directory. A row is of the editions from `since` on and before `until`.
///
/// A new edition is written beside the one that is read, in portions between other commits, and takes its place when the
/// one row of `directory` has its number. Rows of no edition that is read any more, and those of a change that was cut
/// off, are deleted.
struct DirectoryTable: Sendable {
    let name: String
    /// The number of the noun's columns.
    let width: Int
    let insertion: SQL
    let end: SQL
    let ofKey: SQL
    let ofAlias: SQL
    let page: SQL
    let ofNumber: SQL
    let count: SQL
    let unended: SQL
    let ended: SQL
    let unborn: SQL
    let deletion: SQL
    let schema: String

    /// The columns before those of the noun.
    private static let own = ["number", "key", "alias", "since", "until", "words"]

    private init<Noun: DirectoryNoun>(_ noun: Noun.Type) {
        let name = Noun.kind.rawValue
        let cells = Noun.Column.allCases.map(\.rawValue)
        let list = (["key", "words"] + cells).joined(separator: ", ")
        // `?1` is the edition.
        let isOfEdition = "since <= ?1 AND (until IS NULL OR until > ?1)"
        self.name = name
        width = cells.count
        insertion = SQL(
            kept: """
                INSERT INTO \(name) (\((Self.own + cells).joined(separator: ", ")))
                VALUES (\(questionMarks(Self.own.count + cells.count)))
                """)
        end = SQL(kept: "UPDATE \(name) SET until = ? WHERE key = ? AND until IS NULL")
        ofKey = SQL(kept: "SELECT \(list) FROM \(name) WHERE key = ?2 AND \(isOfEdition)")
        ofAlias = SQL(
            kept: "SELECT \(list) FROM \(name) WHERE alias = ?2 AND \(isOfEdition) ORDER BY key LIMIT 1")
        page = SQL(kept: "SELECT \(list) FROM \(name) WHERE key > ?2 AND \(isOfEdition) ORDER BY key LIMIT ?3")
        ofNumber = SQL(kept: "SELECT \(list) FROM \(name) WHERE number = ?2 AND \(isOfEdition)")
        count = SQL(kept: "SELECT count(*) FROM \(name) WHERE key > ?2 AND key < ?3 AND \(isOfEdition)")
        unended = SQL(
            kept: """
                UPDATE \(name) SET until = NULL WHERE number IN (SELECT number FROM \(name) WHERE until > ? LIMIT ?)
                """)
        ended = SQL(kept: "SELECT number, words FROM \(name) WHERE until <= ? LIMIT ?")
        unborn = SQL(kept: "SELECT number, words FROM \(name) WHERE since > ? LIMIT ?")
        deletion = SQL(kept: "DELETE FROM \(name) WHERE number = ?")
        schema = """
            CREATE TABLE \(name) (
                number INTEGER PRIMARY KEY,
                key TEXT NOT NULL,
                alias TEXT,
                since INTEGER NOT NULL,
                until INTEGER,
                words TEXT NOT NULL,
                \(cells.map { "\($0) TEXT NOT NULL" }.joined(separator: ",\n    ")),
                UNIQUE (key, since)
            ) STRICT;
            CREATE INDEX \(name)_alias ON \(name) (alias) WHERE alias IS NOT NULL;
            CREATE INDEX \(name)_since ON \(name) (since);
            CREATE INDEX \(name)_until ON \(name) (until) WHERE until IS NOT NULL;
            """
    }

    static let edition = SQL(kept: "SELECT edition FROM directory")
    static let all: [DirectoryTable] = DirectoryKind.allCases.map { of($0) }

    static func of(_ kind: DirectoryKind) -> DirectoryTable {
        switch kind {
        case .residents: residents
        case .residences: residences
        case .dwellings: dwellings
        case .departures: departures
        }
    }

    private static let residents = DirectoryTable(Resident.self)
    private static let residences = DirectoryTable(Residence.self)
    private static let dwellings = DirectoryTable(Dwelling.self)
    private static let departures = DirectoryTable(Departure.self)

    static let schemaOfAll = """
        CREATE TABLE directory (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            edition INTEGER NOT NULL
        ) STRICT;
        INSERT INTO directory VALUES (1, 0);
        \(all.map(\.schema).joined(separator: "\n"))
        CREATE TABLE resident_words (
            word TEXT NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (word, number)
        ) STRICT, WITHOUT ROWID;
        """
}

/// The words by which residents are found: ``SearchWords/of(_:)``.
enum ResidentWordsTable {
    static let insertion = SQL(kept: "INSERT INTO resident_words (word, number) VALUES (?, ?)")
    static let deletion = SQL(kept: "DELETE FROM resident_words WHERE word = ? AND number = ?")
    /// The rows that have a word that begins so; the second value is past all such words.
    static let beginning = SQL(kept: "SELECT number FROM resident_words WHERE word >= ? AND word < ? LIMIT ?")

    /// The parameters of ``beginning``.
    static func range(of start: String, limit: Int) -> [SQLValue] {
        [.text(start), .text(start + "\u{10FFFF}"), .int(limit)]
    }
}

/// A row that a statement of ``DirectoryTable`` selects. It knows no noun: code that is generic over nouns is slow for each
/// row.
struct DirectoryRow {
    let key: String
    let words: String
    let cells: [String]

    init(_ row: SQLRow, of table: DirectoryTable) {
        key = row[0]
        words = row[1]
        cells = (0..<table.width).map { row[Int32($0 + 2)] }
    }
}

/// A row that is to be written.
struct StagedDirectoryRow {
    let key: String
    let alias: String?
    let words: [String]
    let cells: [String]

    init(_ entry: some DirectoryNoun) {
        key = entry.key
        alias = entry.alias
        words = entry.searchWords
        cells = entry.cells
    }

    /// The values of a thing that is there from an edition on.
    func values(_ number: Int64, since edition: Int64) -> [SQLValue] {
        var values: [SQLValue] = [
            .int(number), .text(key), .optional(alias), .int(edition), .null, .text(SearchWords.text(words)),
        ]
        for cell in cells { values.append(.text(cell)) }
        return values
    }
}

extension SQLiteConnection: DirectoryEntries {
    /// The edition that is read.
    func directoryEdition() throws -> Int64 { try value(DirectoryTable.edition) ?? 0 }

    /// The thing of the directory with a key, or else with this alias.
    package func entry<Noun: DirectoryNoun>(of noun: Noun.Type, named name: String) throws -> Noun? {
        let table = DirectoryTable.of(Noun.kind)
        let values: [SQLValue] = [.int(try directoryEdition()), .text(name)]
        var found = try row(table.ofKey, values) { DirectoryRow($0, of: table) }
        if found == nil, Noun.aliasColumn != Noun.keyColumn {
            found = try row(table.ofAlias, values) { DirectoryRow($0, of: table) }
        }
        return found.map { Noun(cells: $0.cells) }
    }

    /// Deletes some rows that are of no edition, and takes back what a change that was cut off has marked. Returns
    /// whether there may be more.
    func sweepDirectory(limit: Int) throws -> Bool {
        let edition = try directoryEdition()
        var mostRows = 0
        for table in DirectoryTable.all {
            try execute(table.unended, [.int(edition), .int(limit)])
            mostRows = max(mostRows, changesCount)
            for rows in [table.unborn, table.ended] {
                let found = try self.rows(rows, [.int(edition), .int(limit)]) { ($0[0] as Int64, $0[1] as String) }
                for (number, words) in found {
                    for word in words.split(separator: " ") {
                        try execute(ResidentWordsTable.deletion, [.text(String(word)), .int(number)])
                    }
                    try execute(table.deletion, [.int(number)])
                }
                mostRows = max(mostRows, found.count)
            }
        }
        return mostRows >= limit
    }

    /// Whether a sweep has anything to do.
    func hasDirectoryLeftovers() throws -> Bool {
        let isLeft = DirectoryTable.all.map { table in
            """
            EXISTS (SELECT 1 FROM \(table.name) WHERE since > edition)
            OR EXISTS (SELECT 1 FROM \(table.name) WHERE until IS NOT NULL)
            """
        }
        return try hasRow("SELECT 1 FROM directory WHERE \(isLeft.joined(separator: " OR "))", [])
    }
}

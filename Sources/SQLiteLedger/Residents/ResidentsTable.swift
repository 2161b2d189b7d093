import ConciergeEngine
import ConciergeKit

/// The residents of the directory. A row is of the editions from `since` on and before `until`.
///
/// A new edition is written beside the one that is read, in portions between other commits, and takes its place when the
/// one row of `directory` has its number. Rows of no edition that is read any more, and those of a change that was cut
/// off, are deleted.
enum ResidentsTable: Int32, Columns {
    case number, key, since, until, words, id, name, dwelling, residence, language, publics, email, phone, movedIn

    static let list = names()
    static let insertion = insert(into: "residents")
    static let end = SQL(kept: "UPDATE residents SET until = ? WHERE key = ? AND until IS NULL")
    /// `?1` is the edition.
    private static let isOfEdition = "since <= ?1 AND (until IS NULL OR until > ?1)"
    static let ofKey = SQL(
        kept: """
            SELECT \(list) FROM residents
            WHERE key = ?2 AND \(isOfEdition)
            """)
    static let page = SQL(
        kept: """
            SELECT \(list) FROM residents
            WHERE key > ?2 AND \(isOfEdition) ORDER BY key LIMIT ?3
            """)
    static let ofNumber = SQL(
        kept: """
            SELECT \(list) FROM residents
            WHERE number = ?2 AND \(isOfEdition)
            """)
    static let unended = SQL(
        kept: """
            UPDATE residents SET until = NULL WHERE number IN (SELECT number FROM residents WHERE until > ? LIMIT ?)
            """)
    static let ended = SQL(kept: "SELECT number, words FROM residents WHERE until <= ? LIMIT ?")
    static let unborn = SQL(kept: "SELECT number, words FROM residents WHERE since > ? LIMIT ?")
    static let deletion = SQL(kept: "DELETE FROM residents WHERE number = ?")

    static let schema = """
        CREATE TABLE directory (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            edition INTEGER NOT NULL
        ) STRICT;
        INSERT INTO directory VALUES (1, 0);
        CREATE TABLE residents (
            number INTEGER PRIMARY KEY,
            key TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER,
            words TEXT NOT NULL,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            dwelling TEXT NOT NULL,
            residence TEXT NOT NULL,
            language TEXT NOT NULL,
            publics TEXT NOT NULL,
            email TEXT NOT NULL,
            phone TEXT NOT NULL,
            moved_in TEXT,
            UNIQUE (key, since)
        ) STRICT;
        CREATE INDEX residents_since ON residents (since);
        CREATE INDEX residents_until ON residents (until) WHERE until IS NOT NULL;
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

extension Resident {
    init(_ row: TableRow<ResidentsTable>) {
        let publics: String = row[.publics]
        let movedIn: String? = row[.movedIn]
        self.init(
            id: row[.id], name: row[.name], dwelling: row[.dwelling], residence: row[.residence],
            language: row[.language], publics: publics.split(separator: "\n").map(String.init), email: row[.email],
            phone: row[.phone], movedIn: movedIn.flatMap { LocalDate($0) })
    }

    /// The row of a resident who is there from an edition on.
    func values(_ number: Int64, since edition: Int64, words: String) -> [SQLValue] {
        [
            .int(number), .text(key), .int(edition), .null, .text(words), .text(id), .text(name), .text(dwelling),
            .text(residence), .text(language), .text(publics.joined(separator: "\n")), .text(email), .text(phone),
            .optional(movedIn?.description),
        ]
    }
}

extension SQLiteConnection {
    /// The edition that is read.
    func directoryEdition() throws -> Int64 { try value("SELECT edition FROM directory") ?? 0 }

    /// Deletes some rows that are of no edition, and takes back what a change that was cut off has marked. Returns
    /// whether there may be more.
    func sweepDirectory(limit: Int) throws -> Bool {
        let edition = try directoryEdition()
        try execute(ResidentsTable.unended, [.int(edition), .int(limit)])
        var count = changesCount
        for rows in [ResidentsTable.unborn, ResidentsTable.ended] {
            let found = try self.rows(rows, [.int(edition), .int(limit)]) { ($0[0] as Int64, $0[1] as String) }
            for (number, words) in found {
                for word in words.split(separator: " ") {
                    try execute(ResidentWordsTable.deletion, [.text(String(word)), .int(number)])
                }
                try execute(ResidentsTable.deletion, [.int(number)])
            }
            count = max(count, found.count)
        }
        return count >= limit
    }

    /// Whether a sweep has anything to do.
    func hasDirectoryLeftovers() throws -> Bool {
        try hasRow(
            """
            SELECT 1 FROM directory WHERE EXISTS (SELECT 1 FROM residents WHERE since > edition)
                OR EXISTS (SELECT 1 FROM residents WHERE until IS NOT NULL)
            """, [])
    }
}

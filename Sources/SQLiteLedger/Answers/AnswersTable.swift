import ConciergeEngine
import ConciergeKit

/// The first answers to idempotency keys.
enum AnswersTable: Int32, Columns {
    case key, fingerprint, answer, at

    static let list = names()
    static let insertion = insert(into: "answers")
    static let answerToKey = SQL(kept: "SELECT \(list) FROM answers WHERE key = ?")

    static let schema = """
        CREATE TABLE answers (
            key TEXT PRIMARY KEY,
            fingerprint TEXT NOT NULL,
            answer TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX answers_by_age ON answers (at);
        """
}

extension SQLiteConnection {
    func apply(_ answers: [String: StoredAnswer]) throws {
        for answer in answers.values {
            try execute(
                AnswersTable.insertion,
                [.text(answer.key), .text(answer.fingerprint), .utf8(answer.answer.stored), .instant(answer.at)])
        }
    }

    /// Deletes expired answers, at most `limit`. Returns how many it deleted.
    func pruneAnswers(_ retention: Retention, at now: Instant, limit: Int) throws -> Int {
        guard let cutoff = retention.answers.cutoff(at: now) else { return 0 }
        try execute(
            "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE at <= ? ORDER BY at LIMIT ?)",
            [.instant(cutoff), .int(limit)])
        return changesCount
    }
}

extension SQLiteFacts {
    func answer(to key: String) throws -> StoredAnswer? {
        try database.row(AnswersTable.answerToKey, [.text(key)]) { row in
            let row = TableRow<AnswersTable>(row: row)
            guard let answer = Answered(stored: row.bytes(.answer)) else {
                throw LedgerError.unavailable(reason: "the answer to the key \(key) cannot be read")
            }
            return StoredAnswer(key: row[.key], fingerprint: row[.fingerprint], answer: answer, at: row[.at])
        }
    }
}

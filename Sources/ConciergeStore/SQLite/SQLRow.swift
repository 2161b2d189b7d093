import ConciergeKit
import GRDB
import GRDBSQLite
import JSON

/// The row that a statement stands on, until it goes on to the next. Columns are taken by their place in the SELECT;
/// they are declared NOT NULL, or taken as what may be missing.
struct SQLRow {
    fileprivate let statement: SQLiteStatement

    subscript(index: Int32) -> Int64 { sqlite3_column_int64(statement, index) }
    subscript(index: Int32) -> Int { Int(self[index] as Int64) }
    subscript(index: Int32) -> Bool { self[index] as Int64 != 0 }
    subscript(index: Int32) -> String { String(decoding: utf8(index), as: UTF8.self) }
    subscript(index: Int32) -> Int64? { isNull(index) ? nil : .some(self[index] as Int64) }
    subscript(index: Int32) -> String? { isNull(index) ? nil : .some(self[index] as String) }

    /// How many bytes a text has.
    func size(_ index: Int32) -> Int { utf8(index).count }
    func bytes(_ index: Int32) -> [UInt8] { Array(utf8(index)) }

    /// JSON, which goes into replies as it is; nil where it is not, because somebody else has written it.
    func json(_ index: Int32) -> [UInt8]? {
        let bytes = utf8(index)
        return JSON.isWellFormed(bytes) ? Array(bytes) : nil
    }

    func jsonIfThere(_ index: Int32) -> [UInt8]? { isNull(index) ? nil : json(index) }

    func instant(_ index: Int32) -> Instant { Instant(milliseconds: self[index]) }

    func text(_ fr: Int32, _ en: Int32) -> Text? {
        isNull(fr) || isNull(en) ? nil : Text(saidInFrench: self[fr], english: self[en])
    }

    private func isNull(_ index: Int32) -> Bool { sqlite3_column_type(statement, index) == SQLITE_NULL }

    private func utf8(_ index: Int32) -> UnsafeBufferPointer<UInt8> {
        // Its length is that of the text that was just made: sqlite.org/c3ref/column_blob.html.
        let start = sqlite3_column_text(statement, index)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index)))
    }
}

extension Database {
    /// Runs a statement that writes, prepared once for each text.
    ///
    /// GRDB prepares statements and holds the connection; values are bound and rows are read here, because a commit
    /// writes many rows of few columns, a call reads a few, and GRDB's own arguments and rows cost more than all that
    /// SQLite does for them (docs/performance.md).
    func execute(_ sql: String, _ values: [SQLValue]) throws {
        try run(sql, values) { statement in
            let code = sqlite3_step(statement)
            guard code == SQLITE_DONE else { throw failure(code) }
        }
    }

    /// What is made of each row. `make` may ask for other rows, by another statement.
    func rows<Element>(
        _ sql: String, _ values: [SQLValue] = [], _ make: (SQLRow) throws -> Element
    ) throws -> [Element] {
        try run(sql, values) { statement in
            var elements: [Element] = []
            while try step(statement) { elements.append(try make(SQLRow(statement: statement))) }
            return elements
        }
    }

    /// Hands over row after row, for as long as `body` returns true. It may ask for other rows, by another statement.
    func each(_ sql: String, _ values: [SQLValue], _ body: (SQLRow) throws -> Bool) throws {
        try run(sql, values) { statement in
            while try step(statement), try body(SQLRow(statement: statement)) {}
        }
    }

    /// What is made of the first row; nil where there is none.
    func row<Element>(
        _ sql: String, _ values: [SQLValue] = [], _ make: (SQLRow) throws -> Element
    ) throws -> Element? {
        try run(sql, values) { statement in
            try step(statement) ? try make(SQLRow(statement: statement)) : nil
        }
    }

    private func run<Result>(
        _ sql: String, _ values: [SQLValue], _ body: (SQLiteStatement) throws -> Result
    ) throws -> Result {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        // What is bound is copied to one place, which outlives the bindings, and not by SQLite value by value.
        return try withUnsafeTemporaryAllocation(
            byteCount: values.reduce(0) { $0 + $1.byteCount }, alignment: 1
        ) { room in
            defer {
                sqlite3_reset(statement)
                sqlite3_clear_bindings(statement)
            }
            var rest = room[...]
            for (index, value) in zip(Int32(1)..., values) {
                let code = value.bind(to: statement, at: index, in: &rest)
                guard code == SQLITE_OK else { throw failure(code) }
            }
            return try body(statement)
        }
    }

    /// Whether there is another row.
    private func step(_ statement: SQLiteStatement) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: lastErrorMessage)
    }
}

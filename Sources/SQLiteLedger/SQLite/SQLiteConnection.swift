import CSQLite

/// A connection to an SQLite database. Only one thread may use it at a time; ``SharedConnection`` enforces that for
/// several threads.
///
/// It does not trust the schema of its file: triggers do not fire, views cannot be read (sqlite.org/security.html).
package final class SQLiteConnection {
    package enum Access {
        case reading
        /// The path is an address, whose parameters say that nothing is written, not even to the index of the log.
        case untouched
        /// The file must exist.
        case writing
        /// A missing file is created.
        case creating

        fileprivate var flags: CInt {
            switch self {
            case .reading: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
            case .untouched: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
            case .writing: SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
            case .creating: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            }
        }
    }

    /// SQLite's connection; nil once this one is closed.
    private(set) var pointer: OpaquePointer?
    private var keptStatements: [OpaquePointer?] = []
    private var statements: [String: OpaquePointer] = [:]

    /// Opens a database.
    ///
    /// - Parameter patience: How long to wait for a lock of another connection, in seconds.
    package init(_ path: String, _ access: Access, patience: Double = 0) throws(SQLiteError) {
        let code = sqlite3_open_v2(path, &pointer, access.flags, nil)
        guard code == SQLITE_OK else {
            let error = SQLiteError(code, of: pointer)
            close()
            throw error
        }
        try check(sqlite_harden(pointer))
        try check(sqlite3_busy_timeout(pointer, CInt(patience * 1000)))
    }

    deinit { close() }

    /// Closes the connection. Later calls fail.
    package func close() {
        for statement in keptStatements { sqlite3_finalize(statement) }
        for statement in statements.values { sqlite3_finalize(statement) }
        (keptStatements, statements) = ([], [:])
        sqlite3_close_v2(pointer)
        pointer = nil
    }

    // MARK: Statements

    /// Runs statements that are separated by semicolons and have no parameters.
    package func execute(script: String) throws(SQLiteError) {
        guard pointer != nil else { throw Self.closed }
        try check(sqlite3_exec(pointer, script, nil, nil, nil))
    }

    /// Runs a statement. Rows that it returns are not read.
    package func execute(_ sql: SQL, _ values: [SQLValue] = []) throws {
        try run(sql, values) { statement in while try step(statement) {} }
    }

    /// The results of `make` for each row. `make` may run other statements.
    package func rows<Element>(
        _ sql: SQL, _ values: [SQLValue] = [], _ make: (SQLRow) throws -> Element
    ) throws -> [Element] {
        try run(sql, values) { statement in
            var elements: [Element] = []
            while try step(statement) { elements.append(try make(SQLRow(statement: statement))) }
            return elements
        }
    }

    /// Calls `body` with each row until it returns false. `body` may run other statements.
    func each(_ sql: SQL, _ values: [SQLValue], _ body: (SQLRow) throws -> Bool) throws {
        try run(sql, values) { statement in
            while try step(statement), try body(SQLRow(statement: statement)) {}
        }
    }

    /// The result of `make` for the first row; nil if there is no row.
    func row<Element>(_ sql: SQL, _ values: [SQLValue] = [], _ make: (SQLRow) throws -> Element) throws -> Element? {
        try run(sql, values) { statement in
            try step(statement) ? try make(SQLRow(statement: statement)) : nil
        }
    }

    /// The first column of the first row; nil if there is no row or the value is NULL.
    package func value<Value: ColumnValue>(_ sql: SQL, _ values: [SQLValue] = []) throws -> Value? {
        try row(sql, values) { $0[0] as Value? } ?? nil
    }

    /// The first column of all rows.
    package func column<Value: ColumnValue>(_ sql: SQL, _ values: [SQLValue] = []) throws -> [Value] {
        try rows(sql, values) { $0[0] }
    }

    /// Whether the statement returns a row.
    func hasRow(_ sql: SQL, _ values: [SQLValue]) throws -> Bool { try row(sql, values) { _ in true } ?? false }

    package func hasTable(_ name: String) throws -> Bool {
        try hasRow("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", [.text(name)])
    }

    /// The number of rows that the last statement changed.
    var changesCount: Int { Int(sqlite3_changes64(pointer)) }

    var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(pointer) }

    private func run<Result>(
        _ sql: SQL, _ values: [SQLValue], _ body: (OpaquePointer) throws -> Result
    ) throws -> Result {
        let statement = try prepared(sql)
        // SQLite would copy each value separately. This copies them to one buffer, which outlives the bindings.
        return try withUnsafeTemporaryAllocation(
            byteCount: values.reduce(0) { $0 + $1.byteCount }, alignment: 1
        ) { space in
            defer {
                sqlite3_reset(statement)
                sqlite3_clear_bindings(statement)
            }
            var rest = space[...]
            for (index, value) in zip(CInt(1)..., values) { try check(value.bind(to: statement, at: index, in: &rest)) }
            return try body(statement)
        }
    }

    /// Steps to the next row; false if there is none.
    private func step(_ statement: OpaquePointer) throws(SQLiteError) -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw SQLiteError(code, of: pointer)
        }
    }

    private func prepared(_ sql: SQL) throws(SQLiteError) -> OpaquePointer {
        guard let position = sql.position else {
            if let statement = statements[sql.text] { return statement }
            if statements.count >= Self.statementLimit { forgetStatements() }
            let statement = try prepare(sql.text)
            statements[sql.text] = statement
            return statement
        }
        if position < keptStatements.count, let statement = keptStatements[position] { return statement }
        let statement = try prepare(sql.text)
        while keptStatements.count <= position { keptStatements.append(nil) }
        keptStatements[position] = statement
        return statement
    }

    /// The number of statements that are kept by their texts: each length of a list of values makes another text.
    private static let statementLimit = 256

    private func forgetStatements() {
        for (text, statement) in statements where sqlite3_stmt_busy(statement) == 0 {
            sqlite3_finalize(statement)
            statements[text] = nil
        }
    }

    private func prepare(_ text: String) throws(SQLiteError) -> OpaquePointer {
        guard pointer != nil else { throw Self.closed }
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v3(pointer, text, -1, CUnsignedInt(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        guard let statement else { throw SQLiteError(SQLITE_MISUSE, "there is no statement in \"\(text)\"") }
        return statement
    }

    private static let closed = SQLiteError(SQLITE_MISUSE, "the connection is closed")

    /// Throws SQLite's error if the code is one.
    func check(_ code: CInt) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw SQLiteError(code, of: pointer) }
    }

    // MARK: Transactions

    /// How a transaction begins.
    package enum Beginning: Sendable {
        /// The transaction will write.
        case immediate
        /// The transaction reads a snapshot, which its first read determines.
        case deferred

        fileprivate var statement: SQL { self == .immediate ? Self.beginImmediate : Self.beginDeferred }
        private static let beginImmediate = SQL(kept: "BEGIN IMMEDIATE")
        private static let beginDeferred = SQL(kept: "BEGIN DEFERRED")
    }

    /// How a transaction ends after its body has returned.
    enum Completion: Sendable {
        case commit, rollback

        fileprivate var statement: SQL { self == .commit ? Self.commitment : Self.undoing }
        private static let commitment = SQL(kept: "COMMIT")
        private static let undoing = SQL(kept: "ROLLBACK")
    }

    /// Runs a transaction. It is rolled back if the body throws.
    package func transaction<Result>(_ beginning: Beginning, _ body: () throws -> Result) throws -> Result {
        try completing(beginning) { (try body(), .commit) }
    }

    /// Runs a transaction. It is rolled back if the body throws or returns ``Completion/rollback``.
    func completing<Result>(_ beginning: Beginning, _ body: () throws -> (Result, Completion)) throws -> Result {
        try execute(beginning.statement)
        do {
            let (result, completion) = try body()
            // After some errors SQLite has rolled back already (sqlite.org/lang_transaction.html); then this statement
            // fails.
            try execute(completion.statement)
            return result
        } catch {
            if sqlite3_get_autocommit(pointer) == 0 { try? execute(Completion.rollback.statement) }
            throw error
        }
    }

    // MARK: The whole file

    /// Copies the whole database over that of another connection (sqlite.org/backup.html), `pagesPerStep` pages at a
    /// time.
    ///
    /// Within a transaction of this connection, the copy is a snapshot. `stepped` receives the number of pages that are
    /// left and the number of all pages; if it throws, the copy ends.
    func copy(
        to copy: SQLiteConnection, pagesPerStep: CInt, _ stepped: (_ left: Int, _ all: Int) throws -> Void
    ) throws {
        guard let backup = sqlite3_backup_init(copy.pointer, "main", pointer, "main") else {
            throw SQLiteError(sqlite3_errcode(copy.pointer), of: copy.pointer)
        }
        defer { sqlite3_backup_finish(backup) }
        var code = SQLITE_OK
        while code == SQLITE_OK {
            code = sqlite3_backup_step(backup, pagesPerStep)
            guard code == SQLITE_OK || code == SQLITE_DONE else { throw SQLiteError(code, of: copy.pointer) }
            try stepped(Int(sqlite3_backup_remaining(backup)), Int(sqlite3_backup_pagecount(backup)))
        }
    }

    /// How a checkpoint deals with others that use the database (sqlite.org/c3ref/wal_checkpoint_v2.html).
    enum Checkpoint {
        /// Writes back the pages that no reader keeps in the log.
        case passive
        /// Writes back all pages and truncates the log's file.
        case truncating
    }

    /// Writes the log back into the database file. Returns how many pages of the log are in the file now, and how many
    /// pages the log has.
    @discardableResult
    func writeBack(_ checkpoint: Checkpoint) throws(SQLiteError) -> (done: Int, all: Int) {
        let mode = checkpoint == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE
        var (all, done): (CInt, CInt) = (0, 0)
        try check(sqlite3_wal_checkpoint_v2(pointer, "main", mode, &all, &done))
        return (Int(done), Int(all))
    }

    /// Opens the log and the shared memory of a database in WAL mode, which SQLite does at the first read.
    func openLog() throws(SQLiteError) { try execute(script: "SELECT 1 FROM sqlite_schema") }

    /// Returns once all writes to the database file are on disk.
    func syncFile() throws(SQLiteError) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        try check(sqlite3_file_control(pointer, "main", SQLITE_FCNTL_FILE_POINTER, &file))
        guard let file, let sync = file.pointee.pMethods?.pointee.xSync else { throw Self.closed }
        try check(sync(file, SQLITE_SYNC_NORMAL))
    }

    /// Releases the cached pages.
    func releaseMemory() {
        if let pointer { sqlite3_db_release_memory(pointer) }
    }
}

extension SQLValue {
    /// Binds the value. Its bytes are copied to the beginning of `space`, which is shortened by them; they stay there
    /// for as long as they are bound.
    fileprivate func bind(
        to statement: OpaquePointer, at index: CInt, in space: inout Slice<UnsafeMutableRawBufferPointer>
    ) -> CInt {
        switch self {
        case .int(let value):
            return sqlite3_bind_int64(statement, index, value)
        case .text(var text):
            return text.withUTF8 { Self.bind(UnsafeRawBufferPointer($0), to: statement, at: index, in: &space) }
        case .utf8(let bytes):
            return bytes.withUnsafeBytes { Self.bind($0, to: statement, at: index, in: &space) }
        case .null:
            return sqlite3_bind_null(statement, index)
        }
    }

    private static func bind(
        _ bytes: UnsafeRawBufferPointer, to statement: OpaquePointer, at index: CInt,
        in space: inout Slice<UnsafeMutableRawBufferPointer>
    ) -> CInt {
        // A null pointer would bind NULL, not the empty text.
        guard !bytes.isEmpty else {
            let empty = UnsafeRawPointer(emptyText.utf8Start).assumingMemoryBound(to: CChar.self)
            return sqlite3_bind_text(statement, index, empty, 0, nil)
        }
        let place = UnsafeMutableRawBufferPointer(rebasing: space.prefix(bytes.count))
        place.copyMemory(from: bytes)
        space = space.dropFirst(bytes.count)
        let text = place.assumingMemoryBound(to: CChar.self)
        return sqlite3_bind_text(statement, index, text.baseAddress, CInt(text.count), nil)
    }
}

/// A bound text must outlive the call that binds it.
private let emptyText: StaticString = ""

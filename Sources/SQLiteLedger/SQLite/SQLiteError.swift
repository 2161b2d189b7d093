import CSQLite

/// An error that SQLite returned.
package struct SQLiteError: Error, Hashable {
    /// The primary result code (sqlite.org/rescode.html).
    package let code: CInt
    /// SQLite's message, in English.
    package let message: String

    init(_ code: CInt, _ message: String) {
        self.code = code & 0xff
        self.message = message
    }

    /// The error of a code that a call of a connection returned.
    init(_ code: CInt, of connection: OpaquePointer?) {
        // Not every call stores its error in the connection.
        let isLeft = sqlite3_errcode(connection) & 0xff == code & 0xff
        let words = isLeft ? sqlite3_errmsg(connection) : sqlite3_errstr(code)
        self.init(code, words.map { String(cString: $0) } ?? "error \(code)")
    }
}

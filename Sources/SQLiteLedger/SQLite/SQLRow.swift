import CSQLite
import ConciergeKit

/// The current row of a statement. It is valid until the statement steps to the next row.
package struct SQLRow {
    let statement: OpaquePointer

    /// A column by its position in the SELECT. ``TableRow`` reads a table's own rows by the names of their columns.
    package subscript<Value: ColumnValue>(index: CInt) -> Value { Value(self, index) }

    fileprivate func isNull(_ index: CInt) -> Bool { sqlite3_column_type(statement, index) == SQLITE_NULL }

    /// Valid until the next step of the statement.
    func utf8(_ index: CInt) -> UnsafeBufferPointer<UInt8> {
        // The length is that of the text that this call converted: sqlite.org/c3ref/column_blob.html.
        let start = sqlite3_column_text(statement, index)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index)))
    }
}

/// A type that a column can be read as.
package protocol ColumnValue {
    /// Reads a column, which is declared NOT NULL unless this is an optional.
    init(_ row: SQLRow, _ index: CInt)
}

extension Int64: ColumnValue {
    package init(_ row: SQLRow, _ index: CInt) { self = sqlite3_column_int64(row.statement, index) }
}

extension Int: ColumnValue {
    package init(_ row: SQLRow, _ index: CInt) { self = Int(Int64(row, index)) }
}

extension Bool: ColumnValue {
    package init(_ row: SQLRow, _ index: CInt) { self = Int64(row, index) != 0 }
}

extension String: ColumnValue {
    package init(_ row: SQLRow, _ index: CInt) { self = String(decoding: row.utf8(index), as: UTF8.self) }
}

extension Instant: ColumnValue {
    package init(_ row: SQLRow, _ index: CInt) { self = Instant(milliseconds: Int64(row, index)) }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    package init(_ row: SQLRow, _ index: CInt) { self = row.isNull(index) ? nil : Wrapped(row, index) }
}

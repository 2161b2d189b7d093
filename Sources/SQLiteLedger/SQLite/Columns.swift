import ConciergeKit
import JSON

/// The columns of a table or of a query, declared once: what is selected, what is written, and how a row is read
/// follow from it.
protocol Columns: CaseIterable, RawRepresentable<Int32>, Sendable {
    /// All of them, as SQL, in their order.
    static var list: String { get }
}

extension Columns {
    /// The cases' names in snake_case.
    static func names() -> String {
        allCases.map { column in
            "\(column)".reduce(into: "") { name, character in
                name += character.isUppercase ? "_\(character.lowercased())" : String(character)
            }
        }
        .joined(separator: ", ")
    }

    /// The statement that writes a row of all columns, to be kept in a static property.
    static func insert(into table: String, or conflict: String? = nil) -> SQL {
        SQL(
            kept:
                "INSERT\(conflict.map { " OR \($0)" } ?? "") INTO \(table) (\(list)) VALUES (\(questionMarks(allCases.count)))"
        )
    }
}

/// As many question marks, for a list of values.
func questionMarks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }

/// A row whose columns are read by name.
struct TableRow<Column: Columns> {
    let row: SQLRow

    subscript<Value: ColumnValue>(column: Column) -> Value { row[column.rawValue] }
    subscript<ID: NameID>(column: Column) -> ID { ID(row[column.rawValue] as String) }
    subscript<ID: NameID>(column: Column) -> ID? { (row[column.rawValue] as String?).map { ID($0) } }
    subscript<ID: NumberID>(column: Column) -> ID { ID(number: row[column.rawValue]) }
    subscript<ID: NumberID>(column: Column) -> ID? { (row[column.rawValue] as Int64?).map { ID(number: $0) } }

    /// How many bytes a text has.
    func size(_ column: Column) -> Int { row.utf8(column.rawValue).count }
    func bytes(_ column: Column) -> [UInt8] { Array(row.utf8(column.rawValue)) }

    /// JSON, which goes into replies as it is; nil for NULL, and for what is no JSON because another program wrote it.
    func json(_ column: Column) -> [UInt8]? {
        let bytes = row.utf8(column.rawValue)
        return JSON.isWellFormed(bytes) ? Array(bytes) : nil
    }

    func text(_ fr: Column, _ en: Column) -> Text? {
        guard let french: String = self[fr], let english: String = self[en] else { return nil }
        return Text(saidInFrench: french, english: english)
    }

    /// A column that follows the declared ones.
    func extra(_ index: Int32 = 0) -> Int64 { row[Int32(Column.allCases.count) + index] }
}

import ConciergeKit
import JSON

/// The columns of a table or of a query. This one declaration determines what is selected, what is written, and how a
/// row is read.
protocol Columns: CaseIterable, RawRepresentable<Int32>, Sendable {
    /// The names of all columns in their order, separated by commas, as SQL.
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

    /// The statement that inserts a row with all columns. The caller must keep it in a static property.
    static func insert(into table: String, or conflict: String? = nil) -> SQL {
        SQL(
            kept:
                "INSERT\(conflict.map { " OR \($0)" } ?? "") INTO \(table) (\(list)) VALUES (\(questionMarks(allCases.count)))"
        )
    }
}

/// `count` question marks separated by commas, for a list of values.
func questionMarks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }

/// A row whose columns are read by name.
struct TableRow<Column: Columns> {
    let row: SQLRow

    subscript<Value: ColumnValue>(column: Column) -> Value { row[column.rawValue] }
    subscript<ID: NameID>(column: Column) -> ID { ID(row[column.rawValue] as String) }
    subscript<ID: NameID>(column: Column) -> ID? { (row[column.rawValue] as String?).map { ID($0) } }
    subscript<ID: NumberID>(column: Column) -> ID { ID(number: row[column.rawValue]) }
    subscript<ID: NumberID>(column: Column) -> ID? { (row[column.rawValue] as Int64?).map { ID(number: $0) } }

    /// The length of a text in UTF-8 bytes.
    func size(_ column: Column) -> Int { row.utf8(column.rawValue).count }
    func bytes(_ column: Column) -> [UInt8] { Array(row.utf8(column.rawValue)) }

    /// The JSON of a column, which replies contain unchanged; nil for NULL, and for malformed JSON that another program
    /// wrote.
    func json(_ column: Column) -> [UInt8]? {
        let bytes = row.utf8(column.rawValue)
        return JSON.isWellFormed(bytes) ? Array(bytes) : nil
    }

    func text(_ fr: Column, _ en: Column) -> Text? {
        guard let french: String = self[fr], let english: String = self[en] else { return nil }
        return Text(saidInFrench: french, english: english)
    }

    /// The column after the declared ones.
    var extra: Bool { row[Int32(Column.allCases.count)] }
}

import ConciergeKit

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

    /// As many question marks.
    static func questionMarks() -> String { allCases.map { _ in "?" }.joined(separator: ", ") }

    /// What writes a row of all columns. A table keeps it: an `Open` writes several, and the text would be made anew for
    /// each.
    static func insert(into table: String, or conflict: String? = nil) -> String {
        "INSERT\(conflict.map { " OR \($0)" } ?? "") INTO \(table) (\(list)) VALUES (\(questionMarks()))"
    }
}

/// A row whose columns are taken by name.
struct TableRow<Column: Columns> {
    let row: SQLRow

    subscript(column: Column) -> Int64 { row[column.rawValue] }
    subscript(column: Column) -> Int { row[column.rawValue] }
    subscript(column: Column) -> Bool { row[column.rawValue] }
    subscript(column: Column) -> String { row[column.rawValue] }
    subscript(column: Column) -> Int64? { row[column.rawValue] }
    subscript(column: Column) -> String? { row[column.rawValue] }
    subscript(column: Column) -> Instant { Instant(milliseconds: row[column.rawValue]) }
    subscript(column: Column) -> Instant? { (row[column.rawValue] as Int64?).map(Instant.init(milliseconds:)) }
    subscript<ID: NameID>(column: Column) -> ID { ID(row[column.rawValue] as String) }
    subscript<ID: NameID>(column: Column) -> ID? { (row[column.rawValue] as String?).map { ID($0) } }
    subscript<ID: NumberID>(column: Column) -> ID { ID(number: row[column.rawValue]) }
    subscript<ID: NumberID>(column: Column) -> ID? { (row[column.rawValue] as Int64?).map { ID(number: $0) } }

    /// How many bytes a text has.
    func size(_ column: Column) -> Int { row.size(column.rawValue) }
    func bytes(_ column: Column) -> [UInt8] { row.bytes(column.rawValue) }
    /// JSON, which goes into replies as it is; nil where it is not, because somebody else has written it.
    func json(_ column: Column) -> [UInt8]? { row.jsonIfThere(column.rawValue) }
    func text(_ fr: Column, _ en: Column) -> Text? { row.text(fr.rawValue, en.rawValue) }

    /// A column that follows the declared ones.
    func extra(_ index: Int32 = 0) -> Int64 { row[Int32(Column.allCases.count) + index] }
}

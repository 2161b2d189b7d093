import Civil
import ConciergeProtocol
import JSON
import Wording

/// The table that a run reports, with the names of the residents that it names by their ids.
struct ReportedTable: Sendable {
    private let columns: [Text]
    private let rows: [[JSON]]
    /// By id, the residents whom the reader may know.
    private var residents: [String: ResidentMethods.Get.Reply] = [:]

    /// Nil without a table.
    init?(_ run: Wire.Run) {
        guard let table = run.table?.members, let heads = table["columns"]?.arrayValue,
            let rows = table["rows"]?.arrayValue
        else { return nil }
        columns = heads.map(Self.words)
        self.rows = rows.map { $0.arrayValue ?? [] }
    }

    /// Whether the table has no lines.
    var isEmpty: Bool { rows.isEmpty }

    /// The table with the residents looked up. Who may not know them reads their ids.
    func naming(on connection: Connection) async -> ReportedTable {
        var named = self
        for id in Set(rows.joined().compactMap { $0["resident"]?.stringValue }).sorted() {
            guard let answer = try? await connection.call(ResidentMethods.Get(id: id)),
                let known = try? answer.read()
            else { continue }
            named.residents[id] = known
        }
        return named
    }

    /// The lines on a terminal: a table, or where it is wider than the terminal a block for each row, whose first two cells
    /// head the others.
    func lines(_ console: Console) -> [String] {
        table(console).lines(
            in: console.language, width: console.width, colours: console.colours,
            heads: Array(columns.indices.prefix(2)))
    }

    private func table(_ console: Console) -> Table {
        var table = Table(
            columns.indices.map { column in
                // A number or an id that goes on in the next line is read wrongly.
                let isWhole = rows.allSatisfy { !said(column, of: $0, console).contains(" ") }
                return Table.Column(columns[column], isWhole: isWhole, wraps: !isWhole)
            })
        for row in rows { table.add(columns.indices.map { Cell(said($0, of: row, console)) }) }
        return table
    }

    /// The same as a file for a spreadsheet.
    func csv(_ console: Console) -> String {
        CSV.text(
            [columns.map { $0[console.language] }]
                + rows.map { row in columns.indices.map { cell($0, of: row, console) } }, console.language)
    }

    private func said(_ column: Int, of row: [JSON], _ console: Console) -> String {
        guard row.indices.contains(column) else { return "" }
        let cell = row[column]
        if let id = cell["resident"]?.stringValue { return name(of: id) }
        if let words = cell["words"] { return Self.words(words)[console.language] }
        if let number = cell["number"]?.intValue { return "\(number)" }
        return cell["text"]?.stringValue ?? cell["request"]?.stringValue ?? ""
    }

    /// A cell as a spreadsheet reads it: a moment as one.
    private func cell(_ column: Int, of row: [JSON], _ console: Console) -> String {
        guard row.indices.contains(column), let at = row[column]["at"]?.stringValue.flatMap({ Instant($0) }) else {
            return said(column, of: row, console)
        }
        return CSV.said(at, in: console.zone, console.language)
    }

    private func name(of id: String) -> String {
        guard let known = residents[id] else { return id }
        let resident = known.resident
        return [resident.name, resident.dwelling, resident.phone].filter { !$0.isEmpty }.joined(separator: " · ")
    }

    private static func words(_ json: JSON) -> Text {
        let (fr, en) = (json["fr"]?.stringValue ?? "", json["en"]?.stringValue ?? "")
        return Text(saidInFrench: fr, english: en)
    }
}

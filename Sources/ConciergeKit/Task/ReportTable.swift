package import JSON

/// A table in the report of a task: what staff read as lines and columns, and take as a file for a spreadsheet.
///
/// It names requests and residents by their ids. Who a resident is, where they live and how they are reached is looked up
/// when somebody reads the table who may know it, so that no run has a copy of a name.
public struct ReportTable: Sendable, Hashable {
    /// What stands in one place of a table.
    public enum Cell: Sendable, Hashable {
        /// A text that is the same in each language: a number on a label, a shelf.
        case text(String)
        /// Words that are said in the language of whoever reads the table.
        case words(Text)
        /// A request, which the table names by the id of the wire.
        case request(String)
        /// A resident, by the id that a request has: shown with name, dwelling and telephone number.
        case resident(String)
        /// A moment, in the lodge's zone.
        case instant(Instant, Phrase.Style = .full)
        /// A whole number, which a spreadsheet can add up.
        case number(Int)
        /// Nothing is known here: the place stays empty.
        case nothing
    }

    /// What stands above the columns, from the left to the right.
    public let columns: [Text]
    /// The lines, each with a cell for each column.
    public private(set) var rows: [[Cell]] = []

    /// A table with these heads, to which lines are added.
    public init(_ columns: [Text]) { self.columns = columns }

    /// Adds a line. Cells that are missing at its end are ``Cell/nothing``; those beyond the last column are left out.
    public mutating func add(_ cells: [Cell]) {
        let missing = max(0, columns.count - cells.count)
        rows.append(cells.prefix(columns.count) + Array(repeating: .nothing, count: missing))
    }

    /// The table as a run keeps it, with times said in a zone: an object with `columns` and `rows`.
    package func json(in zone: Zone) -> JSON {
        [
            "columns": .array(columns.map { .object($0.said(in: zone).asObject) }),
            "rows": .array(rows.map { row in .array(row.map { .object($0.json(in: zone)) }) }),
        ]
    }
}

extension ReportTable.Cell {
    /// An object with one member, which says what kind of cell it is.
    fileprivate func json(in zone: Zone) -> JSONObject {
        switch self {
        case .text(let text): ["text": .string(text)]
        case .words(let words): ["words": .object(words.said(in: zone).asObject)]
        case .request(let id): ["request": .string(id)]
        case .resident(let id): ["resident": .string(id)]
        case .instant(let instant, let style):
            [
                "words": .object(
                    Text(fr: "\(instant, style)", en: "\(instant, style)").said(in: zone).asObject),
                "at": .string("\(instant)"),
            ]
        case .number(let number): ["number": JSON(number)]
        case .nothing: [:]
        }
    }
}

extension Text {
    fileprivate var asObject: JSONObject { ["fr": .string(fr), "en": .string(en)] }
}

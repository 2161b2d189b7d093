import Wording

/// The styles of text on a terminal.
enum Colour: String, Sendable {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
    case bold = "1"

    /// The text in this style (ECMA-48, SGR).
    func paint(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}

/// One cell of a table.
struct Cell: Sendable {
    var text: String
    var colour: Colour?

    init(_ text: String?, colour: Colour? = nil) {
        self.text = (text ?? "").inOneLine
        self.colour = colour
    }
}

/// Rows in aligned columns.
struct Table: Sendable {
    struct Column: Sendable {
        var title: Text
        /// Whether its cells are never cut, even on a narrow terminal. Ids and times must not be cut.
        var isWhole: Bool
        /// Whether its cells go on below themselves on a narrow terminal, instead of being cut.
        var wraps: Bool

        init(_ title: Text, isWhole: Bool = false, wraps: Bool = false) {
            self.title = title
            self.isWhole = isWhole
            self.wraps = wraps
        }
    }

    private static let gap = 2
    private static let narrowest = 6

    var columns: [Column]
    var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row with a cell for each column.
    mutating func add(_ cells: Cell...) { add(cells) }

    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    /// The header and the rows. A column that is empty in all rows is left out.
    ///
    /// - Parameter width: The width of the terminal in columns; the widest cells are cut or wrapped to it. With nil no cell
    ///   is.
    func lines(in language: Language, width: Int?, colours: Bool) -> [String] {
        rowLines(in: language, width: width, colours: colours).flatMap(\.self)
    }

    /// The lines of the header, and those of each row.
    func rowLines(in language: Language, width: Int?, colours: Bool) -> [[String]] {
        let shown = columns.indices.filter { index in rows.contains { !$0[index].text.isEmpty } }
        let titles = shown.map { Cell(columns[$0].title[language].uppercased()) }
        let body = rows.map { row in shown.map { row[$0] } }
        let widths = widths(of: [titles] + body, shown: shown, width: width)
        return [[line(titles, widths, colours: false)]]
            + body.map { row in
                wrapped(row, shown, widths).map { line($0, widths, colours: colours) }
            }
    }

    /// A table, or where that is wider than the terminal a block for each row, in which nothing is cut: the cells of some
    /// columns head it, and the others follow with their titles.
    ///
    /// - Parameter heads: The columns that head a block, by their indices.
    func lines(in language: Language, width: Int?, colours: Bool, heads: [Int]) -> [String] {
        guard let width, lines(in: language, width: nil, colours: false).contains(where: { $0.columns > width }) else {
            return lines(in: language, width: width, colours: colours)
        }
        return rows.flatMap { block($0, heads: heads, in: language, width: width, colours: colours) }
    }

    private func block(
        _ row: [Cell], heads: [Int], in language: Language, width: Int, colours: Bool
    ) -> [String] {
        let head = heads.map { row[$0] }.filter { !$0.text.isEmpty }
        var lines = head.map(\.text).joined(separator: " · ").wrapped(to: width)
        if colours {
            lines =
                lines.count == 1
                ? [head.map { ($0.colour ?? .bold).paint($0.text) }.joined(separator: " · ")]
                : lines.map { Colour.bold.paint($0) }
        }
        var line = ""
        for index in columns.indices where !heads.contains(index) && !row[index].text.isEmpty {
            let item = columns[index].title.followed(by: Text(verbatim: row[index].text))[language]
            if !line.isEmpty, line.columns + 3 + item.columns > width - 2 {
                lines += ("  " + line).wrapped(to: width)
                line = ""
            }
            line += (line.isEmpty ? "" : " · ") + item
        }
        if !line.isEmpty { lines += ("  " + line).wrapped(to: width) }
        return lines
    }

    /// A row, and the rows below it in which the cells of columns that wrap go on.
    private func wrapped(_ cells: [Cell], _ shown: [Int], _ widths: [Int]) -> [[Cell]] {
        let parts = cells.enumerated().map { index, cell in
            columns[shown[index]].wraps ? cell.text.broken(to: widths[index]) : [cell.text]
        }
        return (0..<(parts.map(\.count).max() ?? 1)).map { row in
            cells.indices.map { index in
                Cell(row < parts[index].count ? parts[index][row] : "", colour: cells[index].colour)
            }
        }
    }

    private func widths(of rows: [[Cell]], shown: [Int], width: Int?) -> [Int] {
        var widths = shown.indices.map { index in rows.map { $0[index].text.columns }.max() ?? 0 }
        guard let width else { return widths }
        let available = width - Self.gap * max(0, shown.count - 1)
        while widths.reduce(0, +) > available {
            let flexible = shown.indices.filter { !columns[shown[$0]].isWhole && widths[$0] > Self.narrowest }
            guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], colours: Bool) -> String {
        let last = cells.lastIndex { !$0.text.isEmpty } ?? 0
        var line = ""
        for (index, cell) in cells.enumerated() where index <= last {
            let text = cell.text.cut(to: widths[index])
            let painted = colours ? cell.colour?.paint(text) ?? text : text
            let padding = index == last ? 0 : widths[index] - text.columns + Self.gap
            line += painted + String(repeating: " ", count: padding)
        }
        return line
    }
}

extension Table {
    /// The table as a file for a spreadsheet, with all of its columns and nothing cut.
    func csv(_ language: Language) -> String {
        CSV.text([columns.map { $0.title[language] }] + rows.map { $0.map(\.text) }, language)
    }
}

extension Console {
    /// Writes the table to standard output, page by page where it is longer than the terminal.
    ///
    /// - Parameter isWide: Whether nothing is cut, even on a narrow terminal.
    func print(_ table: Table, isWide: Bool = false) throws {
        try show(table.lines(in: language, width: isWide ? nil : width, colours: colours))
    }

    /// Writes the table, or on a terminal that is too narrow a block for each row.
    ///
    /// - Parameter heads: The columns that head a block, by their indices.
    func print(_ table: Table, heads: [Int]) throws {
        try show(table.lines(in: language, width: width, colours: colours, heads: heads))
    }

    /// The text in the colour, or unchanged if the console shows no colours.
    func paint(_ text: String, _ colour: Colour?) -> String {
        colours ? colour?.paint(text) ?? text : text
    }
}

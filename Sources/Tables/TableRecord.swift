/// A record of a table: a line, or several where a quoted cell has line ends.
package struct TableRecord: Sendable {
    /// Where it begins: the physical line, counted from 1. CRLF, LF and CR each end one line, also in a cell.
    package let line: Int
    package let cells: [TableCell]

    /// Whether it has no text at all, as the lines that a spreadsheet leaves below a table.
    package var isBlank: Bool { cells.allSatisfy { $0.text.isEmpty && $0.mistake == nil } }

    /// The column of a quote that no later quote closes; nil if there is none. The rest of the file is in that cell.
    package var unclosed: Int? { cells.lastIndex { $0.mistake == .unclosedQuote } }
}

/// A cell as it was typed, without the spaces around it.
package struct TableCell: Sendable, Hashable {
    /// Its text without direction marks, and with every line end as one line feed.
    package var text: String
    /// The first thing for which it must be refused.
    package var mistake: Mistake?
    /// Whether invisible marks of a writing direction were removed.
    package var hadDirectionMarks = false

    /// Why a cell must be refused, whatever its column is.
    package enum Mistake: Sendable, Hashable {
        /// These bytes are no text of the file's encoding.
        case encoding(bytes: String)
        /// A quote was opened and never closed.
        case unclosedQuote
        /// Text follows the quote that closes the cell.
        case textAfterQuote
        /// A control character other than a line end, by its number in Unicode.
        case control(UInt32)
        /// It has more than ``TableCell/limit`` characters.
        case tooLong
    }

    /// A cell in which nothing was typed.
    package static let empty = TableCell(text: "")

    /// The number of characters that a cell may have.
    package static let limit = 10_000
}

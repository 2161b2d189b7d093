/// Reads the records of a table that a spreadsheet or a landlord's own system has written, one after the other.
///
/// A first line `sep=;` names the separator. Otherwise it is that of semicolon, comma and tab under which most names of
/// the first record are known. Cells may be quoted; a quote within a cell that does not begin with one is text.
package struct TableReader {
    /// Of the whole file.
    package let encoding: TableEncoding
    /// One ASCII character.
    package private(set) var separator: Character = ";"
    /// Whether the accents are those of old Macintosh programs; then the first of them is reported as a mistake.
    package let isMacRoman: Bool
    /// How many bytes of the text were read.
    package private(set) var position = 0
    /// How many bytes the text has.
    package var size: Int { bytes.count }

    private let bytes: [UInt8]
    private let strangers: [TableText.Stranger]
    private var nextStranger = 0
    private var line = 1
    private var mark = UInt8(ascii: ";")

    /// Reads a file's encoding and separator.
    ///
    /// - Parameter isKnown: Whether a column has this name.
    package init(_ file: [UInt8], isKnown: (String) -> Bool) {
        let text = TableText(file)
        (encoding, bytes, strangers, isMacRoman) = (text.encoding, text.utf8, text.strangers, text.isMacRoman)
        if let named = namedSeparator() {
            setSeparator(named)
        } else {
            setSeparator(likeliestSeparator(isKnown))
        }
    }

    private mutating func setSeparator(_ byte: UInt8) {
        mark = byte
        separator = Character(Unicode.Scalar(byte))
    }

    /// Takes the first line if it is `sep=;`, as Excel understands it.
    private mutating func namedSeparator() -> UInt8? {
        let end = bytes.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
        var start = bytes[..<end]
        if start.count == 7, start.first == Self.quote, start.last == Self.quote {
            start = start.dropFirst().dropLast()
        }
        guard start.count == 5, start.dropLast().map({ $0 | 0x20 }).elementsEqual("sep=".utf8.map { $0 | 0x20 }),
            let byte = start.last, byte < 0x80, byte != Self.quote
        else { return nil }
        position = end
        _ = takeLineEnd()
        return byte
    }

    private func likeliestSeparator(_ isKnown: (String) -> Bool) -> UInt8 {
        var best = (byte: UInt8(ascii: ";"), known: 0, isAlone: true)
        for byte in [UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\t")] {
            var copy = self
            copy.setSeparator(byte)
            var record = copy.next()
            while let blank = record, blank.isBlank { record = copy.next() }
            let cells = record?.cells ?? []
            let known = cells.count { isKnown($0.text) }
            if known > best.known || known == best.known && best.isAlone && cells.count > 1 {
                best = (byte, known, cells.count < 2)
            }
        }
        return best.byte
    }

    /// The next record; nil at the end of the file. Blank ones are returned too.
    package mutating func next() -> TableRecord? {
        guard position < bytes.count else { return nil }
        let first = line
        var cells: [TableCell] = []
        cells.reserveCapacity(10)
        repeat { cells.append(cell()) } while takeSeparator()
        _ = takeLineEnd()
        return TableRecord(line: first, cells: cells)
    }

    private mutating func takeSeparator() -> Bool {
        guard position < bytes.count, bytes[position] == mark else { return false }
        position += 1
        return true
    }

    /// Takes a line end: CRLF, LF or CR.
    private mutating func takeLineEnd() -> Bool {
        guard position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D else { return false }
        let isPair = bytes[position] == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A
        position += isPair ? 2 : 1
        line += 1
        return true
    }

    private mutating func cell() -> TableCell {
        let start = position
        skipSpaces()
        var cell: TableCell
        if position < bytes.count, bytes[position] == Self.quote {
            cell = quotedCell()
        } else {
            position = start
            skipToEnd()
            cell = Self.cell(bytes[start..<position])
        }
        while nextStranger < strangers.count, strangers[nextStranger].offset < position {
            if cell.mistake != .unclosedQuote { cell.mistake = .encoding(bytes: strangers[nextStranger].bytes) }
            nextStranger += 1
        }
        return cell
    }

    private mutating func quotedCell() -> TableCell {
        position += 1
        var content: [UInt8] = []
        var start = position
        while position < bytes.count {
            switch bytes[position] {
            case Self.quote:
                content += bytes[start..<position]
                position += 1
                guard position < bytes.count, bytes[position] == Self.quote else {
                    var cell = Self.cell(content[...])
                    skipSpaces()
                    let end = position
                    skipToEnd()
                    if end < position { cell.mistake = cell.mistake ?? .textAfterQuote }
                    return cell
                }
                // The second of two quotes is text.
                start = position
                position += 1
            case 0x0A, 0x0D:
                content += bytes[start..<position]
                content.append(0x0A)
                _ = takeLineEnd()
                start = position
            default: position += 1
            }
        }
        return TableCell(text: "", mistake: .unclosedQuote)
    }

    /// Skips spaces, tabs and no-break spaces, except the separator.
    private mutating func skipSpaces() {
        while position < bytes.count {
            switch bytes[position] {
            case mark: return
            case 0x20, 0x09: position += 1
            case 0xC2 where position + 1 < bytes.count && bytes[position + 1] == 0xA0: position += 2
            default: return
            }
        }
    }

    private mutating func skipToEnd() {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == mark || byte == 0x0A || byte == 0x0D { return }
            position += 1
        }
    }

    private static let quote = UInt8(ascii: "\"")

    // MARK: The text of a cell

    private static func cell(_ bytes: ArraySlice<UInt8>) -> TableCell {
        let bytes = trimmed(bytes)
        // Most cells are printable ASCII.
        var (isPlain, control): (Bool, UInt32?) = (true, nil)
        for byte in bytes {
            if byte >= 0x80 {
                isPlain = false
            } else if (byte < 0x20 && byte != 0x0A) || byte == 0x7F {
                control = control ?? UInt32(byte)
            }
        }
        var cell = TableCell(text: String(decoding: bytes, as: UTF8.self))
        if !isPlain {
            for scalar in cell.text.unicodeScalars {
                if (0x80..<0xA0).contains(scalar.value) { control = control ?? scalar.value }
                if isDirectionMark(scalar) { cell.hadDirectionMarks = true }
            }
        }
        if cell.hadDirectionMarks {
            cell.text.unicodeScalars.removeAll(where: isDirectionMark)
            cell.text = String(decoding: trimmed(Array(cell.text.utf8)[...]), as: UTF8.self)
        }
        if let control {
            cell.mistake = .control(control)
        } else if bytes.count > TableCell.limit, cell.text.unicodeScalars.count > TableCell.limit {
            cell.mistake = .tooLong
        }
        return cell
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let first = bytes.first {
            if first == 0x20 || first == 0x09 {
                bytes.removeFirst()
            } else if bytes.starts(with: [0xC2, 0xA0]) {
                bytes.removeFirst(2)
            } else {
                break
            }
        }
        while let last = bytes.last {
            if last == 0x20 || last == 0x09 {
                bytes.removeLast()
            } else if last == 0xA0, bytes.dropLast().last == 0xC2 {
                bytes.removeLast(2)
            } else {
                break
            }
        }
        return bytes
    }

    /// Marks that say in which direction text is written (Unicode Standard Annex 9), and show nothing themselves. The
    /// joiners of emoji and of Persian are none.
    private static func isDirectionMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

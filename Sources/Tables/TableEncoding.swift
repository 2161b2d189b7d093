/// The encoding of a file, as it was found in its bytes.
package enum TableEncoding: String, Sendable, Hashable, CaseIterable {
    case utf8 = "utf-8"
    /// UTF-8 with a byte order mark, as Excel writes "CSV UTF-8".
    case utf8WithMark = "utf-8-bom"
    /// UTF-16, the low byte first, with a byte order mark: Excel's "Unicode text".
    case utf16LittleEndian = "utf-16le"
    /// UTF-16, the high byte first, with a byte order mark.
    case utf16BigEndian = "utf-16be"
    /// What French Windows programs write, and not Latin-1: it has `’`, `œ` and `€`.
    case windows1252 = "windows-1252"
}

/// The text of a file in UTF-8, and the places where its bytes are no text of its encoding.
///
/// A byte order mark decides. Without one the file is UTF-8 if all of it is valid, else Windows-1252. Where lines of both
/// encodings stand in one file, somebody has joined two files: the lines of the kind that is rarer are reported and never
/// guessed at.
package struct TableText: Sendable {
    /// Bytes that are no text of the file's encoding.
    package struct Stranger: Sendable, Hashable {
        /// Where it is in the text, in bytes of UTF-8.
        package let offset: Int
        /// The bytes of the file, in hexadecimal.
        package let bytes: String
    }

    package let encoding: TableEncoding
    /// The whole text in UTF-8, without a byte order mark.
    package private(set) var utf8: [UInt8] = []
    /// At most one for each line, in their order.
    package private(set) var strangers: [Stranger] = []
    /// Whether the accents are those of old Macintosh programs, which is not read.
    package private(set) var isMacRoman = false

    /// Finds the encoding of a file and reads its text.
    package init(_ file: [UInt8]) {
        switch file.prefix(3) {
        case let start where start.starts(with: [0xFF, 0xFE]):
            encoding = .utf16LittleEndian
            readUTF16(file.dropFirst(2), low: 0)
        case let start where start.starts(with: [0xFE, 0xFF]):
            encoding = .utf16BigEndian
            readUTF16(file.dropFirst(2), low: 1)
        case let start where start.starts(with: [0xEF, 0xBB, 0xBF]):
            encoding = .utf8WithMark
            if String(validating: file[3...], as: UTF8.self) != nil {
                utf8 = Array(file[3...])
            } else {
                readLines(of: file, from: 3, as: .utf8)
            }
        default:
            if String(validating: file, as: UTF8.self) != nil {
                encoding = .utf8
                utf8 = file
                return
            }
            let lines = Self.count(file)
            encoding = lines.utf8 > lines.other ? .utf8 : .windows1252
            if encoding == .windows1252, lines.utf8 == 0, let place = Self.macRoman(file) {
                isMacRoman = true
                readLines(of: file, from: 0, as: nil)
                strangers = [Stranger(offset: Self.length(file[..<place]), bytes: Self.hex([file[place]]))]
            } else {
                readLines(of: file, from: 0, as: encoding)
            }
        }
    }

    // MARK: UTF-16

    private mutating func readUTF16(_ bytes: ArraySlice<UInt8>, low: Int) {
        utf8.reserveCapacity(bytes.count / 2 + bytes.count / 8)
        var isLineKnown = false
        var index = bytes.startIndex
        func unit(_ index: Int) -> UInt16 {
            UInt16(bytes[index + low]) | UInt16(bytes[index + 1 - low]) << 8
        }
        while index < bytes.endIndex {
            var (length, scalar): (Int, Unicode.Scalar?) = (2, nil)
            if index + 1 < bytes.endIndex {
                let first = unit(index)
                if first & 0xFC00 == 0xD800, index + 3 < bytes.endIndex, unit(index + 2) & 0xFC00 == 0xDC00 {
                    length = 4
                    scalar = Unicode.Scalar(
                        0x10000 + (UInt32(first & 0x3FF) << 10) + UInt32(unit(index + 2) & 0x3FF))
                } else {
                    scalar = Unicode.Scalar(first)
                }
            } else {
                length = 1
            }
            if scalar == nil, !isLineKnown {
                strangers.append(
                    Stranger(offset: utf8.count, bytes: Self.hex(bytes[index..<index + length])))
                isLineKnown = true
            }
            if scalar == "\n" || scalar == "\r" { isLineKnown = false }
            append(scalar ?? Self.replacement)
            index += length
        }
    }

    // MARK: Lines of bytes

    /// Reads lines in the encoding, and in the other one those that are none of it. Nil reads Windows-1252 and reports
    /// nothing.
    private mutating func readLines(of file: [UInt8], from start: Int, as encoding: TableEncoding?) {
        utf8.reserveCapacity(file.count + file.count / 8)
        Self.eachLine(of: file, from: start) { line in
            let isUTF8 = Self.kind(of: file[line]) == true
            var isKnown = encoding == nil
            var index = line.lowerBound
            while index < line.upperBound {
                let byte = file[index]
                if byte < 0x80 {
                    utf8.append(byte)
                    index += 1
                    continue
                }
                let length = Self.sequence(in: file[index..<line.upperBound])
                let isStranger: Bool =
                    switch encoding {
                    case .utf8: length == nil
                    case .windows1252: isUTF8 || Self.windows1252(byte) == nil
                    default: false
                    }
                if isStranger, !isKnown {
                    strangers.append(
                        Stranger(offset: utf8.count, bytes: Self.hex(file[index..<index + (length ?? 1)])))
                    isKnown = true
                }
                if encoding == .utf8, let length {
                    utf8 += file[index..<index + length]
                    index += length
                } else {
                    append(Self.windows1252(byte) ?? Self.replacement)
                    index += 1
                }
            }
        }
    }

    /// The number of lines beyond ASCII that are valid UTF-8, and that are not.
    private static func count(_ file: [UInt8]) -> (utf8: Int, other: Int) {
        var (utf8, other) = (0, 0)
        eachLine(of: file, from: 0) { line in
            switch kind(of: file[line]) {
            case true?: utf8 += 1
            case false?: other += 1
            case nil: break
            }
        }
        return (utf8, other)
    }

    /// Whether a line is valid UTF-8; nil if it is ASCII.
    private static func kind(of line: ArraySlice<UInt8>) -> Bool? {
        guard line.contains(where: { $0 >= 0x80 }) else { return nil }
        return String(validating: line, as: UTF8.self) != nil
    }

    /// Calls `body` with each line and the line end after it.
    private static func eachLine(of file: [UInt8], from start: Int, _ body: (Range<Int>) -> Void) {
        var begin = start
        for index in start..<max(start, file.count) where file[index] == 0x0A || file[index] == 0x0D {
            body(begin..<index + 1)
            begin = index + 1
        }
        if begin < file.count { body(begin..<file.count) }
    }

    /// The length of the valid UTF-8 sequence of several bytes at the start; nil if there is none.
    private static func sequence(in bytes: ArraySlice<UInt8>) -> Int? {
        let length =
            switch bytes.first ?? 0 {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        guard length > 0, bytes.count >= length else { return nil }
        return String(validating: bytes.prefix(length), as: UTF8.self) == nil ? nil : length
    }

    /// Where the first accent of an old Macintosh program is; nil if the file is not of one.
    ///
    /// There `é`, `è`, `ê`, `à`, `ç` and `ô` are bytes from 0x80 to 0x9F, which in Windows-1252 are punctuation, capitals
    /// or nothing, and hardly ever follow a letter.
    private static func macRoman(_ file: [UInt8]) -> Int? {
        let accents: Set<UInt8> = [0x88, 0x89, 0x8D, 0x8E, 0x8F, 0x90, 0x91, 0x99, 0x9D]
        var (macs, letters, first): (Int, Int, Int?) = (0, 0, nil)
        var follows = false
        for (index, byte) in file.enumerated() {
            if accents.contains(byte), follows {
                macs += 1
                first = first ?? index
            }
            if byte >= 0xE0 { letters += 1 }
            follows = (0x61...0x7A).contains(byte | 0x20)
        }
        return macs > letters ? first : nil
    }

    /// The length in UTF-8 of bytes that are read as Windows-1252.
    private static func length(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 + ($1 < 0x80 ? 1 : UTF8.width(windows1252($1) ?? replacement)) }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        if scalar.isASCII { utf8.append(UInt8(scalar.value)) } else { utf8 += UTF8.encode(scalar)! }
    }

    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: " ")
    }

    /// The character of a byte (encoding.spec.whatwg.org has C1 controls where this has nil, as Microsoft's table has).
    private static func windows1252(_ byte: UInt8) -> Unicode.Scalar? {
        guard (0x80...0x9F).contains(byte) else { return Unicode.Scalar(byte) }
        let value = high[Int(byte) - 0x80]
        return value == 0 ? nil : Unicode.Scalar(value)
    }

    private static let high: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]
}

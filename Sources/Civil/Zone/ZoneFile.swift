#if canImport(Musl)
    import Musl
#elseif canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads TZif files (RFC 9636).
enum ZoneFile {
    /// Whether a name can be the name of a zone, and leads to no file outside of the directory of zones.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count < 256 && !name.hasPrefix("/") && !name.hasSuffix("/") && !name.contains("//")
            && name.utf8.allSatisfy { byte in
                byte < 0x80
                    && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
                        || "+-_/".utf8.contains(byte))
            }
    }

    /// The content of a regular file, if it has the size of a zone file.
    static func bytes(at path: String) -> [UInt8]? {
        let limit = 1 << 20
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var status = stat()
        guard fstat(fileno(file), &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        return fread(&bytes, 1, bytes.count, file) == bytes.count ? bytes : nil
    }

    /// The target of a symbolic link.
    static func linkTarget(of path: String) -> String? {
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            buffer.withMemoryRebound(to: CChar.self) { text in
                count = text.baseAddress.map { max(0, readlink(path, $0, text.count)) } ?? 0
            }
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a TZif file; nil for any other file, and for one that counts leap seconds.
    static func periods(_ bytes: [UInt8]) -> ZonePeriods? {
        var reader = ZoneFileReader(bytes)
        guard var header = reader.header() else { return nil }
        guard header.version >= UInt8(ascii: "2") else { return reader.periods(header, timeSize: 4, hasRule: false) }
        // The data for old readers is repeated with 64-bit times.
        guard reader.skip(header.length(timeSize: 4)), let second = reader.header() else { return nil }
        header = second
        return reader.periods(header, timeSize: 8, hasRule: true)
    }
}

private struct ZoneFileReader {
    struct Header {
        let version: UInt8
        /// In the order of the format: UT indicators, standard indicators, leap seconds, changes, types, characters.
        let counts: [Int]

        func length(timeSize: Int) -> Int {
            counts[3] * (timeSize + 1) + counts[4] * 6 + counts[5] + counts[2] * (timeSize + 4) + counts[1] + counts[0]
        }
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func skip(_ count: Int) -> Bool {
        guard rest.count >= count else { return false }
        rest = rest.dropFirst(count)
        return true
    }

    /// A signed number, the highest byte first.
    private mutating func number(_ size: Int) -> Int64? {
        let bytes = rest.prefix(size)
        guard bytes.count == size, let first = bytes.first else { return nil }
        rest = rest.dropFirst(size)
        return bytes.dropFirst().reduce(Int64(Int8(bitPattern: first))) { $0 << 8 | Int64($1) }
    }

    mutating func header() -> Header? {
        guard rest.starts(with: "TZif".utf8), rest.count >= 44 else { return nil }
        let version = rest[rest.startIndex + 4]
        guard skip(20) else { return nil }
        let counts = (0..<6).compactMap { _ in number(4).map(Int.init) }
        guard counts.count == 6, counts.allSatisfy({ (0..<1 << 20).contains($0) }), counts[4] > 0 else { return nil }
        return Header(version: version, counts: counts)
    }

    mutating func periods(_ header: Header, timeSize: Int, hasRule: Bool) -> ZonePeriods? {
        let (leaps, changes, types) = (header.counts[2], header.counts[3], header.counts[4])
        guard leaps == 0, rest.count >= header.length(timeSize: timeSize) else { return nil }
        let moments = (0..<changes).compactMap { _ in number(timeSize) }
        let indices = rest.prefix(changes).map(Int.init)
        var offsets: [Int] = []
        guard skip(changes) else { return nil }
        for _ in 0..<types {
            guard let offset = number(4), abs(offset) <= 26 * 3600, skip(2) else { return nil }
            offsets.append(Int(offset))
        }
        guard moments.count == changes, indices.allSatisfy({ $0 < types }),
            skip(header.counts[5] + header.counts[1] + header.counts[0])
        else { return nil }
        guard zip(moments, moments.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        // Some files have a first change at the time of the Big Bang. Clamping to 2^38 seconds, about 8,700 years,
        // before and after 1970 keeps the microseconds from overflowing.
        let list = zip(moments, indices).map {
            ZonePeriods.Change(moment: min(max($0, -1 << 38), 1 << 38), offset: offsets[$1])
        }
        var rule: ZoneRule?
        if hasRule, rest.first == UInt8(ascii: "\n") {
            let line = rest.dropFirst().prefix { $0 != UInt8(ascii: "\n") }
            rule = ZoneRule(String(decoding: line, as: UTF8.self))
        }
        return ZonePeriods(changes: list, before: offsets[0], rule: rule)
    }
}

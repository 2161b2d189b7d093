/// A strict decoder of RFC 4648, section 4: padding is required, and no character may stand between the groups.
enum Base64 {
    /// The value of each byte; 255 for bytes that are not in the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in zip(UInt8(0)..., alphabet.utf8) { values[Int(character)] = value }
        return values
    }()

    static func decode(_ text: String) -> [UInt8]? {
        let padding = text.utf8.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard text.utf8.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        var gathered: UInt32 = 0
        var count = 0
        for character in text.utf8.dropLast(padding) {
            let value = values[Int(character)]
            guard value < 64 else { return nil }
            gathered = gathered << 6 | UInt32(value)
            count += 1
            guard count == 4 else { continue }
            bytes.append(UInt8(truncatingIfNeeded: gathered >> 16))
            bytes.append(UInt8(truncatingIfNeeded: gathered >> 8))
            bytes.append(UInt8(truncatingIfNeeded: gathered))
            (gathered, count) = (0, 0)
        }
        // The last group may have bits left that fill no byte. They must be zero.
        switch count {
        case 0: return padding == 0 ? bytes : nil
        case 2 where gathered & 0xF == 0:
            bytes.append(UInt8(truncatingIfNeeded: gathered >> 4))
        case 3 where gathered & 0x3 == 0:
            bytes.append(UInt8(truncatingIfNeeded: gathered >> 10))
            bytes.append(UInt8(truncatingIfNeeded: gathered >> 2))
        default: return nil
        }
        return bytes
    }
}

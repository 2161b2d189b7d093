/// An encoder and a strict decoder of RFC 4648, section 4: padding is required, and no character may stand between the groups.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte; 255 for bytes that are not in the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in zip(UInt8(0)..., alphabet) { values[Int(character)] = value }
        return values
    }()

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var (gathered, count): (UInt32, Int) = (0, 0)
        func add(_ characters: Int) {
            for place in 0..<characters { text.append(alphabet[Int(gathered >> UInt32(18 - 6 * place) & 63)]) }
        }
        for byte in bytes {
            gathered |= UInt32(byte) << UInt32(16 - 8 * count)
            count += 1
            guard count == 3 else { continue }
            add(4)
            (gathered, count) = (0, 0)
        }
        if count > 0 {
            add(count + 1)
            text += [UInt8](repeating: UInt8(ascii: "="), count: 3 - count)
        }
        return String(decoding: text, as: UTF8.self)
    }

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

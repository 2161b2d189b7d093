import ConciergeKit
import JSON

/// Distinguishes a repeated call from a different one with the same idempotency key: 64-bit FNV-1a over its parts. It
/// guards against mistakes, not against an adversary.
enum Fingerprint {
    static func of(_ parts: [String]) -> String { String(hash(of: parts), radix: 16) }

    static func hash(of parts: [String]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in parts {
            // Canonically equivalent calls have the same hash.
            for byte in Folding.canonical(part).utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            // 0xFF occurs in no UTF-8 text, so that ("ab", "c") and ("a", "bc") differ.
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        return hash
    }
}

extension String? {
    /// A part that distinguishes a text, also an empty one, from nil.
    var given: String { map { "=" + $0 } ?? "" }
}

extension JSONObject {
    /// The same text for equal objects, whatever the order of their keys.
    var canonicalText: String {
        JSONObject(keys.sorted().compactMap { key in self[key].map { (key, $0) } }).description
    }
}

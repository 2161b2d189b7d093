import ConciergeKit
import JSON

/// Tells a repeated call from another one with the same idempotency key: 64-bit FNV-1a over its parts. It guards
/// against mistakes, not against an adversary.
enum Fingerprint {
    static func of(_ parts: [String]) -> String { String(hash(of: parts), radix: 16) }

    static func hash(of parts: [String]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in parts {
            // Calls that are canonically equivalent are one call.
            for byte in Folding.canonical(part).utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            // A byte that is in no UTF-8 text keeps ("ab", "c") and ("a", "bc") apart.
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        return hash
    }
}

extension String? {
    /// A part that tells a text from none, also an empty one.
    var given: String { map { "=" + $0 } ?? "" }
}

extension JSONObject {
    /// The same text for equal objects, whatever the order of their keys.
    var canonicalText: String {
        JSONObject(keys.sorted().compactMap { key in self[key].map { (key, $0) } }).description
    }
}

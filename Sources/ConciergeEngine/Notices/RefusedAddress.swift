package import ConciergeKit

/// An address that a mail server has refused: no notice goes there until staff say that it is right.
package struct RefusedAddress: Sendable, Hashable {
    package let at: Instant
    /// The words of the server.
    package let reason: String

    package init(at: Instant, reason: String) {
        self.at = at
        self.reason = reason
    }

    /// The form of an address by which it is found. Servers do not tell capitals apart.
    package static func key(of address: String) -> String { Folding.canonical(address).lowercased() }
}

/// The server that takes mail from the lodge, and how it is reached.
///
/// | written | is |
/// | --- | --- |
/// | `smtp://mail.example.org:587` | STARTTLS, demanded: a server that does not offer it gets nothing; port 587 by default |
/// | `smtps://mail.example.org:465` | TLS from the first byte; port 465 by default |
/// | `smtp+plain://localhost:25` | no encryption, for a server of the same machine; port 25 by default |
/// | `smtp+unix:///run/mta/smtp.sock` | a Unix socket, without encryption |
package struct Relay: Sendable, Hashable, CustomStringConvertible {
    /// How the connection is kept secret.
    package enum Security: Sendable, Hashable {
        /// Not at all.
        case none
        /// STARTTLS (RFC 3207), without which nothing is sent.
        case startTLS
        /// TLS before anything else (RFC 8314).
        case tls
    }

    /// Where it listens.
    package enum Place: Sendable, Hashable {
        /// A name or an address, IPv6 in brackets.
        case host(String, port: UInt16)
        /// The path of a Unix socket.
        case socket(String)
    }

    /// Where it listens.
    package let place: Place
    /// How the connection is kept secret.
    package let security: Security
    /// As it was written.
    package let description: String

    /// Reads how a relay is written; nil for anything else.
    package init?(_ text: String) {
        guard text.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }),
            let mark = text.firstRange(of: "://")
        else { return nil }
        let rest = String(text[mark.upperBound...])
        let usualPort: UInt16
        switch text[..<mark.lowerBound] {
        case "smtp": (security, usualPort) = (.startTLS, 587)
        case "smtps": (security, usualPort) = (.tls, 465)
        case "smtp+plain": (security, usualPort) = (.none, 25)
        case "smtp+unix":
            // sockaddr_un(7): 107 bytes and a NUL.
            guard rest.hasPrefix("/"), rest.count > 1, rest.utf8.count <= 107 else { return nil }
            (place, security, description) = (.socket(rest), .none, text)
            return
        default: return nil
        }
        guard let (host, port) = Self.hostAndPort(rest) else { return nil }
        place = .host(host, port: port ?? usualPort)
        description = text
    }

    /// Whether a password may be sent to it: the connection is secret, or does not leave the machine.
    package var mayHearPassword: Bool {
        switch place {
        case .socket: true
        case .host(let host, _):
            security != .none || host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
        }
    }

    private static func hostAndPort(_ text: String) -> (host: String, port: UInt16?)? {
        var host = text[...]
        var port: UInt16?
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            guard let number = UInt16(text[text.index(after: colon)...]), number > 0 else { return nil }
            (host, port) = (text[..<colon], number)
        }
        let isAddress = host.hasPrefix("[") && host.hasSuffix("]")
        let inside = isAddress ? host.dropFirst().dropLast() : host
        let allowed = isAddress ? ":.0123456789abcdefABCDEF" : ".-_0123456789"
        guard let first = inside.first, isAddress || first != "-",
            inside.allSatisfy({ allowed.contains($0) || (!isAddress && $0.isLetter) })
        else { return nil }
        return (String(host), port)
    }
}

package import Civil
package import Wording

/// How mail is handed to a relay.
package struct SMTPSettings: Sendable, Hashable {
    /// The server.
    package let relay: Relay
    /// The name that this machine gives itself (EHLO): letters, digits, hyphens and dots.
    package let hello: String
    /// User and password; nil for a relay that wants none.
    package let login: Login?
    /// A file with the certificates (PEM) that may sign the relay's; nil for those of the system.
    package let certificates: String?
    /// How long connecting may take, with the server's greeting: RFC 5321 wants five minutes for the greeting.
    package var connectLimit = TimeSpan(.minutes(5))
    /// How long each answer may take. RFC 5321 (section 4.5.3.2.6) wants ten minutes after the final dot, because who is
    /// impatient there sends mails twice.
    package var replyLimit = TimeSpan(.minutes(10))

    /// User and password for AUTH.
    package struct Login: Sendable, Hashable {
        /// The user.
        package let user: String
        /// The password.
        package let password: String

        /// User and password.
        package init(user: String, password: String) { (self.user, self.password) = (user, password) }
    }

    /// What cannot be.
    package enum Mistake: Error, Hashable {
        /// The password would be readable on the network.
        case passwordInClear(Relay)
        /// The name is none.
        case hello(String)

        /// The mistake in words.
        package var words: Text {
            switch self {
            case .passwordInClear(let relay):
                Text(
                    fr:
                        "Un mot de passe n'est pas envoyé en clair à \(relay.description) : utilisez smtps:// ou smtp://.",
                    en: "No password is sent in clear to \(relay.description): use smtps:// or smtp://.")
            case .hello(let name):
                Text(fr: "« \(name) » n'est pas un nom de machine.", en: "\"\(name)\" is no name of a machine.")
            }
        }
    }

    /// Settings that can be used.
    package init(
        relay: Relay, hello: String = "localhost", login: Login? = nil, certificates: String? = nil
    ) throws(Mistake) {
        if login != nil, !relay.mayHearPassword { throw .passwordInClear(relay) }
        let isName =
            !hello.isEmpty && hello.utf8.count <= 255
            && hello.utf8.allSatisfy {
                $0 < 0x80 && (Character(Unicode.Scalar($0)).isLetter || "0123456789-.".utf8.contains($0))
            }
        guard isName else { throw .hello(hello) }
        (self.relay, self.hello, self.login, self.certificates) = (relay, hello, login, certificates)
    }
}

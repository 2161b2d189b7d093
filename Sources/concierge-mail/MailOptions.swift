import ArgumentParser
import Civil
import Mail
import SMTP
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where mail goes and who writes it: options of the command line, each of which a unit can set as a variable.
struct MailOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The server that takes mail: smtp://HOST:PORT (STARTTLS, demanded), smtps://HOST:PORT, smtp+plain://HOST:PORT, \
            smtp+unix:///PATH. $CONCIERGE_MAIL_RELAY.
            """, valueName: "url"))
    var relay: String?

    @Option(
        help: ArgumentHelp(
            "Write each message as a file into this folder in place of a server. $CONCIERGE_MAIL_DROP.",
            valueName: "dir"))
    var drop: String?

    @Option(help: ArgumentHelp("The lodge's address. $CONCIERGE_MAIL_FROM.", valueName: "address"))
    var from: String?

    @Option(help: ArgumentHelp("The lodge's name in mails. $CONCIERGE_MAIL_FROM_NAME.", valueName: "name"))
    var fromName: String?

    @Option(
        help: ArgumentHelp(
            "The domain of Message-IDs; else that of the lodge's address. $CONCIERGE_MAIL_DOMAIN.", valueName: "name"))
    var domain: String?

    @Option(help: ArgumentHelp("The user for the server. $CONCIERGE_MAIL_USER.", valueName: "name"))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "The user's password; else the credential smtp-password of the unit.", valueName: "file"))
    var passwordFile: String?

    @Option(
        help: ArgumentHelp(
            "How this machine names itself to the server; else by its host name. $CONCIERGE_MAIL_HELLO.",
            valueName: "name"))
    var hello: String?

    @Option(
        help: ArgumentHelp(
            "Certificates that may sign the server's (PEM); else those of the system. $CONCIERGE_MAIL_CERTIFICATES.",
            valueName: "file"))
    var certificates: String?

    @Option(
        help: ArgumentHelp("How long connecting may take, with the server's greeting: 5min.", valueName: "span"),
        transform: span)
    var connectLimit = TimeSpan(.minutes(5))

    @Option(
        help: ArgumentHelp("How long each answer of the server may take: 10min.", valueName: "span"), transform: span)
    var replyLimit = TimeSpan(.minutes(10))

    @Option(help: ArgumentHelp("How many connections to the server may be open at once.", valueName: "n"))
    var connections = 2

    func validate() throws {
        guard (1...64).contains(connections) else { throw ValidationError("--connections is 1 to 64.") }
    }
}

/// A configuration with which nothing can be sent, in words for whoever wrote it.
struct BadConfiguration: Error, Hashable {
    let words: Text
}

extension MailOptions {
    /// Whoever sends with these options.
    func mailing(
        environment: [String: String], clock: @escaping @Sendable () -> Instant
    ) throws(BadConfiguration) -> any Mailing {
        func value(_ option: String?, _ variable: String) -> String? {
            let text = option ?? environment["CONCIERGE_MAIL_\(variable)"]
            return text.flatMap { $0.isEmpty ? nil : $0 }
        }
        let sender = try sender(value)
        if let folder = value(drop, "DROP") {
            guard value(relay, "RELAY") == nil else {
                throw BadConfiguration(
                    words: Text(
                        fr: "Les messages vont à un serveur ou dans un dossier : --relay ou --drop.",
                        en: "Mail goes to a server or into a folder: --relay or --drop."))
            }
            return FileDrop(folder: folder, sender: sender, clock: clock)
        }
        guard let written = value(relay, "RELAY") else {
            throw BadConfiguration(
                words: Text(
                    fr: "Il manque où vont les messages : --relay ou --drop.",
                    en: "It is not said where mail goes: --relay or --drop."))
        }
        guard let relay = Relay(written) else {
            throw BadConfiguration(
                words: Text(
                    fr:
                        "« \(written) » n'est pas un serveur : écrivez smtp://mail.example.org:587 ou smtps://mail.example.org.",
                    en: "\"\(written)\" is no server: write smtp://mail.example.org:587 or smtps://mail.example.org."))
        }
        var login: SMTPSettings.Login?
        if let user = value(user, "USER") {
            login = SMTPSettings.Login(user: user, password: try password(environment))
        }
        do {
            var settings = try SMTPSettings(
                relay: relay, hello: value(hello, "HELLO") ?? Self.hostName ?? "localhost", login: login,
                certificates: value(certificates, "CERTIFICATES"))
            (settings.connectLimit, settings.replyLimit) = (connectLimit, replyLimit)
            return RelayMailing(settings, sender: sender, connections: connections, clock: clock)
        } catch {
            throw BadConfiguration(words: error.words)
        }
    }

    private func sender(_ value: (String?, String) -> String?) throws(BadConfiguration) -> Sender {
        guard let from = value(from, "FROM") else {
            throw BadConfiguration(
                words: Text(
                    fr: "Il manque l'adresse de la loge : --from.", en: "The lodge's address is missing: --from."))
        }
        do {
            let address = try MailAddress(from)
            guard !address.needsSMTPUTF8 else {
                throw BadConfiguration(
                    words: Text(
                        fr:
                            "L'adresse de la loge est à écrire sans accents avant le « @ » : tous les serveurs doivent la comprendre.",
                        en: "The lodge's address has no accents before the \"@\": every server must understand it."))
            }
            let domain = if let written = value(domain, "DOMAIN") { try MailDomain(written) } else { address.domain }
            return Sender(mailbox: Mailbox(address, name: value(fromName, "FROM_NAME") ?? ""), domain: domain)
        } catch let mistake as MailMistake {
            throw BadConfiguration(words: Text(verbatim: " ", joining: [Text(verbatim: "\(from):"), mistake.words]))
        } catch {
            throw error as? BadConfiguration ?? BadConfiguration(words: Text(verbatim: "\(error)"))
        }
    }

    /// The password is in a file that systemd gives to this unit alone (systemd.exec(5), LoadCredential=), never in the
    /// environment, which other programs can see.
    private func password(_ environment: [String: String]) throws(BadConfiguration) -> String {
        let credential = environment["CREDENTIALS_DIRECTORY"].map { "\($0)/smtp-password" }
        guard let path = passwordFile ?? credential else {
            throw BadConfiguration(
                words: Text(
                    fr: "Il manque le mot de passe : --password-file, ou LoadCredential=smtp-password:… de l'unité.",
                    en: "The password is missing: --password-file, or LoadCredential=smtp-password:… of the unit."))
        }
        let bytes: [UInt8]
        do {
            bytes = try read(path)
        } catch {
            throw BadConfiguration(words: error.words)
        }
        let password = String(decoding: bytes, as: UTF8.self).prefix { !$0.isNewline }
        guard !password.isEmpty else {
            throw BadConfiguration(words: Text(fr: "\(path) est vide.", en: "\(path) is empty."))
        }
        return String(password)
    }

    private static var hostName: String? {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return nil }
        let name = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (try? MailDomain(name))?.ascii
    }
}

/// Reads a span as a person writes it: `30s`, `5min`.
private func span(_ text: String) throws -> TimeSpan {
    guard let span = TimeSpan(text), span.duration > .zero else {
        throw ValidationError("\"\(text)\" is no span like 30s or 5min.")
    }
    return span
}

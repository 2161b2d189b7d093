import Civil
import Foundation
import Mail
import MailServer
import SMTP

extension MailServer {
    /// A connection to it.
    func connection(
        _ scheme: String = "smtp+plain", host: String = "127.0.0.1", login: SMTPSettings.Login? = nil,
        trusts: Bool = true, limit: Duration = .seconds(60)
    ) throws -> SMTPConnection {
        let place = scheme == "smtp+unix" ? folder.appending(path: "smtp").path : "\(host):\(port)"
        guard let relay = Relay("\(scheme)://\(place)") else { throw Unusable(description: "\(scheme)://\(place)") }
        var settings = try SMTPSettings(
            relay: relay, hello: "lodge.example.org", login: login,
            certificates: trusts ? folder.appending(path: "certificate.pem").path : nil)
        (settings.connectLimit, settings.replyLimit) = (.init(limit), .init(limit))
        return SMTPConnection(settings)
    }
}

/// A message to somebody at example.org, or elsewhere.
func message(to name: String, text: String = "Un colis vous attend.", id: String = "17") throws -> MailMessage {
    let lodge = try MailAddress("loge@example.org")
    return MailMessage(
        id: try MessageID(notice: id, domain: lodge.domain), from: Mailbox(lodge, name: "La loge"),
        to: Mailbox(try MailAddress(name.contains("@") ? name : "\(name)@example.org"), name: "Zoé"), subject: "Colis",
        text: text, date: .init(milliseconds: 1_795_457_646_000))
}

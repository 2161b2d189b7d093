package import Wording

/// What became of a mail that was handed to a server.
package struct Verdict: Sendable, Hashable {
    /// What may be done next.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// The server has taken responsibility for it (RFC 5321, section 4.2.5).
        case sent
        /// The whole message was sent and the answer was lost: it may have arrived or not. It may be sent once more with
        /// the same Message-ID.
        case uncertain
        /// It will never be taken.
        case refused
        /// It was not taken and may be later.
        case wait
        /// Nothing can be sent before somebody corrects the configuration here or at the server. It is nothing against
        /// this mail.
        case configuration
    }

    /// What may be done next.
    package let outcome: Outcome
    /// Why, in words for staff; nil if it was sent.
    package let reason: Text?
    /// What the server said last; nil if it said nothing.
    package let reply: String?
    /// Whether it was refused because of the recipient's address, so that no other mail to it will do better.
    package let isAddressAtFault: Bool
    /// How long the server asks to wait; nil if it names no time.
    package let retryAfter: Duration?

    /// A verdict. A program that need not ask a server, because the address is none, gives one too.
    package init(
        _ outcome: Outcome, _ reason: Text? = nil, reply: String? = nil, isAddressAtFault: Bool = false,
        retryAfter: Duration? = nil
    ) {
        (self.outcome, self.reason, self.reply) = (outcome, reason, reply)
        (self.isAddressAtFault, self.retryAfter) = (isAddressAtFault, retryAfter)
    }
}

/// How a transfer ended, as libcurl and the server tell it.
package struct Ending: Sendable, Hashable {
    /// What libcurl returned.
    package enum Transfer: Sendable, Hashable {
        /// CURLE_OK: the message was answered with 2xx.
        case complete
        /// The relay's certificate is not that of its name, or nobody known has signed it.
        case untrusted
        /// TLS was demanded and is not offered.
        case noTLS
        /// Name or password are wrong.
        case noLogin
        /// It was ended here, because the server does not offer the SMTPUTF8 that it needs.
        case noSMTPUTF8
        /// The settings of the transfer are impossible.
        case impossible
        /// Anything else, from a refusal to a cut cable.
        case failed
    }

    /// What libcurl returned.
    package let transfer: Transfer
    /// What the server said.
    package let conversation: Conversation
    /// Whether the whole message was passed to libcurl, so that the server may have all of it.
    package let wasHandedOver: Bool
    /// What libcurl says about it, in English; empty for nothing.
    package let detail: String

    /// How a transfer ended.
    package init(_ transfer: Transfer, _ conversation: Conversation, wasHandedOver: Bool = false, detail: String = "") {
        (self.transfer, self.conversation) = (transfer, conversation)
        (self.wasHandedOver, self.detail) = (wasHandedOver, detail)
    }
}

extension Verdict {
    /// What the end of a transfer means.
    ///
    /// The one question that decides: who has the mail now? While the last answer is the one to DATA and all was sent,
    /// nobody knows. Before that nobody has it but we.
    package init(of ending: Ending) {
        let conversation = ending.conversation
        let reply = conversation.reply.isEmpty ? nil : conversation.reply
        func verdict(_ outcome: Outcome, _ reason: Text, isAddressAtFault: Bool = false) -> Verdict {
            Verdict(
                outcome, reason, reply: reply, isAddressAtFault: isAddressAtFault,
                retryAfter: outcome == .wait ? RetryHint.duration(in: conversation.reply) : nil)
        }
        self =
            switch ending.transfer {
            case .complete: Verdict(.sent, reply: reply)
            case .noSMTPUTF8: verdict(.refused, Self.noSMTPUTF8, isAddressAtFault: true)
            case .untrusted: verdict(.configuration, Self.untrusted(ending.detail))
            case .impossible: verdict(.configuration, Self.impossible(ending.detail))
            // 454 is a server that cannot just now (RFC 3207, RFC 4954).
            case .noTLS where !conversation.isDeferred: verdict(.configuration, Self.noTLS)
            case .noLogin where !conversation.isDeferred: verdict(.configuration, Self.noLogin)
            case .noTLS, .noLogin: verdict(.wait, Self.deferred)
            case .failed where conversation.isAfterData && ending.wasHandedOver: verdict(.uncertain, Self.answerLost)
            case .failed:
                switch conversation.code {
                case 500...: Self.refusal(conversation, reply)
                case 400...: verdict(.wait, Self.deferred)
                default: verdict(.wait, Self.lost(ending.detail))
                }
            }
    }

    /// Whom a 5xx is about: it depends on what it answers.
    private static func refusal(_ conversation: Conversation, _ reply: String?) -> Verdict {
        // Login or encryption demanded (RFC 4954, section 6; RFC 3207, section 4), at whatever command.
        if [530, 534, 535, 538].contains(conversation.code) {
            return Verdict(.configuration, Self.needsLogin, reply: reply)
        }
        let status = EnhancedStatus(conversation.reply)
        switch conversation.stage {
        case .recipient:
            // 5.7.x is about who may send through this server, such as "relay access denied".
            let isPolicy = status?.subject == 7
            return Verdict(
                .refused, isPolicy ? Self.mailRefused : Self.addressRefused, reply: reply,
                isAddressAtFault: !isPolicy)
        case .data, .message:
            let isAddress = status?.subject == 1
            return Verdict(
                .refused, isAddress ? Self.addressRefused : Self.mailRefused, reply: reply,
                isAddressAtFault: isAddress)
        // The message is too large, which MAIL announces (RFC 1870).
        case .sender where conversation.code == 552: return Verdict(.refused, Self.mailRefused, reply: reply)
        case .sender: return Verdict(.configuration, Self.senderRefused, reply: reply)
        case .greeting, .hello, .encryption, .login, nil:
            return Verdict(.configuration, Self.lodgeRefused, reply: reply)
        }
    }
}

extension Conversation {
    /// Whether the last answer is that to DATA: only the message can have come after it.
    fileprivate var isAfterData: Bool { stage == .data && code == 354 }

    fileprivate var isDeferred: Bool { (400..<500).contains(code) }
}

/// An enhanced status code (RFC 3463): the `5.1.1` of `550 5.1.1 No such user`.
private struct EnhancedStatus {
    /// 1 addressing, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
    let subject: Int

    init?(_ reply: String) {
        let words = reply.split(separator: " ")
        let numbers = words.dropFirst().first?.split(separator: ".").map { Int($0) } ?? []
        guard numbers.count == 3, let kind = numbers[0], let subject = numbers[1], numbers[2] != nil,
            [2, 4, 5].contains(kind)
        else { return nil }
        self.subject = subject
    }
}

/// The reasons.
extension Verdict {
    private static let noSMTPUTF8 = Text(
        fr: "L'adresse a des caractères que le serveur ne sait pas traiter (SMTPUTF8).",
        en: "The address has characters that the server cannot handle (SMTPUTF8).")
    private static let noTLS = Text(
        fr: "Le serveur ne propose pas de connexion chiffrée ; rien n'est envoyé en clair.",
        en: "The server offers no encrypted connection; nothing is sent without one.")
    private static let noLogin = Text(
        fr: "Le serveur refuse l'identifiant ou le mot de passe.", en: "The server refuses the user or the password.")
    private static let needsLogin = Text(
        fr: "Le serveur veut une connexion chiffrée ou un mot de passe.",
        en: "The server wants encryption or a password.")
    private static let senderRefused = Text(
        fr: "Le serveur refuse l'adresse d'expédition.", en: "The server refuses the sender's address.")
    private static let lodgeRefused = Text(
        fr: "Le serveur ne parle pas à cette machine.", en: "The server does not talk to this machine.")
    private static let addressRefused = Text(
        fr: "Le serveur refuse l'adresse.", en: "The server refuses the address.")
    private static let mailRefused = Text(
        fr: "Le serveur refuse le message.", en: "The server refuses the message.")
    private static let deferred = Text(fr: "Le serveur demande d'attendre.", en: "The server asks to wait.")
    private static let answerLost = Text(
        fr: "La réponse du serveur s'est perdue : le message est peut-être arrivé.",
        en: "The server's answer was lost: the message may have arrived.")

    private static func untrusted(_ detail: String) -> Text {
        Text(
            fr: "Le certificat du serveur n'est pas reconnu : \(detail)",
            en: "The server's certificate is not trusted: \(detail)")
    }
    private static func impossible(_ detail: String) -> Text {
        Text(
            fr: "Ces réglages ne permettent pas d'envoyer : \(detail)",
            en: "Nothing can be sent with these settings: \(detail)")
    }
    private static func lost(_ detail: String) -> Text {
        Text(fr: "Le serveur n'est pas joignable : \(detail)", en: "The server cannot be reached: \(detail)")
    }
}

/// What a server has said in one transaction: which command its last reply answered, and its words.
///
/// Pure: libcurl passes each line of the server (RFC 5321, section 4.2) to ``take(_:)``. The commands are known by their
/// order, which is libcurl's: greeting, EHLO (and HELO where that is refused), STARTTLS and EHLO again, AUTH, MAIL, RCPT,
/// DATA, the message.
package struct Conversation: Sendable, Hashable {
    /// What a reply is the answer to.
    package enum Stage: String, Sendable, Hashable, CaseIterable {
        /// The connection itself: the server speaks first.
        case greeting
        /// EHLO or HELO.
        case hello
        /// STARTTLS.
        case encryption
        /// AUTH.
        case login
        /// MAIL FROM.
        case sender
        /// RCPT TO.
        case recipient
        /// DATA.
        case data
        /// The message and its final dot.
        case message
    }

    /// What the last complete reply answered; nil before the first.
    package private(set) var stage: Stage?
    /// The code of the last complete reply; 0 before the first.
    package private(set) var code = 0
    /// The last complete reply, its lines joined by a space: `450 4.2.0 Greylisted, see …`. What could not be shown in a
    /// terminal is left out, and it has 500 characters at most.
    package private(set) var reply = ""
    /// Whether the last EHLO was answered with SMTPUTF8 (RFC 6531).
    package private(set) var offersSMTPUTF8 = false

    /// Whether EHLO has been answered for the last time, with encryption where it is demanded.
    package var isGreeted: Bool { stage == .hello && code < 400 && (!startsTLS || isEncrypted) }

    /// Whether the server has ended the connection at the first command of a transaction.
    package var isFarewell: Bool { stage == .sender && code == 421 }

    private let startsTLS: Bool
    private let logsIn: Bool
    private var isEncrypted = false
    private var lines: [String] = []

    /// A transaction on a new connection, or on one that has been greeted before.
    package init(isNew: Bool, startsTLS: Bool, logsIn: Bool) {
        (self.startsTLS, self.logsIn) = (startsTLS, logsIn)
        next = isNew ? .greeting : .sender
    }

    /// What the next reply will answer.
    private var next: Stage

    /// Takes a line of the server.
    package mutating func take(_ line: String) {
        let line = String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
        let code = Int(line.prefix(3)) ?? 0
        // 221 is the answer to QUIT, which libcurl sends after a refusal.
        guard (200..<600).contains(code), code != 221, !isRefused else { return }
        if next == .hello, line.dropFirst(4).uppercased().hasPrefix("SMTPUTF8") { offersSMTPUTF8 = true }
        lines.append(lines.isEmpty ? line : String(line.dropFirst(4)))
        // The last line of a reply has no hyphen after its code.
        guard line.dropFirst(3).first != "-" else { return }
        (self.code, stage) = (code, next)
        reply = String(lines.joined(separator: " ").prefix(500))
        lines = []
        advance(after: code)
    }

    /// Whether the transaction has ended with a refusal: what comes after it is about something else.
    private var isRefused: Bool {
        switch stage {
        case .sender, .recipient, .data, .message: code >= 400
        case .greeting, .hello, .encryption, .login, nil: false
        }
    }

    private mutating func advance(after code: Int) {
        switch next {
        case .greeting: next = .hello
        case .hello:
            // libcurl tries HELO after a refused EHLO.
            guard code < 400 else { return }
            next = startsTLS && !isEncrypted ? .encryption : logsIn ? .login : .sender
        case .encryption:
            guard code < 400 else { return }
            isEncrypted = true
            offersSMTPUTF8 = false
            next = .hello
        case .login:
            switch code {
            case 334: break
            case 235: next = .sender
            case 250:
                // The server offers no AUTH, so that libcurl sent MAIL at once.
                stage = .sender
                next = .recipient
            default: break
            }
        case .sender: next = .recipient
        case .recipient: next = .data
        case .data: next = .message
        case .message: break
        }
    }
}

import CCurl
import Civil
import Mail

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One easy handle of libcurl, and the transactions that it performs one after the other.
///
/// Not `Sendable`: whoever has it uses it from one thread at a time.
final class CurlTransfer {
    private let settings: SMTPSettings
    /// Nil if there is no memory for it.
    private let curl: UnsafeMutableRawPointer?
    /// Where libcurl writes what went wrong. It must stay valid as long as the handle does.
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    /// The first option that libcurl refused, for the whole life of the handle.
    private var refusedOption: CURLcode = CURLE_OK

    /// Once in a process, before the first handle (curl_global_init(3)).
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(_ settings: SMTPSettings) {
        self.settings = settings
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        curl = Self.isReady ? curl_easy_init() : nil
        setUp()
    }

    deinit {
        if let curl { curl_easy_cleanup(curl) }
        words.deallocate()
    }

    /// Performs one transaction.
    ///
    /// A server closes connections that are idle for too long, and sometimes just when the next mail begins. Where an old
    /// connection has failed before anything was said, the same is done on a new one.
    func send(_ message: [UInt8], from sender: MailAddress, to recipient: MailAddress, needsSMTPUTF8: Bool) -> Ending {
        // Servers take a bare LF for the end of a line, and so for a final dot where libcurl sees none.
        precondition(message.hasMailLineEnds, "a message has a line that ends without CR LF")
        let (ending, isOver) = attempt(message, from: sender, to: recipient, needsSMTPUTF8: needsSMTPUTF8, onNew: false)
        if isOver { return ending }
        return attempt(message, from: sender, to: recipient, needsSMTPUTF8: needsSMTPUTF8, onNew: true).0
    }

    /// One transaction, on a new connection or on whichever there is. Returns false if it was an old one that had ended.
    private func attempt(
        _ message: [UInt8], from sender: MailAddress, to recipient: MailAddress, needsSMTPUTF8: Bool, onNew: Bool
    ) -> (Ending, isOver: Bool) {
        let recipients = curl_slist_append(nil, "<\(recipient.wire)>")
        defer { curl_slist_free_all(recipients) }
        let transaction = Transaction(
            message, conversation: conversation(isNew: true), needsSMTPUTF8: needsSMTPUTF8)
        return withExtendedLifetime(transaction) {
            let context = Unmanaged.passUnretained(transaction).toOpaque()
            set(CURLOPT_MAIL_FROM, "<\(sender.wire)>")
            set(CURLOPT_MAIL_RCPT, UnsafeRawPointer(recipients))
            set(CURLOPT_INFILESIZE, message.count)
            // Only a new connection says again whether it offers SMTPUTF8.
            set(CURLOPT_FRESH_CONNECT, needsSMTPUTF8 || onNew ? 1 : 0)
            if let curl {
                keep(ccurl_on_read(curl, passMessage, context))
                keep(ccurl_on_header(curl, takeLine, context))
            }
            return perform(transaction)
        }
    }

    private func perform(_ transaction: Transaction) -> (Ending, isOver: Bool) {
        guard let curl, refusedOption == CURLE_OK else {
            let detail = curl == nil ? "libcurl cannot be used" : String(cString: curl_easy_strerror(refusedOption))
            return (Ending(.impossible, conversation(isNew: true), detail: detail), true)
        }
        words[0] = 0
        let code = curl_easy_perform(curl)
        var connects = 0
        ccurl_get_long(curl, CURLINFO_NUM_CONNECTS, &connects)
        var conversation = conversation(isNew: connects > 0)
        for line in transaction.lines { conversation.take(line) }
        let detail = words[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: words)
        let ending = Ending(
            transaction.lacksSMTPUTF8 ? .noSMTPUTF8 : Ending.Transfer(code), conversation,
            wasHandedOver: transaction.isHandedOver, detail: detail)
        // 421 is the server's farewell, at whatever command it comes (RFC 5321, section 3.8).
        let hadEnded = code != CURLE_OK && connects == 0 && (conversation.stage == nil || conversation.isFarewell)
        return (ending, !hadEnded)
    }

    private func conversation(isNew: Bool) -> Conversation {
        Conversation(
            isNew: isNew, startsTLS: settings.relay.security == .startTLS, logsIn: settings.login != nil)
    }

    private func setUp() {
        // Signals would end other threads' system calls; names are looked up on a thread with a time limit.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_ERRORBUFFER, UnsafeRawPointer(words))
        // The environment of a unit must not send mail elsewhere.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(settings.connectLimit.duration.milliseconds))
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(settings.replyLimit.duration.components.seconds)))
        // A server that takes a byte now and then.
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, max(1, Int(settings.replyLimit.duration.components.seconds)))
        switch settings.relay.place {
        case .host(let host, let port):
            let scheme = settings.relay.security == .tls ? "smtps" : "smtp"
            // The path is the name of this machine.
            set(CURLOPT_URL, "\(scheme)://\(host):\(port)/\(settings.hello)")
        case .socket(let path):
            set(CURLOPT_URL, "smtp://localhost/\(settings.hello)")
            set(CURLOPT_UNIX_SOCKET_PATH, path)
        }
        // CURLUSESSL_ALL. CURLUSESSL_TRY would go on in clear where somebody has removed STARTTLS from the answer.
        if settings.relay.security != .none { set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        if let certificates = settings.certificates { set(CURLOPT_CAINFO, certificates) }
        if let login = settings.login {
            set(CURLOPT_USERNAME, login.user)
            set(CURLOPT_PASSWORD, login.password)
        }
    }

    private func set(_ option: CURLoption, _ value: Int) {
        guard let curl else { return }
        keep(ccurl_set_long(curl, option, value))
    }

    /// Libcurl copies the text.
    private func set(_ option: CURLoption, _ value: String) {
        guard let curl else { return }
        value.withCString { keep(ccurl_set_pointer(curl, option, $0)) }
    }

    /// What is there must stay there until the transfer has ended.
    private func set(_ option: CURLoption, _ value: UnsafeRawPointer?) {
        guard let curl else { return }
        keep(ccurl_set_pointer(curl, option, value))
    }

    private func keep(_ code: CURLcode) {
        if refusedOption == CURLE_OK { refusedOption = code }
    }
}

/// What libcurl's callbacks read and write during one transaction.
private final class Transaction {
    private let message: [UInt8]
    private var sent = 0
    private var conversation: Conversation
    private let needsSMTPUTF8: Bool

    private(set) var lines: [String] = []
    /// Whether libcurl has all bytes of the message, so that the final dot can be on its way.
    private(set) var isHandedOver = false
    /// Whether the transfer was ended before MAIL, because the server lacks what this mail needs.
    private(set) var lacksSMTPUTF8 = false

    init(_ message: [UInt8], conversation: Conversation, needsSMTPUTF8: Bool) {
        (self.message, self.conversation, self.needsSMTPUTF8) = (message, conversation, needsSMTPUTF8)
    }

    /// The next bytes of the message; none at its end.
    func pass(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, message.count - sent)
        room.copyBytes(from: message[sent..<sent + count])
        sent += count
        if sent == message.count { isHandedOver = true }
        return count
    }

    /// Takes a line of the server. Returns false to end the transfer.
    func take(_ line: UnsafeRawBufferPointer) -> Bool {
        // An endless answer fills no memory.
        if lines.count < 1000 { lines.append(String(decoding: line.prefix(1000), as: UTF8.self)) }
        guard needsSMTPUTF8 else { return true }
        conversation.take(String(decoding: line.prefix(1000), as: UTF8.self))
        lacksSMTPUTF8 = conversation.isGreeted && !conversation.offersSMTPUTF8
        return !lacksSMTPUTF8
    }
}

private func passMessage(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transaction = Unmanaged<Transaction>.fromOpaque(context).takeUnretainedValue()
    return transaction.pass(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

private func takeLine(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transaction = Unmanaged<Transaction>.fromOpaque(context).takeUnretainedValue()
    // Any other number ends the transfer with CURLE_WRITE_ERROR.
    return transaction.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

extension Ending.Transfer {
    fileprivate init(_ code: CURLcode) {
        self =
            switch code {
            case CURLE_OK: .complete
            case CURLE_PEER_FAILED_VERIFICATION: .untrusted
            case CURLE_USE_SSL_FAILED: .noTLS
            case CURLE_LOGIN_DENIED: .noLogin
            case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION,
                CURLE_BAD_FUNCTION_ARGUMENT, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
                .impossible
            default: .failed
            }
    }
}

extension [UInt8] {
    /// Whether CR and LF stand only as CR LF, and at the end.
    fileprivate var hasMailLineEnds: Bool {
        var last: UInt8 = 0
        for byte in self {
            if (byte == 0x0A) != (last == 0x0D) { return false }
            last = byte
        }
        return last == 0x0A
    }
}

import Civil
import Mail
import SMTP
import Synchronization

/// Whoever sends mails: a relay, or a folder in its place.
protocol Mailing: Sendable {
    /// Sends one message, and says what became of it. It neither waits to try again nor tries twice: that is the
    /// caller's, who keeps account of attempts.
    func send(_ job: MailJob) async -> Verdict
}

/// Who writes: it makes a message of a job.
struct Sender: Sendable, Hashable {
    /// The lodge's mailbox.
    let mailbox: Mailbox
    /// The domain of Message-IDs. It must stay the same, so that a mail that is sent twice is seen to be one.
    let domain: MailDomain

    /// The message of a job.
    func message(of job: MailJob, now: Instant) throws(MailMistake) -> MailMessage {
        MailMessage(
            id: try MessageID(notice: job.id, domain: domain), from: mailbox,
            to: Mailbox(try MailAddress(job.to), name: job.name), subject: job.subject, text: job.text, html: job.html,
            date: job.at ?? now)
    }
}

/// Sends through a relay, on several connections at once.
final class RelayMailing: Mailing {
    private let sender: Sender
    private let connections: [SMTPConnection]
    /// How many mails each connection has to send.
    private let waiting: Mutex<[Int]>
    private let clock: @Sendable () -> Instant

    init(_ settings: SMTPSettings, sender: Sender, connections: Int, clock: @escaping @Sendable () -> Instant) {
        self.sender = sender
        self.connections = (0..<max(1, connections)).map { _ in SMTPConnection(settings) }
        waiting = Mutex(Array(repeating: 0, count: self.connections.count))
        self.clock = clock
    }

    func send(_ job: MailJob) async -> Verdict {
        let message: MailMessage
        do {
            message = try sender.message(of: job, now: clock())
        } catch {
            return Verdict(of: error)
        }
        let index = waiting.withLock { waiting in
            let index = waiting.indices.min { waiting[$0] < waiting[$1] } ?? 0
            waiting[index] += 1
            return index
        }
        defer { waiting.withLock { $0[index] -= 1 } }
        return await connections[index].send(message)
    }
}

extension Verdict {
    /// The verdict on what no server need be asked about.
    init(of mistake: MailMistake) {
        let isAddressAtFault =
            switch mistake {
            case .id: false
            case .character, .signs, .local, .label, .length: true
            }
        self.init(.refused, mistake.words, isAddressAtFault: isAddressAtFault)
    }
}

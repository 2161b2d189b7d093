import ArgumentParser
import Civil
import ConciergeWorker
import Mail
import SMTP
import Wording

/// `concierge-mail work`: executes the tasks of providers that send mail, as a worker of the daemon.
struct Work: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send what tasks of providers ask for, as a worker of the daemon.",
        discussion: """
            A task is given {"to": "zoe@example.org", "name": "Zoé", "subject": "…", "text": "…"}, and if there is one \
            "html". Its provider declares it without a handler; the daemon keeps queue, retries and limits.
            """)

    @OptionGroup var options: MailOptions

    @Option(
        name: .customLong("task"),
        help: ArgumentHelp("A task to execute, such as parcel.mail; may be given several times.", valueName: "id"))
    var tasks: [String]

    @Option(
        help: ArgumentHelp(
            "The daemon's control socket (default: CONCIERGE_SOCKET, else \(Worker.usualSocket)).", valueName: "path"))
    var socket: String?

    func run() async throws {
        let mailing: any Mailing
        do {
            mailing = try options.mailing(environment: Send.environment, clock: Send.now)
        } catch {
            throw Send.failure(error.words, .configuration)
        }
        let works = tasks.map { id in
            id == LodgeMail.task
                ? WorkerTask(id) { (mail: GivenMail, job) in try await LodgeMail.sent(mail, by: mailing, job) }
                : WorkerTask(id) { (mail: GivenMail, job) in try await mail.sent(by: mailing, job) }
        }
        try await Worker(
            of: works, atMost: options.connections, name: "concierge-mail", socket: socket ?? Worker.usualSocket
        ).serve()
    }
}

/// What a task that sends mail is given. It is the same for each attempt of a run, and so is the mail's id.
struct GivenMail: Decodable, Sendable {
    let to: String
    let name: String?
    let subject: String
    let text: String
    let html: String?
    /// When what it says was written; nil for now.
    let at: Instant?
    /// Whether an earlier attempt may have reached its person.
    let uncertain: Bool?

    func job(_ key: String) -> MailJob {
        MailJob(id: key, to: to, name: name ?? "", subject: subject, text: text, html: html, at: at)
    }

    /// Sends it, and says how the attempt ends: a mail whose answer was lost is sent once more, with the same Message-ID.
    func sent(by mailing: any Mailing, _ job: WorkerJob) async throws -> WorkReport<NoAnswer> {
        let verdict = await mailing.send(self.job(job.key))
        return try Self.end(verdict, attempt: job.attempt)
    }

    /// What a verdict means for an attempt.
    static func end(_ verdict: Verdict, attempt: Int) throws(WorkFailure) -> WorkReport<NoAnswer> {
        let reason = verdict.reason?.en ?? verdict.reply ?? "the mail was not sent"
        switch verdict.outcome {
        case .sent: return WorkReport(Text(fr: "Courriel remis au serveur.", en: "The mail was taken by the server."))
        case .uncertain where attempt > 1:
            return WorkReport(
                Text(
                    fr: "Incertain : la réponse du serveur s'est perdue deux fois ; le courriel est peut-être arrivé.",
                    en: "Uncertain: the server's answer was lost twice; the mail may have arrived."))
        case .uncertain: throw .retry(reason: "uncertain: \(reason)", after: .seconds(60))
        case .wait: throw .retry(reason: reason, after: verdict.retryAfter)
        case .configuration: throw .retry(reason: reason, after: .seconds(600))
        case .refused: throw .final(reason: reason)
        }
    }
}

/// The lodge's own mails to residents, whose ends the daemon notes at each notice.
enum LodgeMail {
    static let task = "lodge.send-mail"

    /// How a mail ended, as the daemon reads it.
    struct Ending: Encodable, Sendable {
        let outcome: String
        var reply: String?
    }

    /// Sends a mail, and says what became of it. An address that the server refuses is an end; all else is tried again, or
    /// has failed.
    static func sent(_ mail: GivenMail, by mailing: any Mailing, _ job: WorkerJob) async throws -> WorkReport<Ending> {
        try end(await mailing.send(mail.job(job.key)), wasUncertain: mail.uncertain ?? false)
    }

    /// What a verdict means for an attempt.
    static func end(_ verdict: Verdict, wasUncertain: Bool) throws(WorkFailure) -> WorkReport<Ending> {
        switch verdict.outcome {
        case .uncertain where wasUncertain:
            return WorkReport(
                Ending(outcome: "uncertain", reply: verdict.reply),
                Text(
                    fr: "Incertain : la réponse du serveur s'est perdue deux fois ; le courriel est peut-être arrivé.",
                    en: "Uncertain: the server's answer was lost twice; the mail may have arrived."))
        case .sent:
            return WorkReport(
                Ending(outcome: "sent", reply: verdict.reply),
                Text(fr: "Courriel remis au serveur.", en: "The mail was taken by the server."))
        case .refused where verdict.isAddressAtFault:
            return WorkReport(
                Ending(outcome: "refused", reply: verdict.reply ?? verdict.reason?.en),
                Text(fr: "L'adresse est refusée.", en: "The address is refused."))
        case .refused, .uncertain, .wait, .configuration:
            // Never as one that is uncertain for the second time: this is the first.
            _ = try GivenMail.end(verdict, attempt: 1)
            throw .final(reason: verdict.reply ?? "the mail was not sent")
        }
    }
}

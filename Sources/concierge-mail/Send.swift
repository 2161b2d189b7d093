import ArgumentParser
import Civil
import JSON
import Mail
import SMTP
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// `concierge-mail send`.
struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send messages, and print what became of each as a line of JSON.",
        discussion: """
            A message is {"id": "17", "to": "zoe@example.org", "name": "Zoé", "subject": "…", "text": "…"}, and if there \
            are any "html" and "at" (when it was written). The file has one message, or one on each line.
            """)

    @OptionGroup var options: MailOptions

    @Argument(help: ArgumentHelp("The file with the messages; else standard input.", valueName: "file"))
    var file: String?

    func run() async throws {
        let jobs: [MailJob]
        let mailing: any Mailing
        do {
            mailing = try options.mailing(environment: Self.environment, clock: Self.now)
            jobs = try Self.jobs(in: try read(file ?? "/dev/stdin"))
        } catch let mistake as BadConfiguration {
            throw Self.failure(mistake.words, .configuration)
        } catch let mistake as MailJob.Mistake {
            throw Self.failure(mistake.words, .data)
        } catch let mistake as UnreadableFile {
            throw Self.failure(mistake.words, .noInput)
        }
        let status = await Self.send(jobs, by: mailing)
        if status != .done { throw ExitCode(status.rawValue) }
    }

    /// Sends all, several at a time, and prints the verdicts as they come.
    private static func send(_ jobs: [MailJob], by mailing: any Mailing) async -> Status {
        await withTaskGroup(of: (MailJob, Verdict).self, returning: Status.self) { group in
            var rest = jobs[...]
            // Enough to keep each connection at work, and few enough that a file of a million lines costs no memory.
            for job in rest.prefix(128) { group.addTask { (job, await mailing.send(job)) } }
            rest = rest.dropFirst(128)
            var status = Status.done
            for await (job, verdict) in group {
                if let next = rest.popFirst() { group.addTask { (next, await mailing.send(next)) } }
                write(Array("\(verdict.json(of: job).text)\n".utf8), to: STDOUT_FILENO)
                status = max(status, Status(verdict.outcome))
            }
            return status
        }
    }

    /// Reads one message, or one on each line.
    static func jobs(in bytes: [UInt8]) throws(MailJob.Mistake) -> [MailJob] {
        if let whole = try? JSON.parse(bytes) { return [try MailJob(whole)] }
        var jobs: [MailJob] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { continue }
            do {
                jobs.append(try MailJob(try JSON.parse(Array(line))))
            } catch let mistake as MailJob.Mistake {
                throw MailJob.Mistake(words: at(line: index + 1, mistake.words))
            } catch {
                throw MailJob.Mistake(words: at(line: index + 1, Text(verbatim: "\(error)")))
            }
        }
        guard !jobs.isEmpty else {
            throw MailJob.Mistake(words: Text(fr: "Il n'y a pas de message.", en: "There is no message."))
        }
        return jobs
    }

    private static func at(line: Int, _ words: Text) -> Text {
        Text(fr: "Ligne \(line) : \(words)", en: "Line \(line): \(words)")
    }

    static func failure(_ words: Text, _ status: Status) -> ExitCode {
        write(Array("concierge-mail: \(words.en)\n".utf8), to: STDERR_FILENO)
        return ExitCode(status.rawValue)
    }

    static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    static var environment: [String: String] {
        let names = ["RELAY", "DROP", "FROM", "FROM_NAME", "DOMAIN", "USER", "HELLO", "CERTIFICATES"]
        return Dictionary(
            uniqueKeysWithValues: (names.map { "CONCIERGE_MAIL_\($0)" } + ["CREDENTIALS_DIRECTORY"]).compactMap {
                name in
                getenv(name).map { (name, String(cString: $0)) }
            })
    }
}

/// Exit statuses (sysexits.h), the worst last.
enum Status: Int32, Comparable {
    case done = 0
    case noInput = 66
    case deferred = 75
    case data = 65
    case configuration = 78

    private var weight: Int {
        switch self {
        case .done: 0
        case .noInput: 1
        case .deferred: 2
        case .data: 3
        case .configuration: 4
        }
    }

    init(_ outcome: Verdict.Outcome) {
        self =
            switch outcome {
            case .sent: .done
            case .wait, .uncertain: .deferred
            case .refused: .data
            case .configuration: .configuration
            }
    }

    static func < (left: Status, right: Status) -> Bool { left.weight < right.weight }
}

extension Verdict {
    /// The verdict on a job as JSON.
    func json(of job: MailJob) -> JSON {
        var object = JSONObject([("id", JSON(job.id)), ("outcome", JSON(outcome.rawValue))])
        if let reason { object["reason"] = ["fr": JSON(reason.fr), "en": JSON(reason.en)] }
        if let reply { object["reply"] = JSON(reply) }
        if isAddressAtFault { object["address_at_fault"] = true }
        if let retryAfter { object["retry_after"] = JSON(retryAfter.components.seconds) }
        return .object(object)
    }
}

package import ConciergeKit

/// The lodge's own task, which a worker executes: one mail with the notices to one person.
///
/// A run's input names the person only. What is to be said is composed when the run is given to its worker, from the
/// notices that name the run, so that what was withdrawn until then is not said.
package enum SendMail {
    /// Whom a run writes to.
    package struct Recipient: Codable, Sendable, Hashable {
        /// The resident's id, as the request has it; nil for a partner.
        package var resident: String?
        /// Who holds a mandate and is written to instead; nil for the resident.
        package var holder: String?
        /// The partner, as the notice names it; nil for a resident.
        package var partner: String?

        /// A resident, or who holds a mandate for them.
        package init(resident: String, holder: String? = nil) { (self.resident, self.holder) = (resident, holder) }

        /// A partner.
        package init(partner: String) { self.partner = partner }

        /// Runs with the same key write to the same person. No resident's key begins with the mark.
        var key: String {
            [
                partner.map { "›\(PartnerBook.key(of: $0))" }, resident.map(Resident.key(of:)),
                holder.map { Folding.text($0) },
            ]
            .compactMap(\.self).joined(separator: "›")
        }

        /// Whether a notice is for this resident, or for this partner.
        fileprivate func isMeant(by notice: StoredNotice) -> Bool {
            notice.resident.map(Resident.key(of:)) == resident.map(Resident.key(of:))
                && notice.partner.map(PartnerBook.key(of:)) == partner.map(PartnerBook.key(of:))
        }
    }

    /// How a mail ended.
    package struct Ending: Codable, Sendable, Hashable {
        package enum Outcome: String, Codable, Sendable {
            case sent, uncertain
            /// The server refuses the address.
            case refused
            /// The directory has no address any more.
            case unreachable
            /// All that was to be said was withdrawn, told or too late.
            case nothing
        }

        package let outcome: Outcome
        /// The words of the server, if it has said any.
        package let reply: String?

        package init(_ outcome: Outcome, reply: String? = nil) {
            self.outcome = outcome
            self.reply = reply
        }
    }

    package static let name = TaskName<Recipient, Ending>(
        "lodge.send-mail", fr: "Envoyer un courriel", en: "Send a mail")
    package static let id = TaskID(name.id)
    /// The provider that the task belongs to. No other one may have this id.
    package static let provider = "lodge"

    /// How the reason begins for which an attempt is tried again that may have reached its person.
    package static let uncertainly = "uncertain:"

    /// What a run says of the notices that it sends: not what was too late when its attempt began, nor what is for
    /// somebody else by now.
    package static func said(_ notices: [StoredNotice], in run: StoredRun) -> [StoredNotice] {
        guard let recipient = try? name.decode(run.input) else { return [] }
        return notices.filter { notice in
            !notice.isTooLate(at: run.startedAt ?? run.createdAt) && recipient.isMeant(by: notice)
        }
    }

    /// How an attempt has succeeded, for the engine.
    package static func result(_ outcome: Ending.Outcome, _ words: Text) -> AttemptResult {
        // An ending is two words, which are always written.
        .succeeded(words: words, data: try? name.encode(answer: Ending(outcome)))
    }

    /// The lodge's own provider, with this task alone.
    package static let contents: ProviderContents = {
        let manifest = ProviderManifest(
            id: provider, version: "1.0.0", name: Text(fr: "La loge", en: "The lodge"),
            summary: Text(
                fr: "Les messages aux locataires et aux partenaires", en: "Messages to residents and partners"),
            concurrency: 64,
            // One address that has to wait holds back nobody else. Each mail is tried again by itself.
            breaker: BreakerPolicy(failures: .max))
        let task = TaskDefinition(
            name, executedBy: .worker,
            // A server may take 5 minutes for its greeting and 10 for its last answer (RFC 5321, 4.5.3.2).
            timeLimit: .minutes(20),
            // Some two days in all, for a server that is away.
            retry: RetryPolicy(attempts: 60, base: .minutes(1), ceiling: .hours(1)))
        do {
            return try ProviderContents(manifest, services: [], tasks: [task], schedules: [])
        } catch {
            // The declaration above has no mistake, which every test that sends a mail would find.
            fatalError("\(error)")
        }
    }()
}

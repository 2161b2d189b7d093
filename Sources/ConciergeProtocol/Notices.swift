package import Civil
package import Wording

// The interface org.concierged.Notices.

extension Wire {
    /// A notice for a resident or a partner, and what became of it.
    package struct Notice: WireValue, Hashable {
        /// The number of the history line with its words.
        package var id: String
        package var request: String
        package var service: String
        /// The resident for whom it is; nil if the request does not say, and if it is for a partner.
        package var resident: String?
        /// The partner for whom it is, as the request's service names it; nil if it is for a resident.
        package var partner: String?
        /// When it was written.
        package var at: Instant
        /// Its name in the service.
        package var name: String
        package var state: State
        /// Who is to deliver it.
        package var by: By
        /// The run that sends it.
        package var run: String?
        /// Later than this it is not delivered any more.
        package var usefulUntil: Instant?
        /// Whether its words are shown to staff only.
        package var secret: Bool
        /// Whom it is for, as the directory has them.
        package var person: Person?
        /// Nil if they are not shown to the caller.
        package var words: Text?

        package typealias State = Wire.Word<Wire.Notice>
        package typealias By = Wire.Word<Wire.Notice.Person>

        /// What the directory has of whom it is for.
        package struct Person: WireValue, Hashable {
            package var name: String
            package var dwelling: String
            package var residence: String
            /// Who has a mandate for the service; telephone and address are theirs then.
            package var holder: String?
            package var phone: String
            package var email: String
            /// How the resident wants to be reached, in this order.
            package var channels: [String]?

            package init(
                name: String, dwelling: String, residence: String, holder: String?, phone: String, email: String,
                channels: [String]?
            ) {
                self.name = name
                self.dwelling = dwelling
                self.residence = residence
                self.holder = holder
                self.phone = phone
                self.email = email
                self.channels = channels
            }
        }

        package init(
            id: String, request: String, service: String, resident: String?, partner: String?, at: Instant,
            name: String,
            state: State, by: By, run: String?, usefulUntil: Instant?, secret: Bool, words: Text?
        ) {
            self.id = id
            self.request = request
            self.service = service
            self.resident = resident
            self.partner = partner
            self.at = at
            self.name = name
            self.state = state
            self.by = by
            self.run = run
            self.usefulUntil = usefulUntil
            self.secret = secret
            self.words = words
        }
    }
}

extension Wire.Word<Wire.Notice> {
    /// Nobody has told the resident yet.
    package static var waiting: Self { "waiting" }
    /// A mail server has it.
    package static var sent: Self { "sent" }
    /// A mail server has not said whether it takes it.
    package static var uncertain: Self { "uncertain" }
    /// It cannot be sent by mail.
    package static var failed: Self { "failed" }
    /// It was true no more before it was on its way.
    package static var withdrawn: Self { "withdrawn" }
    /// It was useful no more before it was on its way.
    package static var tooLate: Self { "too-late" }
    /// Staff have told the resident.
    package static var told: Self { "told" }
}

extension Wire.Word<Wire.Notice.Person> {
    /// It leaves by mail.
    package static var mail: Self { "mail" }
    /// Staff tell it.
    package static var hand: Self { "hand" }
}

extension Wire {
    /// A notice as it is said to its person.
    package struct Message: WireValue, Hashable {
        /// The language of the templates.
        package var language: String
        package var subject: String
        /// The text of the mail.
        package var mail: String
        /// On paper.
        package var letter: String
        /// For a telephone.
        package var short: String

        package init(language: String, subject: String, mail: String, letter: String, short: String) {
            self.language = language
            self.subject = subject
            self.mail = mail
            self.letter = letter
            self.short = short
        }
    }
}

/// The calls of `org.concierged.Notices`.
package enum NoticeMethods {
    /// The notices, the newest first.
    package struct List: PagedMethod {
        package static let declaration = MethodDeclaration("List", of: .notices, for: .viewer, isSigned: false)
        package static let elements = "notices"

        /// Only those in this state.
        package var state: Wire.Notice.State?
        /// Only those that staff have to tell, the oldest first.
        package var byHand: Bool?
        package var limit: Int?
        package var after: String?

        package init(
            state: Wire.Notice.State? = nil, byHand: Bool? = nil, limit: Int? = nil, after: String? = nil
        ) {
            self.state = state
            self.byHand = byHand
            self.limit = limit
            self.after = after
        }

        package struct Reply: WireValue, Hashable {
            package var notices: [Wire.Notice]
            package var next: String?

            package init(notices: [Wire.Notice], next: String?) {
                self.notices = notices
                self.next = next
            }
        }
    }

    /// A notice with the message that it makes.
    package struct Show: ControlMethod {
        package static let declaration = MethodDeclaration("Show", of: .notices, for: .staff, isSigned: false)

        package var id: String

        package init(id: String) { self.id = id }

        package struct Reply: WireValue, Hashable {
            package var notice: Wire.Notice
            package var message: Wire.Message

            package init(notice: Wire.Notice, message: Wire.Message) {
                self.notice = notice
                self.message = message
            }
        }
    }

    /// Has a notice sent by mail that staff were to tell.
    package struct SendAgain: RepeatableMethod {
        package static let declaration = MethodDeclaration(
            "SendAgain", of: .notices, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        package var idempotencyKey: String?

        package init(id: String) { self.id = id }

        package typealias Reply = Told.Reply
    }

    /// Records that the resident was told. What is told already stays as it is.
    package struct Told: RepeatableMethod {
        package static let declaration = MethodDeclaration(
            "Told", of: .notices, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        package var idempotencyKey: String?

        package init(id: String) { self.id = id }

        package struct Reply: WireValue, Hashable {
            /// The request whose notice it is.
            package var request: String
            /// Who was told, so that a slip in the number is seen.
            package var resident: String?

            package init(request: String, resident: String?) {
                self.request = request
                self.resident = resident
            }
        }
    }
}

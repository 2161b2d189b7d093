package import Civil
package import Wording

// The interface org.concierged.Notices.

extension Wire {
    /// A notice for a resident, and what became of it.
    package struct Notice: WireValue, Hashable {
        /// The number of the history line with its words.
        package var id: String
        package var request: String
        package var service: String
        /// For whom the request is; nil if it does not say.
        package var resident: String?
        /// When it was written.
        package var at: Instant
        /// Its name in the service.
        package var name: String
        package var state: State
        /// Whether its words are shown to staff only.
        package var secret: Bool
        /// Nil if they are not shown to the caller.
        package var words: Text?

        package typealias State = Wire.Word<Wire.Notice>

        package init(
            id: String, request: String, service: String, resident: String?, at: Instant, name: String, state: State,
            secret: Bool, words: Text?
        ) {
            self.id = id
            self.request = request
            self.service = service
            self.resident = resident
            self.at = at
            self.name = name
            self.state = state
            self.secret = secret
            self.words = words
        }
    }
}

extension Wire.Word<Wire.Notice> {
    /// Nobody has told the resident yet.
    package static var waiting: Self { "waiting" }
    /// Staff have told the resident.
    package static var told: Self { "told" }
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

package import Civil
package import Wording

/// Which requests a call lists or counts.
package protocol RequestFilter: Sendable {
    var service: String? { get set }
    var state: String? { get set }
    /// An id of the directory, the text that stands for a resident, or words that find residents of the directory.
    var resident: String? { get set }
    /// Only those about this place; a residence includes its dwellings and common parts.
    var about: String? { get set }
    /// Only those of this residence: about its places, and about no place for somebody who lives there.
    var residence: String? { get set }
    var open: Bool? { get set }
    /// Only those with something to be done whose deadline has passed.
    var late: Bool? { get set }
    var unattended: Bool? { get set }
    /// Only those that were opened from then on.
    var since: Instant? { get set }
    /// Only those that were opened before.
    var until: Instant? { get set }
}

extension Wire.Word<RequestMethods.List> {
    /// The newest first.
    package static var opened: Self { "opened" }
    /// What is due first, before what has no deadline.
    package static var due: Self { "due" }
}

extension RequestMethods {
    /// How many requests there are, by groups.
    package struct Count: ControlMethod, RequestFilter {
        package static let declaration = MethodDeclaration("Count", of: .requests, for: .viewer, isSigned: false)

        /// By what they are told apart: service, state, residence, partner, resident, month, or a member of the record.
        package var by: [String]?
        package var service: String?
        package var state: String?
        package var resident: String?
        package var about: String?
        package var residence: String?
        package var open: Bool?
        package var late: Bool?
        package var unattended: Bool?
        package var since: Instant?
        package var until: Instant?

        package init(by: [String]? = nil) { self.by = by }

        package struct Reply: WireValue, Hashable {
            package var groups: [Group]

            package init(groups: [Group]) { self.groups = groups }
        }

        /// Requests with the same values.
        package struct Group: WireValue, Hashable {
            /// In the order of the call's `by`; empty texts where there is none.
            package var values: [String]
            package var count: Int
            package var open: Int
            package var late: Int

            package init(values: [String], count: Int, open: Int, late: Int) {
                self.values = values
                self.count = count
                self.open = open
                self.late = late
            }
        }
    }

    /// Finds requests by words.
    package struct Find: PagedMethod {
        package static let declaration = MethodDeclaration("Find", of: .requests, for: .viewer, isSigned: false)
        package static let elements = "requests"

        package var words: String
        package var limit: Int?
        package var after: String?

        package init(words: String, limit: Int? = nil, after: String? = nil) {
            self.words = words
            self.limit = limit
            self.after = after
        }

        package struct Reply: WireValue, Hashable {
            package var requests: [Wire.Request]
            package var next: String?

            package init(requests: [Wire.Request], next: String?) {
                self.requests = requests
                self.next = next
            }
        }
    }

    /// All that concerns one resident.
    package struct OfResident: ControlMethod {
        package static let declaration = MethodDeclaration("OfResident", of: .requests, for: .viewer, isSigned: false)

        /// The id, or the text that stands for a resident.
        package var resident: String

        package init(resident: String) { self.resident = resident }

        package struct Reply: WireValue, Hashable {
            package var open: [Wire.Request]
            /// The newest closed ones.
            package var closed: [Wire.Request]
            /// The open ones of others that the resident follows.
            package var followed: [Wire.Request]
            /// Nil if the directory does not have the resident.
            package var offers: [Offered]?
            /// The newest first.
            package var messages: [Message]
            /// Whether there are more than these.
            package var more: Bool

            package init(
                open: [Wire.Request], closed: [Wire.Request], followed: [Wire.Request], offers: [Offered]?,
                messages: [Message], more: Bool
            ) {
                self.open = open
                self.closed = closed
                self.followed = followed
                self.offers = offers
                self.messages = messages
                self.more = more
            }
        }

        /// A service that staff can open.
        package struct Offered: WireValue, Hashable {
            package var service: String
            package var name: Text
            /// Whether the resident may have it now.
            package var offered: Bool
            /// What the offer that comes nearest asks for; nil if the resident may have it.
            package var obstacles: [Text]?

            package init(service: String, name: Text, obstacles: [Text]?) {
                self.service = service
                self.name = name
                offered = obstacles == nil
                self.obstacles = obstacles
            }
        }

        /// What the resident was or is to be told.
        package struct Message: WireValue, Hashable {
            /// The number of the history line with its words.
            package var id: String
            package var request: String
            package var service: String
            package var at: Instant
            package var name: String
            package var state: Wire.Notice.State
            /// Nil if they are not for the caller.
            package var words: Text?

            package init(_ notice: Wire.Notice) {
                id = notice.id
                request = notice.request
                service = notice.service
                at = notice.at
                name = notice.name
                state = notice.state
                words = notice.words
            }
        }
    }
}

package import Civil
package import JSON
package import Wording

// The interface org.concierged.Requests.

extension Wire {
    /// One resident's case with a service.
    package struct Request: HandWritten, Hashable {
        package var id: String
        package var service: String
        package var state: String
        package var open: Bool
        package var resident: String?
        /// Who the resident is, if the directory has them and the caller may know.
        package var knownResident: KnownResident?
        /// True if there is a directory that does not have the resident.
        package var unknownResident: Bool?
        /// The place that it is about; nil if staff gave none.
        package var about: About?
        /// The residents who follow it; nil if nobody does.
        package var followers: [Follower]?
        package var openedAt: Instant
        package var closedAt: Instant?
        /// The service's own record of the case.
        package var data: RawObject
        /// The number of the request's version; each change increments it.
        package var version: Int
        /// The actions that the service's table allows in this state.
        package var actions: [String]
        /// The timers in the order in which they are due.
        package var timers: [Timer]
        /// What was promised, in the order in which it was; nil if nothing was.
        package var commitments: [Commitment]?
        /// True if the request is open and its service is not served now.
        package var unattended: Bool?
        /// Set while the request is in quarantine: actions are refused, and timers and runs wait.
        package var quarantine: Quarantine?
        /// What a list shows of the request; nil outside of lists, and if its service is not served.
        package var headline: Text?
        /// The request's position in line for what it waits for, from 1; nil if it is not in line.
        package var place: Int?

        /// A pending timer. Timers are durable.
        package struct Timer: HandWritten, Hashable {
            package var name: String
            package var due: Instant

            package init(name: String, due: Instant) {
                self.name = name
                self.due = due
            }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("name", name)
                writer.member("due", due)
                writer.endObject()
            }
        }

        /// A resident of the directory, as people speak of them.
        package struct KnownResident: HandWritten, Hashable {
            package var name: String
            /// The label on the door.
            package var dwelling: String
            /// The name of the residence; empty if it is not known.
            package var residence: String

            package init(name: String, dwelling: String, residence: String) {
                self.name = name
                self.dwelling = dwelling
                self.residence = residence
            }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("name", name)
                writer.member("dwelling", dwelling)
                writer.member("residence", residence)
                writer.endObject()
            }
        }

        /// A place of the directory.
        package struct About: HandWritten, Hashable {
            /// The id of the residence.
            package var residence: String
            /// The name of the residence; nil if the directory does not have it.
            package var name: String?
            /// The label on the door; nil for another place than a dwelling.
            package var dwelling: String?
            /// The name of a common part; nil for another place.
            package var commonPart: String?

            package init(residence: String, name: String? = nil, dwelling: String? = nil, commonPart: String? = nil) {
                self.residence = residence
                self.name = name
                self.dwelling = dwelling
                self.commonPart = commonPart
            }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("residence", residence)
                writer.member("name", name)
                writer.member("dwelling", dwelling)
                writer.member("common_part", commonPart)
                writer.endObject()
            }
        }

        /// A resident who is told as the one for whom the request is.
        package struct Follower: HandWritten, Hashable {
            package var resident: String
            /// Who the resident is, if the directory has them and the caller may know.
            package var knownResident: KnownResident?
            /// True if there is a directory that does not have the resident.
            package var unknownResident: Bool?

            package init(resident: String) { self.resident = resident }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("resident", resident)
                if let knownResident { writer.member("known_resident", knownResident) }
                if let unknownResident { writer.member("unknown_resident", unknownResident) }
                writer.endObject()
            }
        }

        package init(
            id: String, service: String, state: String, open: Bool, resident: String?, openedAt: Instant,
            closedAt: Instant?, data: RawObject, version: Int, actions: [String], timers: [Timer],
            commitments: [Commitment]? = nil, unattended: Bool? = nil, quarantine: Quarantine? = nil, place: Int? = nil,
            headline: Text? = nil, about: About? = nil, followers: [Follower]? = nil
        ) {
            self.id = id
            self.service = service
            self.state = state
            self.open = open
            self.resident = resident
            self.openedAt = openedAt
            self.closedAt = closedAt
            self.data = data
            self.version = version
            self.actions = actions
            self.timers = timers
            self.commitments = commitments
            self.unattended = unattended
            self.quarantine = quarantine
            self.place = place
            self.headline = headline
            self.about = about
            self.followers = followers
        }

        package func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("id", id)
            writer.member("service", service)
            writer.member("state", state)
            writer.member("open", open)
            writer.member("resident", resident)
            if let knownResident { writer.member("known_resident", knownResident) }
            if let unknownResident { writer.member("unknown_resident", unknownResident) }
            if let about { writer.member("about", about) }
            if let followers { writer.member("followers", followers) }
            writer.member("opened_at", openedAt)
            writer.member("closed_at", closedAt)
            writer.member("data", data)
            writer.member("version", version)
            writer.member("actions", actions)
            writer.member("timers", timers)
            if let commitments { writer.member("commitments", commitments) }
            if let unattended { writer.member("unattended", unattended) }
            writer.member("quarantine", quarantine)
            if let place { writer.member("place", place) }
            if let headline { writer.member("headline", headline) }
            writer.endObject()
        }
    }

    /// One line of a request's history.
    package struct Entry: HandWritten, Hashable {
        /// The line's position in the ledger. Later lines have greater numbers.
        package var seq: Int64
        package var request: String
        package var service: String
        package var at: Instant
        /// Who caused the event: the caller's login name, or a timer, schedule or run.
        package var actor: String
        package var event: Event
        package var from: String?
        package var to: String?
        /// The input of the action; of a correction, the values `from` and `to` of each field.
        package var input: RawObject?
        package var note: Text?

        package init(
            seq: Int64, request: String, service: String, at: Instant, actor: String, event: Event, from: String? = nil,
            to: String? = nil, input: RawObject? = nil, note: Text? = nil
        ) {
            self.seq = seq
            self.request = request
            self.service = service
            self.at = at
            self.actor = actor
            self.event = event
            self.from = from
            self.to = to
            self.input = input
            self.note = note
        }

        package func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("seq", seq)
            writer.member("request", request)
            writer.member("service", service)
            writer.member("at", at)
            writer.member("actor", actor)
            writer.member("event", event)
            writer.member("from", from)
            writer.member("to", to)
            writer.member("input", input)
            writer.member("note", note)
            writer.endObject()
        }
    }

    /// The event that a history line records.
    package struct Event: HandWritten, Hashable {
        package var kind: Kind
        /// The name of the action, timer, task, notice or signal, and of the signal on which a request was opened; nil
        /// for other kinds.
        package var name: String?

        package typealias Kind = Wire.Word<Wire.Event>

        package init(_ kind: Kind, _ name: String? = nil) {
            self.kind = kind
            self.name = name
        }

        package func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("kind", kind.rawValue)
            writer.member("name", name)
            writer.endObject()
        }
    }
}

/// The reply that shows one request.
package struct RequestReply: HandWritten, Hashable {
    package var request: Wire.Request

    package init(_ request: Wire.Request) { self.request = request }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("request", request)
        writer.endObject()
    }
}

package enum RequestMethods {
    /// Opens a request.
    package struct Open: RepeatableMethod {
        package static let declaration = MethodDeclaration(
            "Open", of: .requests, for: .staff, isSigned: true, mayOverlap: true)

        package var service: String
        /// One of the service's openings; nil for the first.
        package var action: String?
        package var resident: String?
        /// What it is about: `Les Tilleuls, B 204`.
        package var about: String?
        package var input: Wire.RawObject
        /// False: it is refused if the caller has opened the same a moment ago.
        package var again: Bool?
        package var idempotencyKey: String?

        package init(
            service: String, action: String? = nil, resident: String? = nil, about: String? = nil, input: JSONObject
        ) {
            self.service = service
            self.action = action
            self.resident = resident
            self.about = about
            self.input = Wire.RawObject(input)
        }

        package init(parameters: JSONObject) throws {
            service = try parameters.text("service")
            action = parameters["action"]?.stringValue
            resident = parameters["resident"]?.stringValue
            about = parameters["about"]?.stringValue
            input = Wire.RawObject(parameters["input"]?.objectValue ?? [:])
            again = parameters["again"]?.boolValue
            idempotencyKey = parameters["idempotency_key"]?.stringValue
        }

        package struct Reply: HandWritten, Hashable {
            package var request: Wire.Request
            /// The other open requests of the service about the same place; nil if there are none.
            package var others: [Wire.Request]?

            package init(request: Wire.Request, others: [Wire.Request]? = nil) {
                self.request = request
                self.others = others
            }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("request", request)
                if let others { writer.member("others", others) }
                writer.endObject()
            }
        }
    }

    /// Performs one of the actions that the service's table allows in the request's state.
    package struct Act: RepeatableMethod {
        package typealias Reply = RequestReply
        package static let declaration = MethodDeclaration(
            "Act", of: .requests, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        package var action: String
        package var input: Wire.RawObject?
        package var idempotencyKey: String?

        package init(id: String, action: String, input: JSONObject) {
            self.id = id
            self.action = action
            self.input = Wire.RawObject(input)
        }

        package init(parameters: JSONObject) throws {
            id = try parameters.text("id")
            action = try parameters.text("action")
            input = parameters["input"]?.objectValue.map { Wire.RawObject($0) }
            idempotencyKey = parameters["idempotency_key"]?.stringValue
        }
    }

    /// Corrects members of a request's record, open or closed.
    package struct Correct: RepeatableMethod {
        package typealias Reply = RequestReply
        package static let declaration = MethodDeclaration(
            "Correct", of: .requests, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        /// The new values, by the names of the fields that the service lists as its corrections; null clears one.
        package var input: Wire.RawObject
        package var idempotencyKey: String?

        package init(id: String, input: JSONObject) {
            self.id = id
            self.input = Wire.RawObject(input)
        }
    }

    /// Corrects for whom a request is, open or closed.
    package struct Reassign: RepeatableMethod {
        package typealias Reply = RequestReply
        package static let declaration = MethodDeclaration(
            "Reassign", of: .requests, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        /// As for ``Open``.
        package var resident: String
        package var idempotencyKey: String?

        package init(id: String, resident: String) {
            self.id = id
            self.resident = resident
        }
    }

    /// Corrects which place a request is about, open or closed.
    package struct Relocate: RepeatableMethod {
        package typealias Reply = RequestReply
        package static let declaration = MethodDeclaration(
            "Relocate", of: .requests, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        /// As for ``Open``.
        package var about: String
        package var idempotencyKey: String?

        package init(id: String, about: String) {
            self.id = id
            self.about = about
        }
    }

    /// Adds a note of staff to the history of a request, open or closed.
    package struct Note: RepeatableMethod {
        package typealias Reply = RequestReply
        package static let declaration = MethodDeclaration(
            "Note", of: .requests, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        package var text: String
        package var idempotencyKey: String?

        package init(id: String, text: String) {
            self.id = id
            self.text = text
        }
    }

    /// Checks that the history of a request is as it was when something last changed hands.
    package struct Verify: ControlMethod {
        package static let declaration = MethodDeclaration("Verify", of: .requests, for: .viewer, isSigned: false)

        package var id: String

        package init(id: String) { self.id = id }

        package struct Reply: WireValue, Hashable {
            package var request: String
            /// How often something changed hands, up to the first line that does not fit.
            package var links: Int
            /// The hash of the history at the last of them; nil if there is none.
            package var hash: String?
            /// The history line that does not fit those before it; nil if all do.
            package var brokenAt: Int64?

            package init(request: String, links: Int, hash: String?, brokenAt: Int64? = nil) {
                self.request = request
                self.links = links
                self.hash = hash
                self.brokenAt = brokenAt
            }
        }
    }

    /// Takes back the last thing that staff did to a request.
    package struct Undo: RepeatableMethod {
        package typealias Reply = RequestReply
        package static let declaration = MethodDeclaration(
            "Undo", of: .requests, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        /// The request's version that the caller has seen; another one is refused. Nil: whatever was done last.
        package var version: Int?
        package var idempotencyKey: String?

        package init(id: String, version: Int? = nil) {
            self.id = id
            self.version = version
        }
    }

    /// Notes that another resident follows a request that is for somebody else.
    package struct Follow: RepeatableMethod {
        package typealias Reply = RequestReply
        package static let declaration = MethodDeclaration(
            "Follow", of: .requests, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        /// As for ``Open``.
        package var resident: String
        package var idempotencyKey: String?

        package init(id: String, resident: String) {
            self.id = id
            self.resident = resident
        }
    }

    /// Ends that a resident follows a request that is for somebody else.
    package struct Unfollow: RepeatableMethod {
        package typealias Reply = RequestReply
        package static let declaration = MethodDeclaration(
            "Unfollow", of: .requests, for: .staff, isSigned: true, mayOverlap: true)

        package var id: String
        package var resident: String
        package var idempotencyKey: String?

        package init(id: String, resident: String) {
            self.id = id
            self.resident = resident
        }
    }

    /// Releases a request from quarantine.
    package struct Release: RepeatableMethod {
        package typealias Reply = RequestReply
        package static let declaration = MethodDeclaration("Release", of: .requests, for: .staff, isSigned: true)

        package var id: String
        package var idempotencyKey: String?

        package init(id: String) { self.id = id }
    }

    /// One request with its history.
    package struct Get: PagedMethod {
        package static let declaration = MethodDeclaration("Get", of: .requests, for: .viewer, isSigned: false)
        package static let elements = "history"

        package var id: String
        package var after: Int64?

        package init(id: String) { self.id = id }

        package init(parameters: JSONObject) throws {
            id = try parameters.text("id")
            after = parameters["after"]?.intValue
        }

        package struct Reply: HandWritten, Hashable {
            package var request: Wire.Request
            package var history: [Wire.Entry]
            package var next: Int64?

            package init(request: Wire.Request, history: [Wire.Entry], next: Int64?) {
                self.request = request
                self.history = history
                self.next = next
            }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("request", request)
                writer.member("history", history)
                if let next { writer.member("next", next) }
                writer.endObject()
            }
        }
    }

    /// Requests, the newest first, or what is due first before the others.
    package struct List: PagedMethod, RequestFilter {
        package static let declaration = MethodDeclaration("List", of: .requests, for: .viewer, isSigned: false)
        package static let elements = "requests"

        package var service: String?
        package var state: String?
        package var resident: String?
        /// Only those about this place; a residence includes its dwellings and common parts.
        package var about: String?
        package var residence: String?
        package var open: Bool?
        package var late: Bool?
        package var unattended: Bool?
        package var since: Instant?
        package var until: Instant?
        package var sort: Order?
        package var limit: Int?
        package var after: String?

        /// In which order requests are listed.
        package typealias Order = Wire.Word<List>

        package init() {}

        package struct Reply: HandWritten, Hashable {
            package var requests: [Wire.Request]
            /// The residents whom the words of the call find, if they are several and the caller may know them.
            package var residents: [Wire.Request.KnownResident]?
            /// Of a list for a resident, with its first page: the newest open requests that the resident follows; nil if
            /// there are none.
            package var followed: [Wire.Request]?
            package var next: String?

            package init(
                requests: [Wire.Request], residents: [Wire.Request.KnownResident]? = nil,
                followed: [Wire.Request]? = nil, next: String?
            ) {
                self.requests = requests
                self.residents = residents
                self.followed = followed
                self.next = next
            }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("requests", requests)
                if let residents { writer.member("residents", residents) }
                if let followed { writer.member("followed", followed) }
                writer.member("next", next)
                writer.endObject()
            }
        }
    }
}

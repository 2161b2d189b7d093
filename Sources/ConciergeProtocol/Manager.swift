package import Civil
package import JSON
package import Wording

// The interface org.concierged.Manager.

extension Wire {
    /// A provider and its state.
    package struct Provider: WireValue, Hashable {
        package var id: String
        /// Nil if this build does not contain the provider.
        package var version: String?
        package var name: Text
        package var summary: Text
        /// The grade that its manifest names.
        package var grade: Grade?
        package var state: State
        /// Why the provider does not serve.
        package var reason: String?
        /// The same for people; nil if it is said in one language alone.
        package var text: Text?
        package var retryAt: Instant?
        package var services: [String]
        package var tasks: [String]
        package var schedules: [String]
        /// The causes that hold the provider's queued runs back; empty if the runs may begin.
        package var holds: [Hold]
        /// The number of open requests that wait because the provider does not serve.
        package var unattended: Int?
        package var quarantine: Quarantine?

        package typealias State = Wire.Word<Wire.Provider>
        package typealias Grade = Wire.Word<Wire.Grades>

        /// A cause that holds a provider's runs back.
        package struct Hold: WireValue, Hashable {
            package var kind: Kind
            package var since: Instant?
            package var by: String?
            /// When the daemon lets one run begin, as a trial.
            package var until: Instant?
            package var reason: String?

            package typealias Kind = Wire.Word<Wire.Provider.Hold>

            package init(
                kind: Kind, since: Instant? = nil, by: String? = nil, until: Instant? = nil, reason: String? = nil
            ) {
                self.kind = kind
                self.since = since
                self.by = by
                self.until = until
                self.reason = reason
            }
        }

        package init(
            id: String, version: String?, name: Text, summary: Text, grade: Grade? = nil, state: State,
            reason: String? = nil, retryAt: Instant? = nil, services: [String] = [], tasks: [String] = [],
            schedules: [String] = [], holds: [Hold] = [],
            unattended: Int? = nil, quarantine: Quarantine? = nil
        ) {
            self.id = id
            self.version = version
            self.name = name
            self.summary = summary
            self.grade = grade
            self.state = state
            self.reason = reason
            self.retryAt = retryAt
            self.services = services
            self.tasks = tasks
            self.schedules = schedules
            self.holds = holds
            self.unattended = unattended
            self.quarantine = quarantine
        }
    }

    /// A service, which residents can request.
    package struct Service: WireValue, Hashable {
        package var id: String
        package var provider: String
        package var name: Text
        package var summary: Text
        /// Whether a request is for a resident.
        package var resident: Need
        /// Whether a request is about a place.
        package var place: Need
        package var states: [State]
        package var timers: [Timer]
        /// What it promises, and what partners owe.
        package var commitments: [Commitment]
        /// What it says to residents, for which a landlord may have templates.
        package var notices: [NoticeType]
        /// The openings of a request: their fields, and the states in which the request can begin. The first is taken where
        /// a caller names none.
        package var openings: [Action]
        package var actions: [Action]
        /// The fields by which staff may correct a request.
        package var corrections: [Field]
        /// The titles of the members of a record, by their names. What has none here is not for people.
        package var record: [Field]
        /// The time zone in which the service means its times.
        package var zone: String
        /// The state diagram, in Mermaid.
        package var diagram: String
        /// The version in which the service stores records.
        package var recordVersion: Int
        /// Identifies the record version, the states and their timers: two builds with the same one store requests in
        /// the same form, as far as the table shows it.
        package var fingerprint: String
        /// False if it was served before and is not now; nil if it is.
        package var served: Bool?

        package typealias Need = Wire.Word<Wire.Service>

        package struct State: WireValue, Hashable {
            package var id: String
            package var name: Text
            package var open: Bool
            /// Whose turn it is: staff, partner, resident or clock; nil if requests in it are closed.
            package var turn: String?
            /// The actions that usually lead on, the most usual one first; nil if the service says none.
            package var next: [String]?

            package init(id: String, name: Text, open: Bool, turn: String? = nil, next: [String]? = nil) {
                self.id = id
                self.name = name
                self.open = open
                self.turn = turn
                self.next = next
            }
        }

        /// Something that it promises, or that a partner owes.
        package struct Commitment: WireValue, Hashable {
            package var id: String
            package var name: Text
            package var kind: Wire.Commitment.Kind

            package init(id: String, name: Text, kind: Wire.Commitment.Kind) {
                self.id = id
                self.name = name
                self.kind = kind
            }
        }

        /// Something that it says to residents.
        package struct NoticeType: WireValue, Hashable {
            package var name: String
            /// The names of its values, as templates use them.
            package var values: [String]
            package var example: Text

            package init(name: String, values: [String], example: Text) {
                self.name = name
                self.values = values
                self.example = example
            }
        }

        package struct Timer: WireValue, Hashable {
            package var id: String
            package var name: Text

            package init(id: String, name: Text) {
                self.id = id
                self.name = name
            }
        }

        package init(
            id: String, provider: String, name: Text, summary: Text, resident: Need, place: Need = .optional,
            states: [State], timers: [Timer], commitments: [Commitment] = [], notices: [NoticeType] = [],
            openings: [Action], actions: [Action], corrections: [Field], record: [Field],
            zone: String, diagram: String,
            recordVersion: Int, fingerprint: String
        ) {
            self.id = id
            self.provider = provider
            self.name = name
            self.summary = summary
            self.resident = resident
            self.place = place
            self.states = states
            self.timers = timers
            self.commitments = commitments
            self.notices = notices
            self.openings = openings
            self.actions = actions
            self.corrections = corrections
            self.record = record
            self.zone = zone
            self.diagram = diagram
            self.recordVersion = recordVersion
            self.fingerprint = fingerprint
        }
    }

    /// An action of staff on a request, or the opening of a request.
    package struct Action: WireValue, Hashable {
        package var id: String
        package var name: Text
        package var from: [String]
        package var to: [String]
        package var fields: [Field]
        package var refused: [RefusedField]?

        /// A field that is refused by its name, with the reason, because its value must not be stored even by mistake.
        package struct RefusedField: WireValue, Hashable {
            package var name: String
            package var reason: Text

            package init(name: String, reason: Text) {
                self.name = name
                self.reason = reason
            }
        }

        package init(
            id: String, name: Text, from: [String], to: [String], fields: [Field], refused: [RefusedField]? = nil
        ) {
            self.id = id
            self.name = name
            self.from = from
            self.to = to
            self.fields = fields
            self.refused = refused
        }
    }

    /// A schedule, which triggers a task by the calendar.
    package struct Schedule: WireValue, Hashable {
        package var id: String
        package var task: String
        /// The recurrence as text, such as `every 15min`.
        package var recurrence: String
        /// When the schedule last triggered its task, and when it next will.
        package var last: Instant?
        package var next: Instant
        /// Which missed elapses still trigger the task: `skip` (none), `latest`, or `all` that are not older than
        /// `catchUpWithin` seconds.
        package var catchUp: String
        package var catchUpWithin: Double?
        /// What an elapse does while an earlier run is unfinished: `skip`, `queue` or `allow`.
        package var overlap: String
        /// In seconds. The daemon delays each elapse of the schedule by the same part of it.
        package var spread: Double
        package var pausedAt: Instant?
        package var pausedBy: String?
        /// The last elapse that did not trigger a run, and the reason.
        package var skipped: Instant?
        package var skipReason: Text?

        package init(
            id: String, task: String, recurrence: String, last: Instant?, next: Instant, catchUp: String,
            catchUpWithin: Double?, overlap: String, spread: Double, pausedAt: Instant?, pausedBy: String?,
            skipped: Instant?, skipReason: Text?
        ) {
            self.id = id
            self.task = task
            self.recurrence = recurrence
            self.last = last
            self.next = next
            self.catchUp = catchUp
            self.catchUpWithin = catchUpWithin
            self.overlap = overlap
            self.spread = spread
            self.pausedAt = pausedAt
            self.pausedBy = pausedBy
            self.skipped = skipped
            self.skipReason = skipReason
        }

        /// The stored state of a schedule whose provider does not serve.
        package struct Unattended: WireValue, Hashable {
            package var id: String
            package var recurrence: String
            package var last: Instant?
            package var next: Instant

            package init(id: String, recurrence: String, last: Instant?, next: Instant) {
                self.id = id
                self.recurrence = recurrence
                self.last = last
                self.next = next
            }
        }
    }
}

package enum ManagerMethods {
    /// The daemon's state and counts.
    package struct Status: ControlMethod {
        package static let declaration = MethodDeclaration("Status", of: .manager, for: .viewer, isSigned: false)

        package init() {}

        package struct Reply: WireValue, Hashable {
            /// The name of the program that serves: `concierged`, or a landlord's own.
            package var name: String
            package var version: String
            /// The version of concierged that the program is built on.
            package var core: String
            package var state: State
            package var startedAt: Instant
            package var store: String
            /// Why the ledger takes no changes now, and since when; nil if it does.
            package var storeTrouble: Text?
            package var storeTroubleSince: Instant?
            /// The size of the ledger's log in bytes, and the program that keeps the ledger from writing the log back
            /// because it reads an old state; nil if no program does.
            package var logHeldSize: Int?
            package var logHeldBy: String?
            package var providersServing: Int
            package var providers: Int
            package var openRequests: Int
            package var pendingTimers: Int
            /// When the next timer, run or schedule is due.
            package var nextDue: Instant?
            package var runsQueued: Int
            package var runsRunning: Int
            package var runsFailed: Int
            package var requestsUnattended: Int?
            package var runsUnattended: Int?
            package var signalsUnattended: Int?
            package var requestsQuarantined: Int?
            package var runsQuarantined: Int?

            package typealias State = Wire.Word<ManagerMethods.Status>

            package init(
                name: String, version: String, core: String, state: State, startedAt: Instant, store: String,
                storeTrouble: Text?, storeTroubleSince: Instant?, logHeldSize: Int?, logHeldBy: String?,
                providersServing: Int,
                providers: Int, openRequests: Int, pendingTimers: Int, nextDue: Instant?, runsQueued: Int,
                runsRunning: Int, runsFailed: Int, requestsUnattended: Int?, runsUnattended: Int?,
                signalsUnattended: Int? = nil,
                requestsQuarantined: Int?, runsQuarantined: Int?
            ) {
                self.name = name
                self.version = version
                self.core = core
                self.state = state
                self.startedAt = startedAt
                self.store = store
                self.storeTrouble = storeTrouble
                self.storeTroubleSince = storeTroubleSince
                self.logHeldSize = logHeldSize
                self.logHeldBy = logHeldBy
                self.providersServing = providersServing
                self.providers = providers
                self.openRequests = openRequests
                self.pendingTimers = pendingTimers
                self.nextDue = nextDue
                self.runsQueued = runsQueued
                self.runsRunning = runsRunning
                self.runsFailed = runsFailed
                self.requestsUnattended = requestsUnattended
                self.runsUnattended = runsUnattended
                self.signalsUnattended = signalsUnattended
                self.requestsQuarantined = requestsQuarantined
                self.runsQuarantined = runsQuarantined
            }
        }
    }

    /// All providers.
    package struct Providers: ControlMethod {
        package static let declaration = MethodDeclaration("Providers", of: .manager, for: .viewer, isSigned: false)

        package init() {}

        package struct Reply: WireValue, Hashable {
            package var providers: [Wire.Provider]

            package init(providers: [Wire.Provider]) { self.providers = providers }
        }
    }

    /// All services, or the one with this id.
    package struct Services: ControlMethod {
        package static let declaration = MethodDeclaration("Services", of: .manager, for: .viewer, isSigned: false)

        package var id: String?

        package init(id: String? = nil) { self.id = id }

        package struct Reply: WireValue, Hashable {
            package var services: [Wire.Service]

            package init(services: [Wire.Service]) { self.services = services }
        }
    }

    /// All schedules.
    package struct Schedules: ControlMethod {
        package static let declaration = MethodDeclaration("Schedules", of: .manager, for: .viewer, isSigned: false)

        package init() {}

        package struct Reply: WireValue, Hashable {
            package var schedules: [Wire.Schedule]
            /// The schedules whose providers do not serve.
            package var unattended: [Wire.Schedule.Unattended]?

            package init(schedules: [Wire.Schedule], unattended: [Wire.Schedule.Unattended]) {
                self.schedules = schedules
                self.unattended = unattended
            }
        }
    }

    /// Holds a provider's runs back until it is resumed.
    package struct PauseProvider: ControlMethod {
        package typealias Reply = Wire.Empty
        package static let declaration = MethodDeclaration("PauseProvider", of: .manager, for: .admin, isSigned: true)

        package var id: String

        package init(id: String) { self.id = id }
    }

    package struct ResumeProvider: ControlMethod {
        package typealias Reply = Wire.Empty
        package static let declaration = MethodDeclaration("ResumeProvider", of: .manager, for: .admin, isSigned: true)

        package var id: String

        package init(id: String) { self.id = id }
    }

    /// Skips a schedule's elapses until the schedule is resumed.
    package struct PauseSchedule: ControlMethod {
        package typealias Reply = Wire.Empty
        package static let declaration = MethodDeclaration("PauseSchedule", of: .manager, for: .admin, isSigned: true)

        package var id: String

        package init(id: String) { self.id = id }
    }

    package struct ResumeSchedule: ControlMethod {
        package typealias Reply = Wire.Empty
        package static let declaration = MethodDeclaration("ResumeSchedule", of: .manager, for: .admin, isSigned: true)

        package var id: String

        package init(id: String) { self.id = id }
    }

    /// Says as whom the daemon knows the caller.
    package struct WhoAmI: ControlMethod {
        package static let declaration = MethodDeclaration("WhoAmI", of: .manager, for: .viewer, isSigned: true)

        package init() {}

        package struct Reply: WireValue, Hashable {
            /// The login name with which the daemon records what the caller does.
            package var name: String
            package var role: Role

            package typealias Role = Wire.Word<ManagerMethods.WhoAmI>

            package init(name: String, role: Role) {
                self.name = name
                self.role = role
            }
        }
    }

    /// Has the daemon read its configuration again.
    package struct Reload: ControlMethod {
        package typealias Reply = Wire.Empty
        /// The daemon records no name for it, so that it works even if names cannot be looked up.
        package static let declaration = MethodDeclaration("Reload", of: .manager, for: .admin, isSigned: false)

        package init() {}
    }

    /// Copies the ledger's state at one moment, and streams the copy.
    package struct Backup: ControlMethod {
        package static let declaration = MethodDeclaration(
            "Backup", of: .manager, for: .admin, isSigned: true, replies: .stream)

        package init() {}

        package struct Reply: HandWritten, Hashable {
            package var state: Stage
            package var pagesDone: Int?
            package var pagesTotal: Int?
            package var offset: Int64?
            /// The size of the whole file, in bytes.
            package var size: Int64?
            /// A part of the file, in base 64 (RFC 4648).
            package var data: String?

            package typealias Stage = Wire.Word<ManagerMethods.Backup>

            package init(
                _ state: Stage, pagesDone: Int? = nil, pagesTotal: Int? = nil, offset: Int64? = nil, size: Int64? = nil,
                data: String? = nil
            ) {
                self.state = state
                self.pagesDone = pagesDone
                self.pagesTotal = pagesTotal
                self.offset = offset
                self.size = size
                self.data = data
            }

            // Written by hand, because a part is a quarter of a mebibyte.
            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("state", state.rawValue)
                if let pagesDone { writer.member("pages_done", pagesDone) }
                if let pagesTotal { writer.member("pages_total", pagesTotal) }
                if let offset { writer.member("offset", offset) }
                if let size { writer.member("size", size) }
                writer.member("data", data)
                writer.endObject()
            }
        }
    }

    /// Releases a provider from quarantine and creates it.
    package struct ReleaseProvider: ControlMethod {
        package typealias Reply = Wire.Empty
        package static let declaration = MethodDeclaration("ReleaseProvider", of: .manager, for: .admin, isSigned: true)

        package var id: String

        package init(id: String) { self.id = id }
    }
}

extension Wire {
    /// The grades of providers.
    package enum Grades {}
}

extension Wire.Word<Wire.Grades> {
    package static var bronze: Self { "bronze" }
    package static var silver: Self { "silver" }
    package static var gold: Self { "gold" }
    package static var platinum: Self { "platinum" }
}

extension Wire.Word<Wire.Provider> {
    package static var serving: Self { "serving" }
    /// The provider is not ready, and the daemon tries it again.
    package static var waiting: Self { "waiting" }
    package static var setAside: Self { "set-aside" }
    package static var quarantined: Self { "quarantined" }
    /// The ledger has requests or runs of the provider, but this build does not contain it.
    package static var absent: Self { "absent" }
}

extension Wire.Word<Wire.Service> {
    /// Each request is for a resident.
    package static var required: Self { "required" }
    /// As the need of a resident: a resident or a place, or both.
    package static var orPlace: Self { "or-place" }
    /// A request may be for a resident.
    package static var optional: Self { "optional" }
    /// No request is for a resident.
    package static var none: Self { "none" }
}

extension Wire.Word<Wire.Provider.Hold> {
    /// An administrator paused the runs.
    package static var paused: Self { "paused" }
    /// The provider's runs fail repeatedly.
    package static var failing: Self { "failing" }
}

extension Wire.Word<ManagerMethods.Status> {
    package static var serving: Self { "serving" }
    package static var stopping: Self { "stopping" }
}

extension Wire.Word<ManagerMethods.Backup> {
    package static var copying: Self { "copying" }
    package static var checking: Self { "checking" }
    /// The reply contains a part of the file.
    package static var sending: Self { "sending" }
    /// The whole file was sent. This is the last reply.
    package static var done: Self { "done" }
}

package import JSON

/// What a caller may do. Each role may also do what those before it may.
package enum Role: Int, Comparable, Sendable {
    case nobody, viewer, staff, admin

    package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

/// What there is to know of a method besides its types: a line of the table of methods.
package struct MethodDeclaration: Sendable {
    /// How often a call is replied to.
    package enum Replies: Sendable {
        case one
        /// A stream; a call without `more` is refused.
        case stream
        /// One, or a stream for who asks for `more`.
        case oneOrStream
    }

    package let interface: ControlInterface
    /// The name without the interface's, such as `Open`.
    package let name: String
    /// With the interface's, such as `org.concierged.Requests.Open`.
    package let fullName: String
    /// The least role that its caller must have.
    package let role: Role
    /// Whether what it does is written down with the caller's name. Where names cannot be looked up, it is refused.
    package let isSigned: Bool
    /// Whether a call may start while earlier calls of its connection are unanswered.
    package let mayOverlap: Bool
    package let replies: Replies

    package init(
        _ name: String, of interface: ControlInterface, for role: Role, isSigned: Bool, mayOverlap: Bool = false,
        replies: Replies = .one
    ) {
        self.interface = interface
        self.name = name
        fullName = "\(interface.name).\(name)"
        self.role = role
        self.isSigned = isSigned
        self.mayOverlap = mayOverlap
        self.replies = replies
    }
}

/// A method of the control interface. The type is the call itself, with its parameters as members.
package protocol ControlMethod: WireValue {
    /// What each reply carries.
    associatedtype Reply: WireValue

    static var declaration: MethodDeclaration { get }

    /// Reads the parameters of a call.
    ///
    /// - Throws: `DecodingError` with the member that is missing or of another type.
    init(parameters: JSONObject) throws
}

extension ControlMethod {
    package init(parameters: JSONObject) throws { self = try JSONCoding.decode(Self.self, from: .object(parameters)) }

    /// Whether it takes an idempotency key.
    package static var takesKey: Bool { self is any RepeatableMethod.Type }
}

/// A method that changes something and takes an idempotency key: a repeat with the same key gets the first answer.
package protocol RepeatableMethod: ControlMethod {
    var idempotencyKey: String? { get set }
}

/// A method that lists: its replies are pages, with `next`, which is the `after` of the call for the following one.
package protocol PagedMethod: ControlMethod {
    /// The member of a reply that has the page's elements.
    static var elements: String { get }
}

/// The table of methods: each of the control interface, once.
package enum ControlMethods {
    package static let all: [any ControlMethod.Type] = [
        RequestMethods.Open.self, RequestMethods.Act.self, RequestMethods.Release.self, RequestMethods.Get.self,
        RequestMethods.List.self, RequestMethods.Watch.self,
        TaskMethods.List.self, TaskMethods.Trigger.self, TaskMethods.WatchRun.self, TaskMethods.GetRun.self,
        TaskMethods.ListRuns.self, TaskMethods.RetryRun.self, TaskMethods.CancelRun.self,
        ManagerMethods.Status.self, ManagerMethods.Providers.self, ManagerMethods.Services.self,
        ManagerMethods.Schedules.self, ManagerMethods.PauseProvider.self, ManagerMethods.ResumeProvider.self,
        ManagerMethods.PauseSchedule.self, ManagerMethods.ResumeSchedule.self, ManagerMethods.Reload.self,
        ManagerMethods.Backup.self, ManagerMethods.ReleaseProvider.self,
    ]
}

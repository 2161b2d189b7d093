package import JSON

/// What a caller may do. Each role includes the rights of the roles before it, but for `worker`, which stands beside them:
/// no other role includes it, and it includes none.
package enum Role: Int, Comparable, Sendable {
    case nobody, viewer, staff, admin
    /// May execute the tasks that it is given by name.
    case worker

    package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

/// The facts about a method that its types do not declare.
package struct MethodDeclaration: Sendable {
    /// How many replies a call gets.
    package enum Replies: Sendable {
        case one
        /// A stream; a call without `more` is refused.
        case stream
        /// One, or a stream if the call asks for `more`.
        case oneOrStream
    }

    package let interface: ControlInterface
    /// The name without that of the interface, such as `Open`.
    package let name: String
    /// The name with that of the interface, such as `org.concierged.Requests.Open`.
    package let fullName: String
    /// The lowest role that may call the method.
    package let role: Role
    /// Whether the daemon records the caller's login name with the effect of the call. If the name cannot be looked up,
    /// the daemon refuses the call with `Unavailable`.
    package let isSigned: Bool
    /// Whether a call leaves everything as it is, so that a caller who lost the reply may repeat it. What staff change is
    /// signed; only an administrator's and a worker's calls change something unsigned.
    package var changesNothing: Bool { !isSigned && (role == .viewer || role == .staff) }
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

/// A method of the control interface. A value of the type is a call, with its parameters as members.
package protocol ControlMethod: WireValue {
    /// The parameters of each reply.
    associatedtype Reply: WireValue

    static var declaration: MethodDeclaration { get }

    /// Reads the parameters of a call.
    ///
    /// - Throws: `DecodingError` with the member that is missing or has another type.
    init(parameters: JSONObject) throws
}

extension ControlMethod {
    package init(parameters: JSONObject) throws { self = try JSONCoding.decode(Self.self, from: .object(parameters)) }

    /// Whether the method takes an idempotency key.
    package static var takesKey: Bool { self is any RepeatableMethod.Type }
}

/// A method that changes something and takes an idempotency key. A repeat with the same key gets the first answer and
/// changes nothing.
package protocol RepeatableMethod: ControlMethod {
    var idempotencyKey: String? { get set }
}

/// A method that lists. Its replies are pages. A page's `next` is the `after` of the call for the following page; the
/// last page has none.
package protocol PagedMethod: ControlMethod {
    /// The member of a reply that contains the page's elements.
    static var elements: String { get }
}

/// The table of all methods of the control interface.
package enum ControlMethods {
    package static let all: [any ControlMethod.Type] = [
        RequestMethods.Open.self, RequestMethods.Act.self, RequestMethods.Correct.self,
        RequestMethods.Reassign.self, RequestMethods.Relocate.self, RequestMethods.Follow.self,
        RequestMethods.Unfollow.self, RequestMethods.Note.self, RequestMethods.Undo.self, RequestMethods.Verify.self,
        RequestMethods.Release.self,
        RequestMethods.Get.self,
        RequestMethods.List.self, RequestMethods.Count.self, RequestMethods.Find.self,
        RequestMethods.OfResident.self, RequestMethods.Today.self, RequestMethods.History.self,
        RequestMethods.Watch.self,
        TaskMethods.List.self, TaskMethods.Trigger.self, TaskMethods.WatchRun.self, TaskMethods.GetRun.self,
        TaskMethods.ListRuns.self, TaskMethods.RetryRun.self, TaskMethods.CancelRun.self,
        ManagerMethods.Status.self, ManagerMethods.Providers.self, ManagerMethods.Services.self,
        ManagerMethods.Schedules.self, ManagerMethods.PauseProvider.self, ManagerMethods.ResumeProvider.self,
        ManagerMethods.PauseSchedule.self, ManagerMethods.ResumeSchedule.self, ManagerMethods.Reload.self,
        ManagerMethods.Backup.self, ManagerMethods.ReleaseProvider.self, ManagerMethods.WhoAmI.self,
        CommitmentMethods.Explain.self, CommitmentMethods.Report.self,
        ResidentMethods.Search.self, ResidentMethods.Get.self, ResidentMethods.List.self,
        ResidentMethods.MoveOut.self, ResidentMethods.Upload.self, ResidentMethods.Import.self,
        PlaceMethods.GetResidence.self, PlaceMethods.ListResidences.self, PlaceMethods.GetDwelling.self,
        PlaceMethods.ListDwellings.self, PlaceMethods.ImportResidences.self, PlaceMethods.ImportDwellings.self,
        OfferMethods.List.self, OfferMethods.Pilot.self,
        WorkMethods.Take.self, WorkMethods.Progress.self, WorkMethods.Finish.self, WorkMethods.Leave.self,
        WorkMethods.List.self,
        NoticeMethods.List.self, NoticeMethods.Show.self, NoticeMethods.SendAgain.self, NoticeMethods.Told.self,
        DossierMethods.Prefer.self, DossierMethods.Absent.self, DossierMethods.Back.self,
        DossierMethods.Agree.self, DossierMethods.Withdraw.self, DossierMethods.Empower.self,
        DossierMethods.EndMandate.self,
    ]
}

public import JSON

/// Answers a server's calls.
///
/// All requirements are called on event loops, on several at a time if the server has several. None may block.
public protocol VarlinkHandler: Sendable {
    /// The interfaces that are served, without `org.varlink.service`, which the server answers itself.
    ///
    /// Read once, when the server starts.
    var interfaces: [InterfaceDefinition] { get }

    /// Whether a call of this method may start while earlier calls of its connection are unanswered.
    ///
    /// Calls overlap only with calls that may overlap too. Asked once for each method, when the server starts.
    ///
    /// - Parameter method: The full name, such as `org.example.ftl.Jump`.
    func mayOverlap(_ method: String) -> Bool

    /// Begins to answer a call.
    ///
    /// The method exists, and the parameters fit its definition. Every call, also a `oneway` one, must get a final
    /// answer through the responder, at once or later, from any thread. Until then the calls behind it wait.
    func handle(_ call: VarlinkCall, _ responder: VarlinkResponder)
}

/// A call of a method.
public struct VarlinkCall: Sendable {
    /// The full name of the method, such as `org.example.ftl.Jump`.
    public let method: String
    /// The interface's name, such as `org.example.ftl`.
    public let interface: String
    /// The method's name in its interface, such as `Jump`.
    public let name: String
    /// The parameters, which fit the definition; a nullable one that was `null` is absent.
    public let parameters: JSONObject
    /// Whether the caller takes several replies.
    public let more: Bool
    /// Whether the caller wants no reply. The final answer is still due; it is not sent.
    public let oneway: Bool
    /// Who calls.
    public let peer: VarlinkPeer
    /// The connection's number, which no other connection of the server gets.
    public let connection: UInt64
}

/// Who is at the other end of a Unix socket, as the kernel saw it when the connection was made (`SO_PEERCRED` and
/// `SO_PEERGROUPS`).
public struct VarlinkPeer: Sendable, Hashable {
    /// The effective user.
    public let uid: UInt32
    /// The effective group.
    public let gid: UInt32
    /// The process. By now it may have ended, and its number be another's.
    public let pid: Int32
    /// All groups of the process, the effective one among them.
    public let groups: [UInt32]

    /// Makes a peer; `groups` are its supplementary groups.
    public init(uid: UInt32, gid: UInt32, pid: Int32, groups: [UInt32] = []) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.groups = groups.contains(gid) ? groups : [gid] + groups
    }
}

/// What `org.varlink.service.GetInfo` tells.
public struct ServiceInfo: Sendable, Hashable {
    /// Who made the service.
    public var vendor: String
    /// The service's name.
    public var product: String
    /// The version that runs.
    public var version: String
    /// Where to read about it.
    public var url: String

    /// Makes the information.
    public init(vendor: String, product: String, version: String, url: String) {
        self.vendor = vendor
        self.product = product
        self.version = version
        self.url = url
    }
}

public import JSON

/// Answers a server's calls.
///
/// The server calls all requirements on its event loops, several at a time if it has several loops. None may block.
public protocol VarlinkHandler: Sendable {
    /// The interfaces that are served, without `org.varlink.service`, which the server answers itself.
    ///
    /// The server reads this once, at its start.
    var interfaces: [InterfaceDefinition] { get }

    /// Whether a call of this method may start while earlier calls of its connection are unanswered.
    ///
    /// A call overlaps only with calls that may overlap too. The server asks this once for each method, at its start.
    ///
    /// - Parameter method: The full name, such as `org.example.ftl.Jump`.
    func mayOverlap(_ method: String) -> Bool

    /// Begins to answer a call.
    ///
    /// The method exists, and the parameters fit its definition. The handler must give every call, also a `oneway`
    /// call, a final answer through the responder, at once or later, from any thread. Until then the following calls of
    /// the connection wait, unless they may overlap.
    func handle(_ call: VarlinkCall, _ responder: VarlinkResponder)

    /// Forgets what was kept for a connection, which has ended. The default implementation does nothing.
    ///
    /// Calls of the connection may still be unanswered. It is called once for each connection.
    ///
    /// - Parameter connection: The number of ``VarlinkCall/connection``, which no later connection has.
    func connectionEnded(_ connection: UInt64)
}

extension VarlinkHandler {
    /// Does nothing: most handlers keep nothing for a connection.
    public func connectionEnded(_ connection: UInt64) {}
}

/// A call of a method.
public struct VarlinkCall: Sendable {
    /// The full name of the method, such as `org.example.ftl.Jump`.
    public let method: String
    /// The interface's name, such as `org.example.ftl`.
    public let interface: String
    /// The method's name in its interface, such as `Jump`.
    public let name: String
    /// The parameters, which fit the definition. A nullable parameter that was `null` is absent.
    public let parameters: JSONObject
    /// Whether the caller accepts several replies.
    public let more: Bool
    /// Whether the caller wants no reply. The handler must still give a final answer, which is not sent.
    public let oneway: Bool
    /// The caller.
    public let peer: VarlinkPeer
    /// The connection's number, which is unique within the server.
    public let connection: UInt64
}

/// The peer of a Unix socket, with the credentials that it had when it connected (`SO_PEERCRED` and `SO_PEERGROUPS`).
public struct VarlinkPeer: Sendable, Hashable {
    /// The effective user.
    public let uid: UInt32
    /// The effective group.
    public let gid: UInt32
    /// The process. It may have ended since, and its number may belong to another process.
    public let pid: Int32
    /// All groups of the process, including the effective group.
    public let groups: [UInt32]

    /// Makes a peer; `groups` are its supplementary groups.
    public init(uid: UInt32, gid: UInt32, pid: Int32, groups: [UInt32] = []) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.groups = groups.contains(gid) ? groups : [gid] + groups
    }
}

/// The reply to `org.varlink.service.GetInfo`, without the interfaces.
public struct ServiceInfo: Sendable, Hashable {
    /// The vendor of the service.
    public var vendor: String
    /// The service's name.
    public var product: String
    /// The version that runs.
    public var version: String
    /// The address of a page about the service.
    public var url: String

    /// Makes the information.
    public init(vendor: String, product: String, version: String, url: String) {
        self.vendor = vendor
        self.product = product
        self.version = version
        self.url = url
    }
}

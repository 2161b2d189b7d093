public import JSON

/// An error that a service answers a call with: its full name, such as `org.varlink.service.MethodNotFound`, and the
/// parameters that the interface declares for it.
public struct VarlinkError: Error, Sendable, Hashable {
    /// The interface's name, a dot and the error's name.
    public let name: String
    /// The parameters of the error.
    public let parameters: JSONObject

    /// Makes an error.
    public init(_ name: String, _ parameters: JSONObject = [:]) {
        self.name = name
        self.parameters = parameters
    }
}

/// The errors that every service can answer with (varlink.org, Service).
extension VarlinkError {
    /// The service has no such interface.
    public static func interfaceNotFound(_ interface: String) -> VarlinkError {
        VarlinkError("org.varlink.service.InterfaceNotFound", ["interface": .string(interface)])
    }

    /// The interface has no such method.
    public static func methodNotFound(_ method: String) -> VarlinkError {
        VarlinkError("org.varlink.service.MethodNotFound", ["method": .string(method)])
    }

    /// The interface declares the method, but the service does not implement it.
    public static func methodNotImplemented(_ method: String) -> VarlinkError {
        VarlinkError("org.varlink.service.MethodNotImplemented", ["method": .string(method)])
    }

    /// A parameter is unknown, missing, of the wrong type, or not acceptable.
    public static func invalidParameter(_ parameter: String) -> VarlinkError {
        VarlinkError("org.varlink.service.InvalidParameter", ["parameter": .string(parameter)])
    }

    /// The peer may not call the method.
    public static var permissionDenied: VarlinkError { VarlinkError("org.varlink.service.PermissionDenied") }

    /// The method replies with a stream, but the call did not ask for `more`.
    public static var expectedMore: VarlinkError { VarlinkError("org.varlink.service.ExpectedMore") }
}

extension VarlinkError: CustomStringConvertible {
    /// The name, and the parameters if there are any.
    public var description: String { parameters.isEmpty ? name : "\(name) \(parameters)" }
}

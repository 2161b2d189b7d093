import Varlink

/// The interfaces of the control socket, as written in the `.varlink` files beside this one, which the server returns
/// to the letter.
enum ControlInterfaces {
    static let requests = definition(PackageResources.org_concierged_Requests_varlink)
    static let tasks = definition(PackageResources.org_concierged_Tasks_varlink)
    static let manager = definition(PackageResources.org_concierged_Manager_varlink)

    static var all: [InterfaceDefinition] { [requests, tasks, manager] }

    private static func definition(_ bytes: [UInt8]) -> InterfaceDefinition {
        do {
            return try InterfaceDefinition(String(decoding: bytes, as: UTF8.self))
        } catch {
            // The files are compiled in, and a test reads each of them: no build with a malformed one passes.
            preconditionFailure("a built-in interface is malformed: \(error)")
        }
    }
}

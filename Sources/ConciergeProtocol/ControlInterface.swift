/// One of the interfaces of the control socket.
package struct ControlInterface: Sendable, Hashable {
    /// The name, such as `org.concierged.Requests`.
    package let name: String
    /// The definition in Varlink's language: the unchanged text of a file in the folder Interfaces.
    package let source: String

    private init(_ name: String, _ source: [UInt8]) {
        self.name = name
        self.source = String(decoding: source, as: UTF8.self)
    }

    package static let requests = ControlInterface(
        "org.concierged.Requests", PackageResources.org_concierged_Requests_varlink)
    package static let tasks = ControlInterface("org.concierged.Tasks", PackageResources.org_concierged_Tasks_varlink)
    package static let manager = ControlInterface(
        "org.concierged.Manager", PackageResources.org_concierged_Manager_varlink)

    package static let commitments = ControlInterface(
        "org.concierged.Commitments", PackageResources.org_concierged_Commitments_varlink)

    package static let residents = ControlInterface(
        "org.concierged.Residents", PackageResources.org_concierged_Residents_varlink)

    package static let places = ControlInterface(
        "org.concierged.Places", PackageResources.org_concierged_Places_varlink)

    package static let work = ControlInterface("org.concierged.Work", PackageResources.org_concierged_Work_varlink)

    package static let offers = ControlInterface(
        "org.concierged.Offers", PackageResources.org_concierged_Offers_varlink)

    package static let notices = ControlInterface(
        "org.concierged.Notices", PackageResources.org_concierged_Notices_varlink)

    package static let dossiers = ControlInterface(
        "org.concierged.Dossiers", PackageResources.org_concierged_Dossiers_varlink)

    package static let all = [
        requests, tasks, manager, commitments, residents, places, offers, notices, dossiers, work,
    ]
}

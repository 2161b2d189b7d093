import ConciergeEngine
import ConciergeKit
import Foundation

/// A provider of a lodge, which can be made again as after a restart.
struct ServedProvider {
    struct Instance {
        let contents: ProviderContents
        let end: @Sendable () async -> Void
    }

    let id: String
    /// The directory of its own.
    let folder: String
    private let make: (_ folder: String) async throws -> Instance

    init<P: ServiceProvider>(
        _ provider: P.Type, configuration: P.Configuration, folder: String, zone: Zone, log: LogBook
    ) {
        let id = P.manifest.id
        self.id = id
        self.folder = folder
        make = { folder in
            let context = ProviderContext(stateDirectory: folder, zone: zone) { line in
                log.add(LodgeLine(provider: id, task: nil, text: line))
            }
            let made = try await P(configuration, in: context)
            return Instance(
                contents: try ProviderContents(made, zone: zone, folder: DurableFolder(folder)),
                end: { await made.end() })
        }
    }

    /// Makes an instance as the daemon does: in its directory, with its contents checked.
    func instance() async throws -> Instance { try await instance(in: folder) }

    /// Makes an instance whose directory is another one.
    func instance(in folder: String) async throws -> Instance {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try await make(folder)
    }
}

/// A directory for a test, which is deleted with this object.
final class TestFolder: Sendable {
    let path = NSTemporaryDirectory() + "lodge-\(UUID().uuidString)"

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

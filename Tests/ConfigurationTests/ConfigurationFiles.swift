import ConciergeDaemon
import ConciergeKit
import Foundation

/// A main file and its drop-ins in a temporary folder, which is deleted together with this value.
final class ConfigurationFiles {
    let folder: URL

    var mainFile: String { folder.appending(path: "concierged.yaml").path() }

    /// - Parameter main: The text of the main file; `nil` for none.
    init(_ main: String?, dropIns: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "configuration-tests.\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try main.map { try write($0, to: "concierged.yaml") }
        if !dropIns.isEmpty {
            let dropInFolder = folder.appending(path: "concierged.d")
            try FileManager.default.createDirectory(at: dropInFolder, withIntermediateDirectories: true)
        }
        for (name, text) in dropIns { try write(text, to: "concierged.d/\(name)") }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    func tree(requiresMainFile: Bool = true) throws -> ConfigurationTree {
        try ConfigurationTree(mainFile: mainFile, requiresMainFile: requiresMainFile)
    }

    /// The printed error when `body` is refused, without the folder's path.
    func refusal(_ body: (ConfigurationTree) throws -> Void = { _ in }) throws -> String {
        do {
            try body(try tree())
            return "accepted"
        } catch let error as ConfigurationError {
            return error.description.replacing(folder.path() + "/", with: "")
        }
    }
}

/// The printed error when the text, decoded as a type, is refused.
func refusal<T: FieldValue>(_ text: String, _ type: T.Type, at path: [String] = []) throws -> String {
    try ConfigurationFiles(text).refusal { _ = try $0.decode(type, at: path) }
}

/// The value that the text decodes to.
func decoded<T: FieldValue>(_ text: String, as type: T.Type = T.self, at path: [String] = []) throws -> T {
    try ConfigurationFiles(text).tree().decode(type, at: path)
}

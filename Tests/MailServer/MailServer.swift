package import Foundation

/// A mail server in a process of its own: `server.py`, on aiosmtpd.
package final class MailServer {
    /// A mail that it has taken, or was about to.
    package struct Taken: Decodable {
        package let sender: String
        package let recipients: [String]
        package let options: [String]
        package let connection: Int
        package let tls: Bool
        package let user: String?
        package let bytes: Data
    }

    package struct Unusable: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// Its own folder, for certificates and sockets too.
    package let folder: URL
    package let port: Int
    private let process = Process()
    private let input = Pipe()

    /// Starts it, and waits until it listens.
    package init(mode: String = "", socket: String? = nil, hasCertificate: Bool = false, password: String? = nil) throws
    {
        folder = FileManager.default.temporaryDirectory.appending(path: "smtp-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "server.py").path
        var arguments = ["-I", script, folder.path, "--mode", mode]
        if let socket { arguments += ["--unix", folder.appending(path: socket).path] }
        if let password { arguments += ["--password", password] }
        if hasCertificate {
            arguments += ["--certificate", try Self.makeCertificate(in: folder)]
        }
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = arguments
        process.standardInput = input
        let complaints = folder.appending(path: "complaints")
        try Data().write(to: complaints)
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        let events = folder.appending(path: "events")
        var first: Data?
        while first == nil {
            guard process.isRunning else {
                throw Unusable(description: try String(contentsOf: complaints, encoding: .utf8))
            }
            // The server is another process, and its first line says that it listens.
            usleep(10_000)
            first = (try? Data(contentsOf: events)).flatMap { $0.contains(UInt8(ascii: "\n")) ? $0 : nil }
        }
        port = try JSONDecoder().decode([String: Int].self, from: first ?? Data())["port"] ?? 0
    }

    deinit {
        process.terminate()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The mails so far, in order.
    package func taken() throws -> [Taken] {
        let lines = try Data(contentsOf: folder.appending(path: "events")).split(separator: UInt8(ascii: "\n"))
        return try lines.dropFirst().map { try JSONDecoder().decode(Taken.self, from: Data($0)) }
    }

    /// Certificate and key of `localhost`, in one file.
    private static func makeCertificate(in folder: URL) throws -> String {
        let path = folder.appending(path: "certificate.pem").path
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2",
            ]
            + [
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", path, "-out",
                path + ".crt",
            ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Unusable(description: "openssl makes no certificate") }
        let both = try Data(contentsOf: URL(filePath: path)) + Data(contentsOf: URL(filePath: path + ".crt"))
        try both.write(to: URL(filePath: path))
        return path
    }
}

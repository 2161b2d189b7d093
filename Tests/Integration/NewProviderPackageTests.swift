import Foundation
import JSON
import Testing

@Suite("The package of a new provider")
struct NewProviderPackageTests {
    private let package: NewProviderPackage

    init() throws { package = try NewProviderPackage("BikeLending", id: "bikes") }

    @Test("Its provider, its daemon and its tests compile against the modules of this build, without a warning")
    func types() async throws {
        let made = package.folder.path
        try await package.compile(
            "BikeLending", from: "Sources/BikeLending",
            ["-enable-testing", "-emit-module", "-emit-module-path", made + "/BikeLending.swiftmodule"])
        try await package.compile("Lodge", from: "Sources/BikeLending-lodge", ["-typecheck", "-I", made])
        try await package.compile("BikeLendingTests", from: "Tests/BikeLendingTests", ["-typecheck", "-I", made])
    }

    @Test("Its manifest depends on these sources under the name of the package")
    func manifest() async throws {
        let dumped = try await package.swift("package", "dump-package")
        let manifest = try #require(try JSON.parse(dumped.output).objectValue)
        #expect(manifest["name"] == "concierge-bike-lending")
        let products = manifest["products"]?.arrayValue?.compactMap { $0.objectValue?["name"] }
        #expect(products == ["BikeLending", "concierged-bike-lending"])
    }

    @Test(
        "debhelper makes a Debian package of the built program, the unit's drop-in and the example, and of nothing else",
        .enabled(if: NewProviderPackage.hasDebhelper, "debhelper is not installed"))
    func debian() async throws {
        let calls = try package.stubCompiler()
        let made = try await package.run(
            "dpkg-buildpackage", "--build=binary", "--no-sign", "--no-check-builddeps",
            preferring: package.folder.path + "/bin")
        try #require(made.status == 0, "\(made.output)\(made.errors)")
        #expect(
            try String(contentsOfFile: calls, encoding: .utf8)
                == """
                build -c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic \
                -Xlinker -z -Xlinker pack-relative-relocs --product concierged-bike-lending
                test

                """)
        let files = try FileManager.default.contentsOfDirectory(atPath: package.folder.path)
        let name = try #require(files.first { $0.wholeMatch(of: #/concierge-bike-lending_0\.1\.0_\w+\.deb/#) != nil })
        let deb = "\(package.folder.path)/\(name)"

        let contents = try await package.run("dpkg-deb", "--contents", deb)
        let installed = contents.output.split(separator: "\n").compactMap { line in
            line.hasSuffix("/") ? nil : line.split(separator: " ").last.map { $0.dropFirst() }.map(String.init)
        }
        let documents = "/usr/share/doc/concierge-bike-lending"
        #expect(
            Set(installed) == [
                "/usr/bin/concierged-bike-lending", "/usr/lib/systemd/system/concierged.service.d/lodge.conf",
                "\(documents)/changelog.gz", "\(documents)/copyright", "\(documents)/examples/bikes.yaml",
            ], "\(contents.output)")
        let fields = try await package.run("dpkg-deb", "--field", deb).output
        #expect(fields.contains(#/\nDepends: .*libc6.*, tzdata\n/#), "\(fields)")
        #expect(fields.contains("\nProvides: concierge-lodge\n") && fields.contains("\nConflicts: concierge-lodge\n"))
        #expect(try await package.run("dpkg-deb", "--info", deb, "postrm").output.contains(" daemon-reload "))
    }

    @Test(
        "It builds, passes its tests, serves beside the standard providers, and another provider can be begun in it",
        .enabled(if: NewProviderPackage.isToBeBuilt, "it takes minutes: make test sets \(NewProviderPackage.variable)"))
    func whole() async throws {
        let built = try await package.swift("build", "--build-tests")
        try #require(built.status == 0, "\(built.output)\(built.errors)")
        #expect(!(built.output + built.errors).contains("warning:"), "\(built.output)\(built.errors)")
        let tested = try await package.swift("test", "--skip-build")
        #expect(tested.status == 0, "\(tested.output)\(tested.errors)")
        #expect(tested.output.contains("3 tests"), "\(tested.output)")

        let folder = package.folder
        let program = "\(package.products)/concierged-bike-lending"
        let info = try folder.run(program, ["--build-info"], environment: [:])
        #expect(info.output.contains("\nbikes 0.1.0, module BikeLending\n  service  bikes.loan, record version 1,"))
        #expect(info.output.contains("\nparcel "))

        try folder.configure(package.text("examples/bikes.yaml"))
        #expect(try folder.run(program, folder.daemonArguments + ["--check"], environment: [:]).status == 0)
        let daemon = try DaemonProcess(in: folder, program: program)
        let status = try folder.tool("status").output
        #expect(status.hasPrefix("concierged-bike-lending 0.1.0 (concierged "))
        #expect(status.contains("5 of 5 serving"))
        func lend() throws -> Folder.Ended {
            try folder.tool("requests", "open", "bikes.loan", "--resident", "apt-12", "item=bike-7", "--json")
        }
        let id = try #require(try JSON.parse(lend().output).objectValue?["request", "id"]?.stringValue)
        #expect(try lend().status == 65)
        let closed = try folder.tool("requests", "act", id, "give-back", "--json")
        #expect(try JSON.parse(closed.output).objectValue?["request", "state"] == "returned")
        #expect(daemon.stop() == 0)

        let another = try await package.swift(
            "package", "--allow-writing-to-package-directory", "new-provider", "KeyLending", "--path", "keys")
        #expect(another.status == 0, "\(another.output)\(another.errors)")
        #expect(try package.text("keys/Sources/KeyLending/KeyLending.swift").contains("struct KeyLending: "))
        let again = try await package.swift(
            "package", "--allow-writing-to-package-directory", "new-provider", "KeyLending", "--path", "keys")
        #expect(again.status != 0)
        #expect((again.output + again.errors).contains("keys/Package.swift is there already"))
    }
}

/// A package that `conciergectl provider new` writes for these sources, in a temporary folder.
private struct NewProviderPackage {
    /// Has the package build as a whole, which takes minutes.
    static let variable = "BUILD_NEW_PROVIDER"
    static var isToBeBuilt: Bool { ProcessInfo.processInfo.environment[variable] != nil }

    /// The folder around that of the package.
    let folder: Folder
    private let path: String
    private let sources = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL.path

    init(_ module: String, id: String) throws {
        folder = try Folder()
        path = folder.path + "/package"
        let written = try folder.tool("provider", "new", module, "--id", id, "--core", sources, "--path", path)
        try #require(written.status == 0, "\(written.errors)")
        // The libraries in the versions of these sources, so that no network is needed.
        let resolved = sources + "/Package.resolved"
        if FileManager.default.fileExists(atPath: resolved) {
            try FileManager.default.copyItem(atPath: resolved, toPath: path + "/Package.resolved")
        }
    }

    func text(_ file: String) throws -> String { try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) }

    /// Whether the machine has the tools that make Debian packages.
    static var hasDebhelper: Bool {
        ["dh", "dpkg-buildpackage"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
    }

    /// Makes a folder `bin` with a `swift` that notes how it is called, and whose build copies some program, because a
    /// real release build takes minutes. Returns the path of the file with the calls.
    func stubCompiler() throws -> String {
        let (bin, calls) = (folder.path + "/bin", folder.path + "/calls")
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        try """
        #!/bin/sh -e
        echo "$@" >>'\(calls)'
        [ "$1" = build ] || exit 0
        for product; do :; done
        mkdir -p .build/release
        cp /bin/true ".build/release/$product"
        """.write(toFile: bin + "/swift", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bin + "/swift")
        return calls
    }

    /// Runs a command in the folder of the package. The programs of the folder `bin` come before all others.
    func run(_ command: String..., preferring bin: String = "/usr/bin") async throws -> Folder.Ended {
        try await toolchain(["sh", "-c", #"cd "$0" && PATH=$1:$PATH && shift && exec "$@""#, path, bin] + command)
    }

    /// What is built stays between two runs of the tests, with the other output of builds.
    private var scratch: String { sources + "/.build/new-provider" }

    var products: String { scratch + "/debug" }

    func swift(_ command: String, _ more: String...) async throws -> Folder.Ended {
        try await toolchain(["swift", command, "--package-path", path, "--scratch-path", scratch] + more)
    }

    /// Compiles a folder of the package as a module. A warning is an error.
    func compile(_ module: String, from part: String, _ more: [String]) async throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(part)").sorted()
            .map { "\(path)/\(part)/\($0)" }
        let build = URL(filePath: Folder.program("conciergectl")).resolvingSymlinksInPath().deletingLastPathComponent()
        let compiler = URL(filePath: try await toolchain(["sh", "-c", "command -v swiftc"]).output.trimmed)
        let plugins = compiler.resolvingSymlinksInPath().appending(path: "../../lib/swift/host/plugins/testing")
        let isProgram = files.contains { $0.hasSuffix("/main.swift") }
        let compiled = try await toolchain(
            [
                "swiftc", "-swift-version", "6", "-warnings-as-errors", "-module-name", module, "-I",
                build.appending(path: "Modules").path, "-plugin-path", plugins.standardizedFileURL.path,
            ] + (isProgram ? moduleMaps(of: build) : ["-parse-as-library"]) + more + files)
        #expect(compiled.status == 0, "\(part): \(compiled.errors)")
    }

    /// The options that let the compiler find the C modules of a build: SwiftPM has written a map for each target that
    /// has none of its own. It leaves the maps of targets that are no more.
    private func moduleMaps(of build: URL) -> [String] {
        let checkouts = build.appending(path: "../../checkouts").standardizedFileURL.path
        let targets =
            folders(in: build.path).filter { $0.hasSuffix(".build") && !$0.hasSuffix("-tool.build") }
            + (folders(in: checkouts).map { $0 + "/Sources" } + [sources + "/Sources"]).flatMap(folders(in:))
            .flatMap { [$0, $0 + "/include"] }
        return targets.map { $0 + "/module.modulemap" }.filter { map in
            guard let text = try? String(contentsOfFile: map, encoding: .utf8) else { return false }
            let covers = text.firstMatch(of: #/umbrella "([^"]+)"/#).map { String($0.1) }
            return covers.map { FileManager.default.fileExists(atPath: $0) } ?? true
        }.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
    }

    private func folders(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { "\(folder)/\($0)" }
    }

    /// Waits on a thread of its own, because compiling takes long and the other tests need the threads of their pool.
    private func toolchain(_ command: [String]) async throws -> Folder.Ended {
        let mine = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [folder] in
                continuation.resume(
                    with: Result { try folder.run("/usr/bin/env", command, environment: mine) })
            }
        }
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
